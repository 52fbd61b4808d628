//! The versions of a key: which descends from which, who holds which, and what the latest write alone would
//! have left of them.

mod collect;
mod compare;
mod graph;
mod last_write_wins;
mod log;

pub use compare::{Comparison, Relation};
pub use last_write_wins::{Dropped, LatestWins};
pub(crate) use log::Lineages;

use ringside_sim::ClientId;
use ringside_store::settings::Order;
use ringside_store::version::{Context, Dot};
use ringside_store::{Instant, Key, NodeId, RequestId};

use crate::lab::Lab;
use graph::Graph;

/// The versions of a key, as far back as they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Lineage {
    /// The key.
    pub key: String,
    /// Which of two versions replaces the other.
    pub order: Order,
    /// Since when all that happened to the key is known; since the start of the run where there is no
    /// time.
    pub since: Option<Instant>,
    /// The number of versions that are known and not among these, for there are too many.
    pub left_out: usize,
    /// The writers that clocks name, each a column.
    pub actors: Vec<String>,
    /// The versions, by generation and then in the order in which they were first heard of.
    pub versions: Vec<LineageVersion>,
    /// The pairs of an older and a newer version between which there is no other.
    pub edges: Vec<(usize, usize)>,
    /// The nodes that hold something of the key or should, those of its preference list first.
    pub holders: Vec<Holder>,
    /// The result of merging all copies and hints as the store does: the value, or the siblings.
    pub current: Vec<usize>,
    /// The copies that no other one descends from: more than one where writes were concurrent, whatever
    /// the store makes of that.
    pub foremost: Vec<usize>,
    /// The versions that the asking user has seen, in words.
    pub seen: String,
    /// The current versions that this person has not seen: a put would not replace them.
    pub unseen: Vec<usize>,
    /// The versions that last write wins would keep, or keeps.
    pub latest: LatestWins,
    graph: Graph,
}

/// A version of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct LineageVersion {
    /// Its name.
    pub dot: Dot,
    /// The value; none for a delete.
    pub value: Option<String>,
    /// Whether the value has expired.
    pub expired: bool,
    /// The context of the write as the store has it in the clock, or `None` if no copy of the version is
    /// known.
    pub past: Option<String>,
    /// The knowledge of each writer's work, the version's own included: one cell per column.
    pub cells: Vec<Cell>,
    /// The number of versions one after the other before it, at most.
    pub generation: u16,
    /// The writer and its time, as far as they are known.
    pub writer: Option<Writer>,
    /// The time at which it was written by its coordinator's wall clock, where a copy of it is known.
    pub written: Option<Instant>,
    /// Whether its client received an acknowledgement.
    pub ending: WriteEnding,
}

/// The writer of a version, and the time of the write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writer {
    /// The request.
    pub request: RequestId,
    /// The client.
    pub client: ClientId,
    /// The node that named the write.
    pub node: NodeId,
    /// The time of the write.
    pub at: Instant,
}

/// The ending of a write for its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WriteEnding {
    /// It has not, or it is not known.
    #[default]
    Unknown,
    /// It was acknowledged.
    Acknowledged,
    /// It got no quorum, or no answer.
    Failed,
}

/// The part of one writer's work that a version knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The number of the writer's first writes that the version knows.
    pub upto: u64,
    /// Single ones beyond.
    pub beyond: Vec<u64>,
}

/// A node that holds something of a key, or should.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// The node.
    pub node: NodeId,
    /// Its place in the preference list, from zero, or `None` where it is not on it.
    pub rank: Option<usize>,
    /// Whether it runs.
    pub up: bool,
    /// The versions that it holds; all of them, also such as are left out.
    pub count: usize,
    /// The listed versions that the node holds.
    pub holds: Vec<usize>,
    /// The hints that the node keeps for others.
    pub hints: Vec<HintHeld>,
}

/// A hint that a node keeps of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct HintHeld {
    /// The node for which the hint is kept.
    pub target: NodeId,
    /// Since when.
    pub since: Instant,
    /// The versions.
    pub holds: Vec<usize>,
}

impl Lineage {
    /// Whether a version descends from another: its writer had seen it, or something that came
    /// after it.
    pub fn descends(&self, newer: usize, older: usize) -> bool {
        self.graph.descends(newer, older)
    }

    /// Returns the place of a version.
    pub fn find(&self, dot: Dot) -> Option<usize> {
        self.versions.iter().position(|version| version.dot == dot)
    }
}

impl LineageVersion {
    /// Names it by its value and its dot, as `blue (A2)`.
    pub fn name(&self) -> String {
        match &self.value {
            Some(value) => format!("{value} ({})", self.dot),
            None => format!("the delete {}", self.dot),
        }
    }
}

impl std::fmt::Display for Cell {
    /// Writes `2`, or `2+5` where the fifth is known without the third.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.upto)?;
        self.beyond.iter().try_for_each(|counter| write!(f, "+{counter}"))
    }
}

impl Lab {
    /// Returns the versions of a key, and the knowledge of a user who asks through a node, or through any.
    pub fn lineage(&self, key: &str, through: Option<NodeId>) -> Lineage {
        collect::lineage(self, &Key::new(key), through)
    }

    /// Returns those of some writes to a key that a person has not seen who asks through a node, or any: a
    /// put would not replace them.
    pub fn unseen(&self, key: &str, through: Option<NodeId>, dots: &[Dot]) -> Vec<Dot> {
        let seen = self.cluster.client_context(&Key::new(key), through);
        dots.iter().copied().filter(|dot| !seen.contains(*dot)).collect()
    }
}

/// Returns how much of each writer's work a version knows.
fn cells(all: &Context, actors: &[ringside_store::version::Actor]) -> Vec<Cell> {
    let cell = |actor: &ringside_store::version::Actor| Cell {
        upto: all.vector().get(*actor),
        beyond: (all.beyond().iter().filter(|dot| dot.actor == *actor))
            .map(|dot| dot.counter)
            .collect(),
    };
    actors.iter().map(cell).collect()
}
