//! Deliveries: the fate of the message that should have brought a write or an answer.

use ringside_sim::{Endpoint, Entry, EntryKind, Envelope, Intervention, Loss, MessageKind};
use ringside_store::version::Version;
use ringside_store::{Event, NodeId, RequestId};

use super::evidence::Evidence;
use super::{name, writes};
use crate::frame::OperationFrame;
use crate::words::moment;

/// The text of a sentence, and the entries that are its evidence.
type Cause<'lab> = (String, Vec<&'lab Entry>);

/// The messages that bring a write to a replica.
const WRITES: [MessageKind; 1] = [MessageKind::Write];
/// The messages that ask a replica for its versions.
const READS: [MessageKind; 2] = [MessageKind::Read, MessageKind::Digest];

/// Returns the number of the entry that counts a replica's answer, or `u64::MAX` if there is none.
pub(super) fn answer_of(evidence: &Evidence<'_>, node: NodeId) -> u64 {
    evidence
        .event(evidence.request_of(evidence.invoked()), |_, event| is_answer_of(event, node))
        .map_or(u64::MAX, |entry| entry.number)
}

/// Explains why the writer of the later one of two siblings, through a node, had not read the earlier one.
pub(super) fn why_unseen<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    (earlier, write): (&Version, RequestId),
    (later, begun): (&Version, &'lab Entry),
) -> Cause<'lab> {
    let Some(stored) = stored(evidence, node, write).filter(|it| it.number < begun.number) else {
        return why_without(evidence, node, earlier, write, begun.number);
    };
    let text = format!(
        "{node} had held {} since {}, but the writer of {} had not read it there.",
        name(earlier),
        moment(stored.at),
        name(later)
    );
    (text, vec![stored, begun])
}

/// Returns the entry by which a node stored a write.
fn stored<'lab>(evidence: &Evidence<'lab>, node: NodeId, write: RequestId) -> Option<&'lab Entry> {
    evidence.event(write, |at, event| {
        at == node && matches!(event, Event::Stored { changed: true, .. })
    })
}

/// Explains why a node did not have a write before the entry of this number.
pub(super) fn why_without<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    version: &Version,
    write: RequestId,
    before: u64,
) -> Cause<'lab> {
    let what = name(version);
    let mut last: Option<&Entry> = None;
    for entry in evidence.messages(write, &WRITES, node) {
        let is_end = matches!(entry.kind, EntryKind::Delivered { .. } | EntryKind::Lost { .. });
        if is_end || last.is_none() {
            last = Some(entry);
        }
    }
    if let Some(entry) = stored(evidence, node, write).filter(|entry| entry.number < before) {
        return stored_before(evidence, node, &what, entry);
    }
    match last {
        Some(entry) => undelivered(evidence, node, &what, entry),
        None => unsent(evidence, node, &what, write),
    }
}

fn is_answer_of(event: &Event, node: NodeId) -> bool {
    match event {
        Event::Answered { from, .. }
        | Event::DigestAnswered { from, .. }
        | Event::Acknowledged { from, .. } => *from == node,
        _ => false,
    }
}

/// Explains the absence of a write that the replica had stored.
fn stored_before<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    what: &str,
    stored: &'lab Entry,
) -> Cause<'lab> {
    let wiped = evidence.intervention(
        u64::MAX,
        |intervention| matches!(intervention, Intervention::Wipe(it) if *it == node),
    );
    match wiped.filter(|entry| entry.number > stored.number) {
        Some(wipe) => (
            format!(
                "{node} had stored {what} at {}, and lost its disk at {}.",
                moment(stored.at),
                moment(wipe.at)
            ),
            vec![stored, wipe],
        ),
        None => (
            format!(
                "{node} had stored {what} at {}, but its answer was made before that, or another version had replaced it.",
                moment(stored.at)
            ),
            vec![stored],
        ),
    }
}

/// Explains the absence of a write by the fate of its message.
fn undelivered<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    what: &str,
    entry: &'lab Entry,
) -> Cause<'lab> {
    match &entry.kind {
        EntryKind::Lost { message, why } => {
            let (why, mut entries) = lost(evidence, message, *why, entry);
            entries.insert(0, entry);
            let text = format!("{node} did not have {what}: the message with it was lost, {why}.");
            (text, entries)
        }
        EntryKind::Delivered { .. } => (
            format!(
                "{node} did not have {what} yet: it reached {node} only at {}.",
                moment(entry.at)
            ),
            vec![entry],
        ),
        EntryKind::Queued { waiting, .. } => (
            format!(
                "{node} did not have {what} yet: it reached {node} at {}, and waited there behind {} others.",
                moment(entry.at),
                waiting.saturating_sub(1)
            ),
            vec![entry],
        ),
        EntryKind::Sent { arrives, .. } => (
            format!(
                "{node} did not have {what} yet: it was sent at {}, and due to arrive at {}.",
                moment(entry.at),
                moment(*arrives)
            ),
            vec![entry],
        ),
        _ => (format!("{node} did not have {what}."), vec![entry]),
    }
}

/// Explains why a write was not sent to a replica.
fn unsent<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    what: &str,
    write: RequestId,
) -> Cause<'lab> {
    let hinted = evidence
        .event(write, |_, event| matches!(event, Event::Hinting { target, .. } if *target == node));
    if let Some(entry) = hinted
        && let EntryKind::Node { node: coordinator, event: Event::Hinting { holder, .. } } =
            &entry.kind
    {
        let text = format!(
            "{node} was not sent {what}: {coordinator} believed that it was down, and asked {holder} to keep a hint at {}.",
            moment(entry.at)
        );
        return (text, vec![entry]);
    }
    let coordinated = evidence.event(write, |_, event| matches!(event, Event::Coordinating { .. }));
    match coordinated {
        Some(entry) if !is_asked(entry, node) => {
            (format!("{node} was not among the replicas that {what} was sent to."), vec![entry])
        }
        Some(entry) => (format!("{node} has not stored {what}."), vec![entry]),
        None => (
            format!("{node} did not have {what}; the journal does not reach back to the cause."),
            Vec::new(),
        ),
    }
}

fn is_asked(coordinating: &Entry, node: NodeId) -> bool {
    match &coordinating.kind {
        EntryKind::Node { event: Event::Coordinating { asked, .. }, .. } => asked.contains(&node),
        _ => false,
    }
}

/// Explains why a replica that was asked did not count.
pub(super) fn why_silent<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    frame: &OperationFrame,
) -> Cause<'lab> {
    let request = frame.request;
    let (asks, replies): (&[MessageKind], &[MessageKind]) = if writes(frame.operation) {
        (&WRITES, &[MessageKind::WriteAck])
    } else {
        (&READS, &[MessageKind::ReadAnswer, MessageKind::DigestAnswer])
    };
    let last = |entries: Vec<&'lab Entry>| {
        let ends = |entry: &&&Entry| !matches!(entry.kind, EntryKind::Sent { .. });
        entries.iter().rev().find(ends).or(entries.last()).copied()
    };
    let reply = last(evidence.answers(request, replies, node).collect());
    let ask = last(evidence.messages(request, asks, node).collect());
    match (reply, ask) {
        (Some(entry), _) => of_message(evidence, node, entry, "answer"),
        (None, Some(entry)) => of_message(evidence, node, entry, "request"),
        (None, None) => (format!("The journal contains no message to {node}."), Vec::new()),
    }
}

/// Explains why a request or an answer did not count.
fn of_message<'lab>(
    evidence: &Evidence<'lab>,
    node: NodeId,
    entry: &'lab Entry,
    what: &str,
) -> Cause<'lab> {
    let whose = if what == "answer" {
        format!("{node}'s answer")
    } else {
        format!("The request to {node}")
    };
    match &entry.kind {
        EntryKind::Lost { message, why } => {
            let (why, mut entries) = lost(evidence, message, *why, entry);
            entries.insert(0, entry);
            (format!("{whose} was lost at {}, {why}.", moment(entry.at)), entries)
        }
        EntryKind::Delivered { .. } if what == "answer" => {
            (format!("{whose} came at {}, after the outcome.", moment(entry.at)), vec![entry])
        }
        EntryKind::Delivered { .. } => (
            format!("{whose} arrived at {}, and no answer was sent.", moment(entry.at)),
            vec![entry],
        ),
        EntryKind::Queued { .. } => {
            (format!("{whose} has waited in a mailbox since {}.", moment(entry.at)), vec![entry])
        }
        EntryKind::Sent { arrives, .. } => {
            (format!("{whose} is on its way, due at {}.", moment(*arrives)), vec![entry])
        }
        _ => (format!("{whose} is not accounted for."), vec![entry]),
    }
}

/// Explains the loss of a message, with the intervention that caused it.
fn lost<'lab>(
    evidence: &Evidence<'lab>,
    message: &Envelope,
    why: Loss,
    entry: &Entry,
) -> Cause<'lab> {
    let (from, to) = (message.from, message.to);
    let before = entry.number;
    match why {
        Loss::Cut => {
            let link = match (from, to) {
                (Endpoint::Node(from), Endpoint::Node(to)) => (from, to),
                _ => return ("because the link was cut".to_owned(), Vec::new()),
            };
            let cut = evidence.intervention(
                before,
                |intervention| matches!(intervention, Intervention::Cut(links) if links.contains(&link)),
            );
            let since = cut.map_or_else(String::new, |cut| format!(" at {}", moment(cut.at)));
            (
                format!("because the link from {} to {} was cut{since}", link.0, link.1),
                cut.into_iter().collect(),
            )
        }
        Loss::Down => {
            let Endpoint::Node(to) = to else {
                return ("because its receiver had stopped".to_owned(), Vec::new());
            };
            let stopped = evidence.intervention(
                before,
                |intervention| matches!(intervention, Intervention::Crash(it) | Intervention::Wipe(it) if *it == to),
            );
            let since = stopped.map_or_else(String::new, |it| format!(", since {}", moment(it.at)));
            (format!("because {to} was stopped{since}"), stopped.into_iter().collect())
        }
        Loss::Chance => {
            let lossy = evidence.intervention(before, |intervention| {
                matches!(intervention, Intervention::LossyLink { from: near, to: far, .. }
                    if (Endpoint::Node(*near), Endpoint::Node(*far)) == (from, to))
            });
            match lossy.map(|entry| (entry, &entry.kind)) {
                Some((
                    entry,
                    EntryKind::Intervention(Intervention::LossyLink { share: Some(share), .. }),
                )) => {
                    let (share, since) = (share * 100.0, moment(entry.at));
                    let words =
                        format!("because its link has lost {share:.1}% at random since {since}");
                    (words, vec![entry])
                }
                _ => ("because the channel lost it at random".to_owned(), Vec::new()),
            }
        }
        Loss::Dropped => ("because it was dropped by hand".to_owned(), Vec::new()),
        Loss::Full => ("because the receiver's mailbox was full".to_owned(), Vec::new()),
    }
}
