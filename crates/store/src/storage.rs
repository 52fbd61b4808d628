//! What a node keeps on disk: the siblings of each key that it holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::version::{Actor, Dot, Siblings, Version};
use crate::{Key, NodeId};

/// What is kept for one key.
#[derive(Clone, Debug, Default)]
struct Record {
    siblings: Siblings,
    /// How many writes to this key the node has named. It is kept beside the siblings, for a node
    /// may name a write that it does not hold (it coordinates for others), and must never name two
    /// writes alike.
    minted: u64,
}

/// The keys of one node, in the order of the ring.
#[derive(Clone, Debug, Default)]
pub(crate) struct Storage {
    records: BTreeMap<Key, Record>,
    live: u32,
}

impl Storage {
    /// Names a new write to the key; no name is given twice.
    pub(crate) fn mint(&mut self, actor: Actor, key: &Key) -> Dot {
        let record = self.records.entry(key.clone()).or_default();
        record.minted += 1;
        Dot { actor, counter: record.minted }
    }

    /// Stores a version unless it is held or replaced already; tells whether anything changed and
    /// how many siblings there are now.
    pub(crate) fn insert(&mut self, key: &Key, version: &Arc<Version>) -> (bool, u16) {
        self.change(key, |siblings| siblings.insert(version))
    }

    /// Merges versions; tells whether anything changed and how many siblings there are now.
    pub(crate) fn merge(&mut self, key: &Key, versions: &Siblings) -> (bool, u16) {
        self.change(key, |siblings| siblings.merge(versions))
    }

    fn change(&mut self, key: &Key, change: impl FnOnce(&mut Siblings) -> bool) -> (bool, u16) {
        let record = self.records.entry(key.clone()).or_default();
        let was_live = record.siblings.is_live();
        let changed = change(&mut record.siblings);
        let is_live = record.siblings.is_live();
        self.live = self.live + u32::from(is_live) - u32::from(was_live);
        (changed, record.siblings.len() as u16)
    }

    /// Gives the versions of a key; none when it was never written here.
    pub(crate) fn get(&self, key: &Key) -> Option<&Siblings> {
        self.records.get(key).map(|record| &record.siblings).filter(|found| !found.is_empty())
    }

    /// Lists the keys with their versions in ring order, tombstones included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        let held = self.records.iter().filter(|(_, record)| !record.siblings.is_empty());
        held.map(|(key, record)| (key, &record.siblings))
    }

    /// Gives the number of keys that have a value to read.
    pub(crate) const fn live_keys(&self) -> u32 {
        self.live
    }
}

/// What survives a crash: a node's keys, and how far it had counted in naming writes.
#[derive(Clone, Debug)]
pub struct Disk {
    pub(crate) actor: Actor,
    pub(crate) storage: Storage,
}

impl Disk {
    /// Makes an empty disk, the `generation`th of its node after the first.
    ///
    /// A wiped node must come back with a higher generation, or replicas would take its new writes
    /// for old ones of the same name.
    pub fn new(node: NodeId, generation: u16) -> Self {
        Self { actor: Actor { node, generation }, storage: Storage::default() }
    }

    /// Gives the number of keys that have a value to read.
    pub const fn live_keys(&self) -> u32 {
        self.storage.live_keys()
    }

    /// Gives the versions of a key; none when it was never written here.
    pub fn get(&self, key: &Key) -> Option<&Siblings> {
        self.storage.get(key)
    }

    /// Lists the keys with their versions in ring order, tombstones included.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.storage.iter()
    }

    /// Gives how many disks the node had before this one.
    pub const fn generation(&self) -> u16 {
        self.actor.generation
    }
}
