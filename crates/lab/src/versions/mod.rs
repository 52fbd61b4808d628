//! The versions of a key: their descent, their holders, and the writes that last write wins would drop.

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

/// The versions of a key, as far back as they are known. Indices refer to [`versions`](Self::versions).
#[derive(Clone, Debug, PartialEq)]
pub struct Lineage {
    /// The key.
    pub key: String,
    /// The rule by which one version replaces another.
    pub order: Order,
    /// The time from which the key's history is complete, or `None` if it is complete from the start of the
    /// run.
    pub since: Option<Instant>,
    /// The number of known versions that are not listed because there are too many.
    pub left_out: usize,
    /// The writers that the versions' clocks name: one column each.
    pub actors: Vec<String>,
    /// The versions, by generation and then in the order in which they became known.
    pub versions: Vec<LineageVersion>,
    /// The pairs of an older and a newer version without another version between them.
    pub edges: Vec<(usize, usize)>,
    /// The nodes of the key's preference list, followed by the other nodes that hold copies or hints of it.
    pub holders: Vec<Holder>,
    /// The result of merging all copies and hints as the store does: the value, or the siblings.
    pub current: Vec<usize>,
    /// The held versions from which no other held version descends: several after concurrent writes, whatever
    /// the store's rule keeps of them.
    pub foremost: Vec<usize>,
    /// The user's context of the key as text: the versions that the user has seen.
    pub seen: String,
    /// The current versions that the user has not seen: the user's next put would not replace them.
    pub unseen: Vec<usize>,
    /// The conflicts and the dropped writes of last write wins.
    pub latest: LatestWins,
    graph: Graph,
}

/// A version of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct LineageVersion {
    /// The dot of the write, which identifies the version.
    pub dot: Dot,
    /// The value, or `None` for a delete or if no value is known.
    pub value: Option<String>,
    /// Whether the value has expired.
    pub expired: bool,
    /// The context of the write as text, as the store keeps it in the clock, or `None` if no copy of the
    /// version is known.
    pub past: Option<String>,
    /// The writes that the version knows, its own included: one cell per column.
    pub cells: Vec<Cell>,
    /// The length of the longest chain of versions before this one.
    pub generation: u16,
    /// The writer and the time of the write, or `None` if they are not known.
    pub writer: Option<Writer>,
    /// The time of the write by its coordinator's wall clock, or `None` if no copy of the version is known.
    pub written: Option<Instant>,
    /// The outcome of the write for its client.
    pub ending: WriteEnding,
}

/// The writer of a version, and the time of the write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writer {
    /// The request.
    pub request: RequestId,
    /// The client.
    pub client: ClientId,
    /// The node that assigned the dot to the write.
    pub node: NodeId,
    /// The time of the write.
    pub at: Instant,
}

/// The outcome of a write for its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WriteEnding {
    /// The write has not ended, or its outcome is not known.
    #[default]
    Unknown,
    /// The write was acknowledged.
    Acknowledged,
    /// The write was refused, got no quorum, or got no answer.
    Failed,
}

/// The writes of one writer that a version knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The counter up to which the version knows all the writer's writes.
    pub upto: u64,
    /// The counters of single writes above `upto`.
    pub beyond: Vec<u64>,
}

/// A node that holds copies or hints of a key, or belongs to its preference list.
#[derive(Clone, Debug, PartialEq)]
pub struct Holder {
    /// The node.
    pub node: NodeId,
    /// The node's position in the preference list, from zero, or `None` if the node is not on it.
    pub rank: Option<usize>,
    /// Whether the node is up.
    pub up: bool,
    /// The number of versions that the node holds, including those that are not listed.
    pub count: usize,
    /// The listed versions that the node holds.
    pub holds: Vec<usize>,
    /// The hints that the node keeps for others.
    pub hints: Vec<HintHeld>,
}

/// A hint of a key that a node keeps for another.
#[derive(Clone, Debug, PartialEq)]
pub struct HintHeld {
    /// The node for which the hint is kept.
    pub target: NodeId,
    /// The time from which the hint has been kept.
    pub since: Instant,
    /// The listed versions in the hint.
    pub holds: Vec<usize>,
}

impl Lineage {
    /// Whether a version descends from another: the newer one's writer had seen the older one, or a version
    /// that descends from it.
    pub fn descends(&self, newer: usize, older: usize) -> bool {
        self.graph.descends(newer, older)
    }

    /// Returns the index of a version, or `None` if it is not listed.
    pub fn find(&self, dot: Dot) -> Option<usize> {
        self.versions.iter().position(|version| version.dot == dot)
    }
}

impl LineageVersion {
    /// Names the version by its value and its dot, as `blue (A2)`.
    pub fn name(&self) -> String {
        match &self.value {
            Some(value) => format!("{value} ({})", self.dot),
            None => format!("the delete {}", self.dot),
        }
    }
}

impl std::fmt::Display for Cell {
    /// Writes `2` if the first two writes are known, or `2+5` if the fifth but not the third is known as well.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.upto)?;
        self.beyond.iter().try_for_each(|counter| write!(f, "+{counter}"))
    }
}

impl Lab {
    /// Returns the versions of a key, and those that the user has seen.
    ///
    /// The user is one client at each node, and another one that asks any node: `through` selects the client
    /// at a node, or the one that asks any node if it is `None`.
    pub fn lineage(&self, key: &str, through: Option<NodeId>) -> Lineage {
        collect::lineage(self, &Key::new(key), through)
    }

    /// Returns those of the writes `dots` to a key that the user has not seen: the user's next put would not
    /// replace them. `through` selects the user's client, as for [`Lab::lineage`].
    pub fn unseen(&self, key: &str, through: Option<NodeId>, dots: &[Dot]) -> Vec<Dot> {
        let seen = self.cluster.client_context(&Key::new(key), through);
        dots.iter().copied().filter(|dot| !seen.contains(*dot)).collect()
    }
}

/// Returns the writes of each actor that a context contains: one cell per actor.
fn cells(all: &Context, actors: &[ringside_store::version::Actor]) -> Vec<Cell> {
    let cell = |actor: &ringside_store::version::Actor| Cell {
        upto: all.vector().get(*actor),
        beyond: (all.beyond().iter().filter(|dot| dot.actor == *actor))
            .map(|dot| dot.counter)
            .collect(),
    };
    actors.iter().map(cell).collect()
}
