//! Wire sizes: the store's own count of the bytes that anti-entropy sends and holds.
//!
//! Nothing is encoded here: messages are passed from node to node as they are. A size is that of a
//! plain encoding, in which a hash, a position on the ring, a request, an instant and a counter
//! take eight bytes, the number of a tree node and that of a message four, a node and its disk two
//! each, and a text its own length. The envelope of a message is thirteen bytes: its kind, its
//! cause and its step.

use crate::merkle::Tree;
use crate::version::{Siblings, Version};
use crate::{Disk, Key, Message, Range};

/// The kind, cause and step of a message.
const ENVELOPE: u64 = 1 + 8 + 4;
/// Both ends of a part of the ring.
const RANGE: u64 = 16;
/// A tree node with its hash.
const HASH: u64 = 4 + 8;
/// The digest of a key's versions.
const DIGEST: u64 = 8;
/// The name of a write: node, disk and counter.
const DOT: u64 = 2 + 2 + 8;
/// A version's write time and expiry time.
const TIMES: u64 = 8 + 8;

/// The size of an anti-entropy message's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayloadSize {
    /// The number of tree hashes.
    pub hashes: u32,
    /// The number of keys with the digests of their versions.
    pub keys: u32,
    /// The number of keys with their versions.
    pub items: u32,
    /// The number of keys whose versions are asked for.
    pub wanted: u32,
    /// The size in bytes, the envelope included.
    pub bytes: u64,
}

/// The size of one bucket of a range at a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BucketSize {
    /// The leaf of the bucket in the range's tree.
    pub leaf: u32,
    /// The number of keys in the bucket.
    pub keys: u32,
    /// The size of a list of these keys, each with the digest of its versions.
    pub listed_bytes: u64,
    /// The size of these keys with all their versions.
    pub bytes: u64,
}

impl Message {
    /// Returns the size of an anti-entropy message's content, or `None` for any other message.
    pub fn payload_size(&self) -> Option<PayloadSize> {
        let mut size = PayloadSize { bytes: ENVELOPE, ..PayloadSize::default() };
        match self {
            Self::TreeHashes { trees, .. } => {
                size.hashes = trees.iter().map(|(_, nodes)| nodes.len() as u32).sum();
                size.bytes += RANGE * trees.len() as u64 + HASH * u64::from(size.hashes);
            }
            Self::TreeKeys { buckets, .. } => {
                let keys = || buckets.iter().flat_map(|(_, keys)| keys);
                size.keys = keys().count() as u32;
                let listed: u64 = keys().map(|(key, _)| listed_size(key)).sum();
                size.bytes += RANGE * buckets.len() as u64 + listed;
            }
            Self::TreeVersions { items, wanted, .. } => {
                (size.items, size.wanted) = (items.len() as u32, wanted.len() as u32);
                size.bytes += items.iter().map(|(key, held)| item_size(key, held)).sum::<u64>();
                size.bytes += wanted.iter().map(key_size).sum::<u64>();
            }
            _ => return None,
        }
        Some(size)
    }
}

impl Disk {
    /// Returns the size of each bucket of a range that is not empty, in the order of the leaves. It
    /// reads every key of the range.
    pub fn bucket_sizes(&self, range: Range, depth: u8) -> Vec<BucketSize> {
        let tree = Tree::new(range, depth);
        let mut sizes: Vec<BucketSize> = Vec::new();
        for (key, siblings) in self.storage.range_after(range, None) {
            let leaf = tree.leaf_at(key.position());
            if sizes.last().is_none_or(|last| last.leaf != leaf) {
                sizes.push(BucketSize { leaf, ..BucketSize::default() });
            }
            if let Some(size) = sizes.last_mut() {
                size.keys += 1;
                size.listed_bytes += listed_size(key);
                size.bytes += item_size(key, siblings);
            }
        }
        sizes
    }
}

const fn text_size(text: &str) -> u64 {
    text.len() as u64
}

fn key_size(key: &Key) -> u64 {
    text_size(key.name())
}

fn listed_size(key: &Key) -> u64 {
    key_size(key) + DIGEST
}

fn item_size(key: &Key, siblings: &Siblings) -> u64 {
    key_size(key) + siblings.iter().map(|version| version_size(version)).sum::<u64>()
}

/// Returns the size of a version: its name, what its writer had seen, its rank, its times and its
/// value.
fn version_size(version: &Version) -> u64 {
    let seen = version.past.vector().iter().count() + version.past.beyond().len();
    let value = version.value.as_ref().map_or(0, |value| text_size(value.as_str()));
    DOT * (1 + seen as u64) + 8 + TIMES + value
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::settings::Order;
    use crate::version::{Actor, Context, Dot};
    use crate::{Instant, NodeId, RequestId, Value};

    fn set(value: &str, seen: u64) -> Siblings {
        let actor = |node| Actor { node: NodeId(node), generation: 0 };
        let mut past = Context::new();
        (0..seen).for_each(|node| past.insert(Dot { actor: actor(node as u16), counter: 1 }));
        let dot = Dot { actor: actor(77), counter: 5 };
        let value = Some(Value::new(value));
        let written = Instant::ZERO;
        Siblings::of(Arc::new(Version { dot, past, rank: 0, written, expires: None, value }))
    }

    #[test]
    fn the_size_of_a_message_is_the_sum_of_its_parts() {
        let (exchange, step) = (RequestId(1), 3);
        let range = Range { start: 0, end: 9 };
        let trees = vec![(range, vec![(2, 7), (3, 8)]), (range, vec![(1, 7)])];
        let hashes = Message::TreeHashes { exchange, step, trees }.payload_size();
        let expected =
            PayloadSize { hashes: 3, bytes: 13 + 2 * 16 + 3 * 12, ..PayloadSize::default() };
        assert_eq!(hashes, Some(expected));
        let buckets = vec![(range, vec![(Key::new("colour"), 1), (Key::new("k"), 2)])];
        let keys = Message::TreeKeys { exchange, step, buckets }.payload_size();
        let expected =
            PayloadSize { keys: 2, bytes: 13 + 16 + (6 + 8) + (1 + 8), ..PayloadSize::default() };
        assert_eq!(keys, Some(expected));
        let (items, wanted) = (vec![(Key::new("ab"), set("blue", 2))], vec![Key::new("xyz")]);
        let versions = Message::TreeVersions { exchange, step, items, wanted }.payload_size();
        let item = 2 + 3 * 12 + 8 + 16 + 4;
        let expected =
            PayloadSize { items: 1, wanted: 1, bytes: 13 + item + 3, ..PayloadSize::default() };
        assert_eq!(versions, Some(expected));
        assert_eq!(Message::RepairAck { request: exchange }.payload_size(), None);
    }

    proptest! {
        #[test]
        fn bucket_sizes_count_exactly_the_keys_of_each_bucket(
            keys in prop::collection::btree_set(0..400_u32, 0..60),
            start: u64,
            end: u64,
            depth in 0..=6_u8,
        ) {
            let mut disk = Disk::new(NodeId(0), 0, [NodeId(0)]);
            for key in &keys {
                let (key, value) = (Key::new(&key.to_string()), "v".repeat(*key as usize % 7));
                disk.storage.merge(&key, &set(&value, u64::from(depth)), Order::Dotted);
            }
            let range = Range { start, end };
            let sizes = disk.bucket_sizes(range, depth);
            let tree = Tree::new(range, depth);
            for leaf in 1 << depth..2_u32 << depth {
                let bucket = tree.leaf_range(leaf);
                let inside = |key: &&Key| bucket.is_some_and(|it| it.contains(key.position()));
                let of_it: Vec<&Key> = disk.iter().map(|(key, _)| key).filter(inside).collect();
                let found = sizes.iter().filter(|it| it.leaf == leaf);
                let found = found.copied().collect::<Vec<_>>();
                if of_it.is_empty() {
                    prop_assert_eq!(found, []);
                    continue;
                }
                let bytes = of_it.iter().map(|key| disk.get(key).map_or(0, |it| item_size(key, it)));
                let (keys, bytes) = (of_it.len() as u32, bytes.sum());
                let listed_bytes = of_it.iter().map(|key| key.name().len() as u64 + 8).sum();
                prop_assert_eq!(found, [BucketSize { leaf, keys, listed_bytes, bytes }]);
            }
            prop_assert!(sizes.is_sorted_by_key(|it| it.leaf));
        }
    }
}
