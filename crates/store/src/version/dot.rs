//! Actors and dots: the names of single writes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::NodeId;

/// An actor that counts writes: a node, with one generation of its disk.
///
/// A node whose disk was wiped has forgotten how far it had counted. If it continued under its old
/// name, it would give the name of an old write to a new one, and replicas would mistake the new
/// write for one that they have. So each wipe begins a new generation (Riak calls it an actor
/// epoch).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The node.
    pub node: NodeId,
    /// The number of disks that the node had before this one.
    pub generation: u16,
}

impl Actor {
    /// Returns a number that is unique to this actor.
    pub(crate) const fn identity(self) -> u64 {
        (self.node.0 as u64) << 16 | self.generation as u64
    }
}

impl fmt::Display for Actor {
    /// Writes the node's letter, with a prime for each generation up to the third: `A`, `A'`,
    /// `A''`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.generation {
            few @ 0..=3 => write!(f, "{}{}", self.node, &"'''"[..usize::from(few)]),
            many => write!(f, "{}'{many}", self.node),
        }
    }
}

/// The name of one write: the `counter`th that `actor` named for one key.
///
/// Dots separate a write from its causal past (Preguiça et al., "Dotted version vectors", 2012).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dot {
    /// The actor that named the write.
    pub actor: Actor,
    /// Its number among the actor's writes to the key, from 1.
    pub counter: u64,
}

impl fmt::Display for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.actor, self.counter)
    }
}
