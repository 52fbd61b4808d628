//! The differences between two moments of a run, in words.

use std::collections::BTreeSet;

use ringside_store::{Duration, NodeId, Status};

use crate::frame::{Frame, NodeFrame, Outcomes};
use crate::words::{count, joined, percent};

/// The most links that are named one by one.
const NAMED_LINKS: usize = 3;

/// The differences between two moments of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameDiff {
    /// Whether this moment is the earlier one. If so, the parts describe what was different then, and
    /// otherwise what has changed.
    pub back: bool,
    /// The time between them.
    pub apart: Duration,
    /// The differences, the most important ones first; empty if the frames show none.
    pub parts: Vec<String>,
}

impl Frame {
    /// Returns the changes since another moment of the same run, or what was different if this moment is the
    /// earlier one.
    pub fn diff_since(&self, other: &Self) -> FrameDiff {
        let back = (self.now, self.totals.events) < (other.now, other.totals.events);
        let apart = if back { other.now.since(self.now) } else { self.now.since(other.now) };
        let mut diff = FrameDiff { back, apart, parts: Vec::new() };
        diff.nodes(&other.nodes, &self.nodes);
        diff.links(other, self);
        diff.sizes(other, self);
        diff.channels(other, self);
        diff.rules(other, self);
        diff.key(other, self);
        diff.operations(other, self);
        diff
    }
}

impl FrameDiff {
    /// Adds a part if something differs: `came` in the forward direction, `was` in the backward direction.
    fn add(&mut self, differs: bool, came: impl FnOnce() -> String, was: impl FnOnce() -> String) {
        if differs {
            self.parts.push(if self.back { was() } else { came() });
        }
    }

    fn nodes(&mut self, from: &[NodeFrame], to: &[NodeFrame]) {
        let mut phrases: Vec<(String, Vec<NodeId>)> = Vec::new();
        let mut say =
            |node: NodeId, words: String| match phrases.iter_mut().find(|it| it.0 == words) {
                Some((_, nodes)) => nodes.push(node),
                None => phrases.push((words, vec![node])),
            };
        for (from, to) in from.iter().zip(to) {
            for words in differences(from, to, self.back) {
                say(to.id, words);
            }
        }
        for newcomer in to.iter().skip(from.len()) {
            say(newcomer.id, "began to join".to_owned());
        }
        for newcomer in from.iter().skip(to.len()) {
            say(newcomer.id, "had not begun to join".to_owned());
        }
        self.parts.extend(
            phrases.into_iter().map(|(words, nodes)| format!("{} {words}", joined(&nodes))),
        );
    }

    fn links(&mut self, from: &Frame, to: &Frame) {
        let [was_cut, is_cut] = [from, to].map(|it| pairs(&it.cuts));
        let words = |links: &[(NodeId, NodeId)], done: &str| format!("{} {done}", linked(links));
        let cut: Vec<_> = is_cut.difference(&was_cut).copied().collect();
        let whole: Vec<_> = was_cut.difference(&is_cut).copied().collect();
        self.add(!cut.is_empty(), || words(&cut, "cut"), || words(&cut, "still cut"));
        self.add(!whole.is_empty(), || words(&whole, "mended"), || words(&whole, "whole"));
        let [clogged, now_clogged] = [from.clogs.len(), to.clogs.len()];
        let links = |number: usize| count(number as u64, "link");
        self.add(
            clogged != now_clogged,
            || format!("messages now wait on {}", links(now_clogged)),
            || format!("messages waited on {}", links(now_clogged)),
        );
    }

    fn sizes(&mut self, from: &Frame, to: &Frame) {
        let quorum = to.quorum;
        let sizes = format!("{}, {}, {}", quorum.n(), quorum.r(), quorum.w());
        self.add(
            from.quorum != quorum,
            || format!("N, R, W are now {sizes}"),
            || format!("N, R, W were {sizes}"),
        );
        let load = if to.load.on {
            format!("at {} operations a second", to.load.rate)
        } else {
            "off".to_owned()
        };
        let seen = |load: &crate::scenario::Load| (load.on, load.on.then_some(load.rate));
        self.add(
            seen(&from.load) != seen(&to.load),
            || format!("the load is now {load}"),
            || format!("the load was {load}"),
        );
    }

    fn channels(&mut self, from: &Frame, to: &Frame) {
        let delays = |it: &Frame| (it.latency.clone(), it.legs.clone(), it.regions);
        self.add(
            delays(from) != delays(to),
            || "the delays between nodes were changed".to_owned(),
            || "the delays between nodes were others".to_owned(),
        );
        let shares = |it: &Frame| [it.loss, it.duplication, it.reordering];
        let whats = ["are lost", "arrive twice", "take a second delay"];
        let pasts = ["were lost", "arrived twice", "took a second delay"];
        for (place, (from, to)) in shares(from).into_iter().zip(shares(to)).enumerate() {
            let share = format!("{} of messages between nodes", percent(to));
            self.add(
                from.to_bits() != to.to_bits(),
                || format!("{share} {} now", whats[place]),
                || format!("{share} {}", pasts[place]),
            );
        }
    }

    fn rules(&mut self, from: &Frame, to: &Frame) {
        let mut differs = |differs: bool, what: &str| {
            self.add(differs, || format!("{what} changed"), || format!("{what} differed"));
        };
        differs(from.settings != to.settings, "the mechanisms’ settings");
        differs(from.coordinator != to.coordinator, "the choice of a coordinator");
        differs(from.service != to.service, "the time that nodes take for a message");
        let chaos = if to.chaos > 0.0 { format!("at {}", to.chaos) } else { "off".to_owned() };
        self.add(
            from.chaos.to_bits() != to.chaos.to_bits(),
            || format!("chaos is now {chaos}"),
            || format!("chaos was {chaos}"),
        );
    }

    fn key(&mut self, from: &Frame, to: &Frame) {
        let Some((before, key)) = from.key.as_ref().zip(to.key.as_ref()) else { return };
        let (came, was) = if key.agreed {
            ("agree again", "agreed")
        } else {
            ("no longer agree", "did not agree")
        };
        let words = |end: &str| format!("the replicas of {} {end}", key.key);
        let differs = before.key == key.key && before.agreed != key.agreed;
        self.add(differs, || words(came), || words(was));
    }

    fn operations(&mut self, from: &Frame, to: &Frame) {
        let (earlier, later) = if self.back { (to, from) } else { (from, to) };
        let (earlier, later) = (&earlier.totals, &later.totals);
        let stale = later.stale.saturating_sub(earlier.stale);
        let parts = [
            counted(&earlier.reads, &later.reads, "read", stale),
            counted(&earlier.writes, &later.writes, "write", 0),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let words = parts.join(" and ");
        self.add(!parts.is_empty(), || words.clone(), || format!("{words} were still to come"));
        let lost = later.dropped.saturating_sub(earlier.dropped);
        let words = count(lost, "message");
        self.add(lost > 0, || format!("{words} lost"), || format!("{words} had not been lost yet"));
    }
}

/// Returns the differences of one node.
fn differences(from: &NodeFrame, to: &NodeFrame, back: bool) -> Vec<String> {
    let mut phrases = Vec::new();
    let mut add = |differs: bool, came: &str, was: &str| {
        if differs {
            phrases.push(if back { was } else { came }.to_owned());
        }
    };
    let either = |is: bool, yes: &'static str, no: &'static str| if is { yes } else { no };
    add(from.up != to.up, either(to.up, "came up", "went down"), either(to.up, "up", "down"));
    add(from.wipes != to.wipes, "lost its disk", "still had its disk");
    add(
        from.paused != to.paused,
        either(to.paused, "paused", "went on after a pause"),
        either(to.paused, "paused", "not paused"),
    );
    let slow = to.slow_by > Duration::ZERO;
    add(
        from.slow_by != to.slow_by,
        either(slow, "slow now", "as fast as the others again"),
        either(slow, "slow", "not slow"),
    );
    let (came, was) = match to.status {
        Status::Joining => ("began to join", "joining"),
        Status::Normal => ("holds its ranges", "holding its ranges"),
        Status::Leaving => ("began to leave", "leaving"),
        Status::Left => ("left", "gone"),
        Status::Removed => ("was removed", "removed"),
    };
    add(from.status != to.status, came, was);
    phrases
}

/// Returns the pairs of nodes that do not reach each other in at least one direction.
fn pairs(cuts: &[(NodeId, NodeId)]) -> BTreeSet<(NodeId, NodeId)> {
    cuts.iter().map(|&(a, b)| (a.min(b), a.max(b))).collect()
}

/// Returns the names of a few links, or the number of many.
fn linked(links: &[(NodeId, NodeId)]) -> String {
    if links.len() > NAMED_LINKS {
        return format!("{} links", links.len());
    }
    let names: Vec<String> = links.iter().map(|(a, b)| format!("{a}–{b}")).collect();
    format!("{} {}", if links.len() == 1 { "link" } else { "links" }, names.join(", "))
}

/// Returns the number of operations of one kind that ended between two moments, or `None` if there are none.
fn counted(earlier: &Outcomes, later: &Outcomes, noun: &str, stale: u64) -> Option<String> {
    let ok = later.ok.saturating_sub(earlier.ok);
    let failed = later.failed.saturating_sub(earlier.failed);
    let notes = [(stale, "stale"), (failed, "failed")];
    let notes = notes.into_iter().filter(|(number, _)| *number > 0);
    let notes: Vec<String> = notes.map(|(number, word)| format!("{number} {word}")).collect();
    let words = count(ok + failed, noun);
    match (ok + failed, notes.is_empty()) {
        (0, _) => None,
        (_, true) => Some(words),
        (_, false) => Some(format!("{words} ({})", notes.join(", "))),
    }
}
