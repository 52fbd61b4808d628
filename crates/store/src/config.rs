//! What a node is told about its cluster.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::settings::{Order, Settings};
use crate::{Duration, NodeId, Partitioning, Quorum, Ring};

/// The configuration of a node. All nodes of a cluster are given the same.
#[derive(Clone, Debug)]
pub struct Config {
    /// How many replicas there are, and how many must answer.
    pub quorum: Quorum,
    /// How the ring is divided.
    pub partitioning: Partitioning,
    /// How long a coordinator waits for answers before it fails the request.
    pub request_timeout: Duration,
    /// The switches and dials of every mechanism.
    pub settings: Arc<Settings>,
    /// The rings that have been computed, shared by the nodes that are given clones of it.
    pub rings: Rings,
    /// The root of the node's own luck: whom it gossips to.
    pub seed: u64,
}

impl Config {
    /// Gives which of two versions replaces the other: a register's are in one order always.
    pub fn order(&self) -> Order {
        if self.settings.quorum.register {
            Order::LastWriteWins
        } else {
            self.settings.versions.order
        }
    }

    /// Gives the ring of these nodes.
    pub(crate) fn ring(&self, nodes: &[NodeId]) -> Arc<Ring> {
        self.rings.of(self.partitioning, nodes)
    }
}

/// How many rings are remembered: views differ for some rounds of gossip only.
const MOST_RINGS: usize = 16;

/// A ring with how it is divided.
type Known = (Partitioning, Arc<Ring>);

/// Rings by the nodes in them. A ring is a function of its nodes, and each node of a cluster has a view
/// of its own; that they share what follows from equal views changes nothing but the work.
#[derive(Clone, Default)]
pub struct Rings {
    known: Arc<Mutex<Vec<Known>>>,
}

impl Rings {
    /// Gives the ring of these nodes, computed where it is not known yet.
    fn of(&self, partitioning: Partitioning, nodes: &[NodeId]) -> Arc<Ring> {
        // Nothing panics while it is locked, so that a poisoned lock is as good as another.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |(how, ring): &&Known| *how == partitioning && ring.nodes() == nodes;
        if let Some((_, ring)) = known.iter().find(is_it) {
            return Arc::clone(ring);
        }
        let ring = Arc::new(partitioning.ring(nodes.iter().copied()));
        if known.len() == MOST_RINGS {
            known.remove(0);
        }
        known.push((partitioning, Arc::clone(&ring)));
        ring
    }
}

impl fmt::Debug for Rings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rings").finish_non_exhaustive()
    }
}
