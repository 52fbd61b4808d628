//! What survives a crash.

use crate::coverage::Coverage;
use crate::hints::HintStore;
use crate::membership::{Status, View};
use crate::storage::Storage;
use crate::streaming::Progress;
use crate::version::{Actor, Siblings};
use crate::{Key, NodeId};

/// What survives a crash: a node's keys, its hints, what it knows of the cluster, and how far it had
/// counted in naming writes.
#[derive(Clone, Debug)]
pub struct Disk {
    pub(crate) actor: Actor,
    pub(crate) storage: Storage,
    pub(crate) hints: HintStore,
    pub(crate) view: View,
    /// The positions whose keys the node has, or has been brought. None before the first start.
    pub(crate) owned: Option<Coverage>,
    /// The nodes of the rings by which others may still read, as far as was known: see
    /// [`Beliefs`](crate::beliefs::Beliefs).
    pub(crate) past: Vec<Vec<NodeId>>,
    /// How far the streams that bring it keys have got.
    pub(crate) progress: Progress,
    /// How many pieces of work of its own it has begun.
    pub(crate) tasks: u64,
}

impl Disk {
    /// Makes an empty disk, the `generation`th of its node after the first. `members` are the nodes
    /// that it takes for the cluster's until it hears otherwise.
    ///
    /// A wiped node must come back with a higher generation, or replicas would take its new writes
    /// for old ones of the same name.
    pub fn new(node: NodeId, generation: u16, members: impl IntoIterator<Item = NodeId>) -> Self {
        Self {
            actor: Actor { node, generation },
            storage: Storage::default(),
            hints: HintStore::default(),
            view: View::new(members, node, generation),
            owned: None,
            past: Vec::new(),
            progress: Progress::default(),
            tasks: 0,
        }
    }

    /// Gives the node whose disk it is.
    pub const fn node(&self) -> NodeId {
        self.actor.node
    }

    /// Gives the number of keys that have a value to read.
    pub const fn live_keys(&self) -> u32 {
        self.storage.live_keys()
    }

    /// Gives the number of keys of which nothing but tombstones is left.
    pub const fn tombstones(&self) -> u32 {
        self.storage.dead_keys()
    }

    /// Gives the versions of a key; none when it was never written here.
    pub fn get(&self, key: &Key) -> Option<&Siblings> {
        self.storage.get(key)
    }

    /// Lists the keys with their versions in ring order, tombstones included.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.storage.iter()
    }

    /// Gives the hints that are kept for other nodes.
    pub const fn hints(&self) -> &HintStore {
        &self.hints
    }

    /// Gives how the node stands in the ring, as far as it has heard.
    pub fn standing(&self) -> Status {
        self.view.get(self.actor.node).map_or(Status::Left, |own| own.status)
    }

    /// Gives how many disks the node had before this one.
    pub const fn generation(&self) -> u16 {
        self.actor.generation
    }
}
