//! Log lines of node events.

use ringside_store::{Event, HintCause, NodeId, Status};

use super::Tone;
use crate::words::{count, hint_refusal_reason, joined, read_result};

/// Returns what a node did and why, or `None` if that would repeat another line.
pub(crate) fn words(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    vote(node, event).or_else(|| side_effect(node, event)).or_else(|| background(node, event))
}

/// Describes the progress of an operation's vote.
fn vote(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    Some(match event {
        Event::Coordinating { operation, key, asked, needed, dot, .. } => {
            let asked = joined(asked);
            let text = match dot {
                Some(dot) => format!(
                    "{node} coordinates the {operation} of {key} and names it {dot}: asks {asked}, needs {needed}"
                ),
                None => format!(
                    "{node} coordinates the {operation} of {key}: asks {asked}, needs {needed}"
                ),
            };
            (Tone::Step, text)
        }
        Event::Stored { key, dot, changed: true, siblings: 0 | 1, .. } => {
            (Tone::Step, format!("{node} stored {key} ({dot})"))
        }
        Event::Stored { key, dot, changed: true, siblings, .. } => (
            Tone::Step,
            format!("{node} stored {key} ({dot}) beside what it held: {siblings} siblings now"),
        ),
        Event::Stored { key, dot, changed: false, .. } => {
            (Tone::Step, format!("{node} has {dot} of {key} already, or what replaces it"))
        }
        Event::Acknowledged { from, have, needed, .. } => {
            (Tone::Step, format!("{node} counts {}{}", whose(node, *from), votes(*have, *needed)))
        }
        Event::Answered { from, have, needed, siblings, .. } => {
            let (whose, what) = (whose(node, *from), read_result(siblings));
            (Tone::Step, format!("{node} counts {whose} ({what}){}", votes(*have, *needed)))
        }
        Event::Ignored { from, .. } => {
            (Tone::Step, format!("{node} hears from {from}, but the operation has ended"))
        }
        Event::QuorumMet { have, needed, .. } => {
            (Tone::Success, format!("{node}: quorum met, {have} of {needed} needed"))
        }
        Event::QuorumFailed { have, needed, asked, .. } => (
            Tone::Failure,
            format!("{node}: no quorum, {have} of {asked} answered and {needed} were needed"),
        ),
        Event::Repairing { key, replica, siblings, .. } => {
            let dots: Vec<String> = siblings.iter().map(|v| v.dot.to_string()).collect();
            let text = format!("{node} brings {replica} the repair of {key}: {}", dots.join(", "));
            (Tone::Repair, text)
        }
        Event::Repaired { key, changed: true, .. } => {
            (Tone::Repair, format!("{node} took the repair of {key}"))
        }
        _ => return None,
    })
}

/// Describes what else an operation causes.
fn side_effect(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    Some(match event {
        Event::Overloaded { in_progress, .. } => (
            Tone::Failure,
            format!("{node} refuses: it has {} in progress", count(*in_progress, "operation")),
        ),
        Event::Truncated { key, dropped, .. } => {
            let dropped: Vec<String> = dropped.iter().map(ToString::to_string).collect();
            let text = format!("{node} cut the clock of {key}: it forgot {}", dropped.join(", "));
            (Tone::Step, text)
        }
        Event::DigestAnswered { from, have, needed, .. } => {
            (Tone::Step, format!("{node} counts the digest of {from}{}", votes(*have, *needed)))
        }
        Event::DigestMismatch { asked, .. } => (
            Tone::Step,
            format!("{node}: digests do not agree, asks {} for all versions", joined(asked)),
        ),
        Event::Speculating { replica, after, .. } => (
            Tone::Step,
            format!(
                "{node} has waited {:.1} ms, longer than most: asks {replica} too",
                after.as_ms()
            ),
        ),
        Event::SpeculationWon { replica, .. } => {
            (Tone::Success, format!("{node}: {replica}, asked in addition, decided the read"))
        }
        Event::Ranked { rank, .. } => {
            (Tone::Step, format!("{node} has read a quorum and writes above it, at rank {rank}"))
        }
        Event::WritingBack { asked, needed, .. } => (
            Tone::Repair,
            format!(
                "{node} brings the answer to {} before it replies: {needed} must hold it",
                joined(asked)
            ),
        ),
        Event::WroteBack { from, have, needed, .. } => {
            (Tone::Repair, format!("{node}: {from} holds the answer{}", votes(*have, *needed)))
        }
        Event::Hinting { key, target, holder, why, .. } => {
            let keeper =
                if *holder == node { "keeps".to_owned() } else { format!("asks {holder} to keep") };
            let why = match why {
                HintCause::Suspected => format!("it believes that {target} is down"),
                HintCause::Silent => format!("{target} did not acknowledge in time"),
            };
            (Tone::Step, format!("{node} {keeper} {key} for {target}: {why}"))
        }
        Event::HintKept { key, target, held, .. } => {
            (Tone::Step, format!("{node} keeps {key} as a hint for {target}: {held} held now"))
        }
        Event::HintRefused { key, target, why, .. } => {
            let why = hint_refusal_reason(*why);
            (Tone::Failure, format!("{node} keeps no hint of {key} for {target}: {why}"))
        }
        _ => return None,
    })
}

/// Describes background work of a node.
fn background(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    let text = match event {
        Event::HintsExpired { target, dropped, .. } => {
            let text = format!("{node} dropped {} for {target}: too old", count(*dropped, "hint"));
            return Some((Tone::Failure, text));
        }
        Event::HandingOff { key, target, hint: true, .. } => {
            format!("{node} brings {target} the hint of {key}")
        }
        Event::HandingOff { key, target, hint: false, .. } => {
            format!("{node} brings {target} {key}, which is not its own any more")
        }
        Event::AcceptedHandoff { key, from, changed: true, .. } => {
            return Some((Tone::Repair, format!("{node} took {key} from {from}")));
        }
        Event::HandedOff { key, target, hint: true, .. } => {
            format!("{node}: {target} has {key}, the hint is gone")
        }
        Event::HandedOff { key, target, hint: false, .. } => {
            format!("{node}: {target} has {key}, its own copy is gone")
        }
        Event::Suspected { peer, silent, .. } => {
            format!("{node} suspects {peer}: nothing new of it for {:.0} ms", silent.as_ms())
        }
        Event::Recovered { peer, refuted: true } => {
            format!("{node} trusts {peer} again: it has begun a new incarnation")
        }
        Event::Recovered { peer, refuted: false } => {
            format!("{node} trusts {peer} again: it heard of it")
        }
        Event::Refuting { peer, incarnation } => {
            format!("{node} hears that {peer} suspects it, and begins incarnation {incarnation}")
        }
        Event::MemberChanged { member, status: Status::Removed } if *member == node => {
            format!("{node} hears that it was removed")
        }
        Event::MemberChanged { member, status } if *member == node => {
            format!("{node} is {} now", status_words(*status))
        }
        Event::MemberChanged { member, status } => {
            format!("{node} learned that {member} is {}", status_words(*status))
        }
        Event::Expired { key } => format!("{node}: the value of {key} expired"),
        Event::TombstoneCollected { key, .. } => {
            format!("{node} dropped the tombstone of {key}")
        }
        _ => return exchange(node, event).or_else(|| stream(node, event)),
    };
    Some((Tone::Background, text))
}

/// Describes the progress of an anti-entropy exchange.
fn exchange(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    let text = match event {
        Event::ExchangeBegan { peer, ranges, .. } => {
            format!("{node} compares {} with {peer}", count(*ranges, "Merkle tree"))
        }
        Event::HashesCompared { peer, hashes, .. } => {
            let which = match hashes.iter().filter(|pair| pair.mine != pair.theirs).count() {
                0 => "all are alike".to_owned(),
                1 => "1 differs".to_owned(),
                differing => format!("{differing} differ"),
            };
            let pairs = count(hashes.len() as u64, "hash pair");
            format!("{node} compared {pairs} with {peer}: {which}")
        }
        Event::KeysCompared { peer, differing, same, .. } => {
            let keys: Vec<String> = differing.iter().take(4).map(ToString::to_string).collect();
            let more = if differing.len() > 4 { " and more" } else { "" };
            let which = match keys.as_slice() {
                [] => "none differs".to_owned(),
                [key] => format!("{key} differs"),
                keys => format!("{}{more} differ", keys.join(", ")),
            };
            let same = count(*same, "key");
            format!("{node} compared a bucket with {peer}: {same} alike, {which}")
        }
        Event::Exchanged { peer, key, changed: true, .. } => {
            return Some((Tone::Repair, format!("{node} took {key} from {peer} by anti-entropy")));
        }
        Event::ExchangeThrottled { left, .. } => {
            format!("{node} leaves {} for the next exchange: the throttle", count(*left, "key"))
        }
        Event::ExchangeEnded { peer, complete: false, .. } => {
            format!("{node} gives up comparing with {peer}: it fell silent")
        }
        _ => return None,
    };
    Some((Tone::Background, text))
}

/// Describes the progress of a range stream.
fn stream(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    let text = match event {
        Event::StreamBegan { source, resumed: false, .. } => {
            format!("{node} asks {source} for a range that is to be its own")
        }
        Event::StreamBegan { source, resumed: true, .. } => {
            format!("{node} goes on with a range from {source}, where it had stopped")
        }
        Event::Streamed { source, keys, .. } if *keys > 0 => {
            format!("{node} got {} of a range from {source}", count(*keys, "key"))
        }
        // The end of a range would double each line: most ranges are one part.
        _ => return None,
    };
    Some((Tone::Background, text))
}

/// Returns the status of a member in words.
const fn status_words(status: Status) -> &'static str {
    match status {
        Status::Joining => "joining",
        Status::Normal => "in the ring",
        Status::Leaving => "leaving",
        Status::Left => "out of the ring",
        Status::Removed => "removed",
    }
}

/// Names the replica whose answer counts.
fn whose(coordinator: NodeId, from: NodeId) -> String {
    if coordinator == from { "its own copy".to_owned() } else { from.to_string() }
}

/// Returns the number of votes in words. Those after the quorum are late and decide nothing.
fn votes(have: u16, needed: u16) -> String {
    if have > needed {
        ", after the quorum was met".to_owned()
    } else {
        format!(": {have} of {needed} needed")
    }
}
