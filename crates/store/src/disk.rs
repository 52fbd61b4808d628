//! A node's disk: the state that survives a crash.

use std::collections::BTreeMap;

use crate::hints::HintStore;
use crate::membership::{Membership, Status};
use crate::range_set::RangeSet;
use crate::storage::Storage;
use crate::version::{Actor, Siblings};
use crate::{Key, NodeId, Range};

/// Progress of unfinished streams: the last key that has arrived, by range.
pub(crate) type Progress = BTreeMap<Range, Key>;

/// A node's disk: the state that survives a crash. It holds the node's keys, its hints, its view of
/// the membership and its counters.
#[derive(Clone, Debug)]
pub struct Disk {
    pub(crate) actor: Actor,
    pub(crate) storage: Storage,
    pub(crate) hints: HintStore,
    pub(crate) membership: Membership,
    /// The positions whose keys the node holds or has fetched, or `None` before the rings change
    /// for the first time.
    pub(crate) owned: Option<RangeSet>,
    /// The nodes of previous rings that other nodes may still read by: see
    /// [`ClusterView`](crate::cluster_view::ClusterView).
    pub(crate) past_rings: Vec<Vec<NodeId>>,
    /// The progress of the streams that bring keys to the node.
    pub(crate) progress: Progress,
    /// The number of background tasks that the node has begun.
    pub(crate) tasks: u64,
}

impl Disk {
    /// Creates an empty disk, the `generation`th of its node after the first. `members` are the
    /// nodes that the node considers members until gossip says otherwise.
    ///
    /// A wiped node must come back with a higher generation, or replicas would mistake its new
    /// writes for old ones of the same name.
    pub fn new(node: NodeId, generation: u16, members: impl IntoIterator<Item = NodeId>) -> Self {
        Self {
            actor: Actor { node, generation },
            storage: Storage::default(),
            hints: HintStore::default(),
            membership: Membership::new(members, node, generation),
            owned: None,
            past_rings: Vec::new(),
            progress: Progress::default(),
            tasks: 0,
        }
    }

    /// The node that the disk belongs to.
    pub const fn node(&self) -> NodeId {
        self.actor.node
    }

    /// The number of keys that have a value to read.
    pub const fn live_keys(&self) -> u32 {
        self.storage.live_keys()
    }

    /// The number of keys that have only tombstones left.
    pub const fn tombstones(&self) -> u32 {
        self.storage.dead_keys()
    }

    /// Returns the versions of a key, or `None` if it was never written here.
    pub fn get(&self, key: &Key) -> Option<&Siblings> {
        self.storage.get(key)
    }

    /// Iterates over the keys with their versions in ring order, tombstones included.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.storage.iter()
    }

    /// Iterates over the keys in a part of the ring, in ring order.
    pub fn keys_in(&self, range: Range) -> impl Iterator<Item = &Key> {
        self.storage.range_after(range, None).map(|(key, _)| key)
    }

    /// The hints that the node keeps for other nodes.
    pub const fn hints(&self) -> &HintStore {
        &self.hints
    }

    /// Returns the node's own status in the ring, as far as the node has heard.
    pub fn status(&self) -> Status {
        self.membership.get(self.actor.node).map_or(Status::Left, |own| own.status)
    }

    /// The number of disks that the node had before this one.
    pub const fn generation(&self) -> u16 {
        self.actor.generation
    }
}
