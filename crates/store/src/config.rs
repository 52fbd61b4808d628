//! Configuration of a node.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::settings::{Order, Settings};
use crate::{Duration, NodeId, Partitioning, Quorum, Ring};

/// The configuration of a node, which is the same for all nodes of a cluster.
#[derive(Clone, Debug)]
pub struct Config {
    /// The number of replicas, and the numbers that must answer.
    pub quorum: Quorum,
    /// The division of the ring.
    pub partitioning: Partitioning,
    /// The time for which a coordinator waits for answers before it fails the request.
    pub request_timeout: Duration,
    /// The settings of every mechanism.
    pub settings: Arc<Settings>,
    /// The computed rings, shared by all nodes that have clones of this configuration.
    pub rings: Rings,
    /// The root of the node's randomness, which selects the peers it gossips to.
    pub seed: u64,
}

impl Config {
    /// Returns the order of versions, which is always total if keys are registers.
    pub fn order(&self) -> Order {
        if self.settings.quorum.register {
            Order::LastWriteWins
        } else {
            self.settings.versions.order
        }
    }

    /// Returns the ring of these nodes.
    pub(crate) fn ring(&self, nodes: &[NodeId]) -> Arc<Ring> {
        self.rings.of(self.partitioning, nodes)
    }
}

/// The number of rings that are cached. Views differ for some rounds of gossip only.
const CACHED_RINGS_MAX: usize = 16;

/// A ring and its division.
type CachedRing = (Partitioning, Arc<Ring>);

/// A cache of rings by their nodes. A ring is a function of its nodes; since each node of a cluster
/// has a view of its own, sharing the rings of equal views saves work and changes nothing else.
#[derive(Clone, Default)]
pub struct Rings {
    known: Arc<Mutex<Vec<CachedRing>>>,
}

impl Rings {
    /// Returns the ring of these nodes, and computes it if it is not cached.
    fn of(&self, partitioning: Partitioning, nodes: &[NodeId]) -> Arc<Ring> {
        // Nothing panics while the lock is held, so the data behind a poisoned lock is valid.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = |(how, ring): &&CachedRing| *how == partitioning && ring.nodes() == nodes;
        if let Some((_, ring)) = known.iter().find(matches) {
            return Arc::clone(ring);
        }
        let ring = Arc::new(partitioning.ring(nodes.iter().copied()));
        if known.len() == CACHED_RINGS_MAX {
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
