//! The oracle's view of the store: the contents of copies, and the replicas of keys.

use std::sync::Arc;

use ringside_staleness::oracle::StoreModel;
use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, Key, NodeId, RequestId, Ring};
use smallvec::SmallVec;

/// The replicas of keys.
#[derive(Clone, Debug)]
pub(crate) struct Replicas {
    pub(crate) ring: Arc<Ring>,
    /// The number of replicas of a key.
    pub(crate) n: u16,
}

/// The store's types and relations, for the oracle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RingsideStore;

/// A write, identified by its dot, with its position in the order of a register's writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Write {
    dot: Dot,
    /// The rank of a register's write, or zero for any other write.
    rank: u64,
    written: Instant,
}

impl From<&Version> for Write {
    fn from(version: &Version) -> Self {
        Self { dot: version.dot, rank: version.rank, written: version.written }
    }
}

impl Write {
    /// Whether a version is this write or comes after it: the version's writer had seen the write or, in a
    /// register, whose writes have a total order, the version has a higher position.
    fn is_in(self, version: &Version) -> bool {
        let in_order =
            || (version.rank, version.written, version.dot) > (self.rank, self.written, self.dot);
        version.dot == self.dot
            || version.past.contains(self.dot)
            || (self.rank > 0 && version.rank > 0 && in_order())
    }
}

impl StoreModel for RingsideStore {
    type Key = Key;
    type Node = NodeId;
    type Client = u64;
    type Request = RequestId;
    type Write = Write;
    type Copy = Siblings;
    type Ring = Replicas;

    fn hash(key: &Key) -> u64 {
        key.position()
    }

    fn has(copy: &Siblings, write: Write) -> bool {
        copy.iter().any(|version| write.is_in(version))
    }

    fn branches(copy: &Siblings) -> u16 {
        copy.len() as u16
    }

    fn writes(copy: &Siblings) -> impl Iterator<Item = Write> {
        copy.iter().map(|version| Write::from(&**version))
    }

    fn same_versions(a: &Siblings, b: &Siblings) -> bool {
        a == b
    }

    fn replicas(ring: &Replicas, key: &Key) -> SmallVec<[NodeId; 4]> {
        ring.ring.preference_list(key.position(), ring.n).iter().copied().collect()
    }
}
