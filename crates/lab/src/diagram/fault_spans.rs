//! Spans of time in which nodes or links were faulty.

use std::collections::{BTreeMap, BTreeSet};

use ringside_sim::{Entry, Intervention};
use ringside_store::{Duration, Instant, NodeId};

use crate::lab::Lab;
use crate::words::joined;

/// A fault of nodes or links over a span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpan {
    /// The kind of fault.
    pub kind: FaultKind,
    /// The nodes on whose lanes it is drawn, by number.
    pub nodes: Vec<NodeId>,
    /// The beginning.
    pub from: Instant,
    /// The end, or `None` if the fault is still in force.
    pub to: Option<Instant>,
    /// The fault in words: `A, B cut off from C, D, E`.
    pub words: String,
    /// The number of the journal entry that began it.
    pub number: u64,
}

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// A node was stopped.
    Down,
    /// A node was paused.
    Paused,
    /// A node or a link was slowed down.
    Slow,
    /// Links were cut.
    Cut,
    /// Links were clogged.
    Clogged,
    /// A link lost another share of messages than usual.
    Lossy,
}

impl FaultKind {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 6] =
        [Self::Cut, Self::Down, Self::Paused, Self::Slow, Self::Clogged, Self::Lossy];

    /// Returns the name of the kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "stopped",
            Self::Paused => "paused",
            Self::Slow => "slow",
            Self::Cut => "cut",
            Self::Clogged => "clogged",
            Self::Lossy => "lossy",
        }
    }
}

type Link = (NodeId, NodeId);

/// Returns the faults that were in force at or after a moment.
pub(super) fn fault_spans(lab: &Lab, since: Instant) -> Vec<FaultSpan> {
    let mut found = Finder { since, ..Finder::default() };
    for entry in &lab.interventions {
        if let ringside_sim::EntryKind::Intervention(intervention) = &entry.kind {
            found.observe(entry, intervention, lab.cluster().nodes().count() as u16);
        }
    }
    found.finish()
}

/// The time and the entry number of a fault's beginning.
type Since = (Instant, u64);

#[derive(Default)]
struct Finder {
    since: Instant,
    spans: Vec<FaultSpan>,
    nodes: u16,
    faulty: BTreeMap<(FaultKind, NodeId), Since>,
    cuts: BTreeSet<Link>,
    cut_since: Since,
    clogs: BTreeMap<Link, Since>,
    /// Links that were made slow or lossy, with their words.
    impairments: BTreeMap<(FaultKind, Link), (Since, String)>,
}

impl Finder {
    fn observe(&mut self, entry: &Entry, intervention: &Intervention, nodes: u16) {
        self.nodes = nodes;
        let began = (entry.at, entry.number);
        match intervention {
            Intervention::Crash(node) | Intervention::Wipe(node) => {
                // A stopped node is not paused any more.
                self.end_node(FaultKind::Paused, *node, entry.at);
                self.faulty.entry((FaultKind::Down, *node)).or_insert(began);
            }
            Intervention::Restart(node) => self.end_node(FaultKind::Down, *node, entry.at),
            Intervention::Pause(node) => {
                self.faulty.insert((FaultKind::Paused, *node), began);
            }
            Intervention::Resume(node) => self.end_node(FaultKind::Paused, *node, entry.at),
            Intervention::Slow { node, by } => {
                self.end_node(FaultKind::Slow, *node, entry.at);
                if *by > Duration::ZERO {
                    self.faulty.insert((FaultKind::Slow, *node), began);
                }
            }
            Intervention::Cut(links) => self.cut(entry, |cuts| cuts.extend(links)),
            Intervention::Mend(links) => {
                self.cut(entry, |cuts| links.iter().for_each(|link| _ = cuts.remove(link)));
            }
            Intervention::Heal => self.cut(entry, BTreeSet::clear),
            Intervention::Clog { from, to } => _ = self.clogs.insert((*from, *to), began),
            Intervention::Unclog { from, to, .. } => {
                if let Some(since) = self.clogs.remove(&(*from, *to)) {
                    self.clogged((*from, *to), since, Some(entry.at));
                }
            }
            Intervention::SlowLink { from, to, by } => {
                let words = format!("messages from {from} to {to} take {by} longer");
                let words = (*by > Duration::ZERO).then_some(words);
                self.impair(FaultKind::Slow, (*from, *to), began, words);
            }
            Intervention::LossyLink { from, to, share } => {
                let words = share.map(|share| {
                    format!("{:.0}% of messages from {from} to {to} lost", share * 100.0)
                });
                self.impair(FaultKind::Lossy, (*from, *to), began, words);
            }
            _ => {}
        }
    }

    /// Ends the previous impairment of a link, and begins the new one.
    fn impair(&mut self, kind: FaultKind, link: Link, began: Since, words: Option<String>) {
        if let Some((since, words)) = self.impairments.remove(&(kind, link)) {
            self.add(kind, vec![link.0, link.1], since, Some(began.0), || words);
        }
        if let Some(words) = words {
            self.impairments.insert((kind, link), (began, words));
        }
    }

    /// Ends a fault of a node.
    fn end_node(&mut self, kind: FaultKind, node: NodeId, at: Instant) {
        if let Some(since) = self.faulty.remove(&(kind, node)) {
            self.node(kind, node, since, Some(at));
        }
    }

    fn node(&mut self, kind: FaultKind, node: NodeId, since: Since, to: Option<Instant>) {
        self.add(kind, vec![node], since, to, || format!("{node} {}", kind.name()));
    }

    fn clogged(&mut self, (from, to): Link, since: Since, end: Option<Instant>) {
        let words = || format!("the link from {from} to {to} clogged");
        self.add(FaultKind::Clogged, vec![from, to], since, end, words);
    }

    /// Changes the set of cut links. Each set is a span.
    fn cut(&mut self, entry: &Entry, change: impl FnOnce(&mut BTreeSet<Link>)) {
        let before = self.cuts.clone();
        change(&mut self.cuts);
        if before != self.cuts {
            let after = std::mem::replace(&mut self.cuts, before);
            self.end_cut(Some(entry.at));
            self.cuts = after;
            self.cut_since = (entry.at, entry.number);
        }
    }

    fn end_cut(&mut self, to: Option<Instant>) {
        if self.cuts.is_empty() || to.is_some_and(|to| to < self.since) {
            return;
        }
        let (nodes, words) = sides(&self.cuts, self.nodes);
        self.add(FaultKind::Cut, nodes, self.cut_since, to, || words);
    }

    fn add(
        &mut self,
        kind: FaultKind,
        nodes: Vec<NodeId>,
        (from, number): Since,
        to: Option<Instant>,
        words: impl FnOnce() -> String,
    ) {
        // A span without length is invisible.
        if to.is_none_or(|to| to >= self.since && to > from) {
            self.spans.push(FaultSpan { kind, nodes, from, to, words: words(), number });
        }
    }

    /// Adds the faults that are still in force.
    fn finish(mut self) -> Vec<FaultSpan> {
        self.end_cut(None);
        for ((kind, node), since) in std::mem::take(&mut self.faulty) {
            self.node(kind, node, since, None);
        }
        for ((kind, link), (since, words)) in std::mem::take(&mut self.impairments) {
            self.add(kind, vec![link.0, link.1], since, None, || words);
        }
        for (link, since) in std::mem::take(&mut self.clogs) {
            self.clogged(link, since, None);
        }
        self.spans.sort_by_key(|span| (span.from, span.number, span.kind));
        self.spans
    }
}

/// Returns the nodes that cut links separate from the others, in words too. If all nodes still reach each other,
/// these are the ends of the cut links.
fn sides(cuts: &BTreeSet<Link>, nodes: u16) -> (Vec<NodeId>, String) {
    let mut sides: Vec<Vec<NodeId>> = Vec::new();
    let mut placed = vec![false; usize::from(nodes)];
    for first in (0..nodes).map(NodeId) {
        if std::mem::replace(&mut placed[first.index()], true) {
            continue;
        }
        let mut side = vec![first];
        let mut next = 0;
        while let Some(&node) = side.get(next) {
            next += 1;
            for other in (0..nodes).map(NodeId) {
                let whole = !cuts.contains(&(node, other)) && !cuts.contains(&(other, node));
                if whole && !std::mem::replace(&mut placed[other.index()], true) {
                    side.push(other);
                }
            }
        }
        side.sort_unstable();
        sides.push(side);
    }
    if sides.len() < 2 {
        let ends: BTreeSet<NodeId> = cuts.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let words = match cuts.len() {
            0..=3 => {
                let links: Vec<String> =
                    cuts.iter().map(|(from, to)| format!("{from} to {to}")).collect();
                format!("{} cut", links.join(", "))
            }
            many => format!("{many} links cut"),
        };
        return (ends.into_iter().collect(), words);
    }
    // The largest side counts as the rest of the cluster, from which the others are cut off.
    let largest =
        sides.iter().enumerate().max_by_key(|(place, side)| (side.len(), usize::MAX - place));
    let largest = largest.map_or(0, |(place, _)| place);
    let rest = sides.remove(largest);
    let names: Vec<String> = sides.iter().map(|side| some_names(side)).collect();
    let words = format!("{} cut off from {}", names.join(" and "), some_names(&rest));
    (sides.concat(), words)
}

/// Returns the names of up to six nodes, or the number of more.
fn some_names(nodes: &[NodeId]) -> String {
    if nodes.len() > 6 { format!("{} nodes", nodes.len()) } else { joined(nodes) }
}
