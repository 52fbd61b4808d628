//! The Merkle trees of a node: one for each range that it holds (Dynamo, section 4.7).

use std::collections::BTreeMap;

use twox_hash::XxHash3_64;

use crate::merkle::Tree;
use crate::settings::Order;
use crate::storage::Storage;
use crate::version::Siblings;
use crate::{Key, Position, Range};

/// The Merkle trees of a node, each over the keys of one range, updated on every write.
#[derive(Clone, Debug)]
pub(crate) struct MerkleForest {
    /// The trees by the end of their range. Ranges do not overlap, so only the first range that
    /// ends at or after a position, clockwise, can contain it.
    trees: BTreeMap<Position, Tree>,
    depth: u8,
}

impl MerkleForest {
    /// Builds the trees of these ranges.
    pub(crate) fn build(ranges: &[Range], depth: u8, storage: &Storage, order: Order) -> Self {
        let trees =
            ranges.iter().map(|&range| (range.end, build_tree(range, depth, storage, order)));
        Self { trees: trees.collect(), depth }
    }

    /// Switches to other ranges. Keeps the trees of ranges that stay, and builds those of new
    /// ranges.
    pub(crate) fn change_ranges(&mut self, ranges: &[Range], storage: &Storage, order: Order) {
        let mut old = std::mem::take(&mut self.trees);
        self.trees = ranges
            .iter()
            .map(|&range| {
                let kept = old.remove(&range.end).filter(|kept| kept.range() == range);
                (range.end, kept.unwrap_or_else(|| build_tree(range, self.depth, storage, order)))
            })
            .collect();
    }

    /// Updates the tree that contains a key after the digest of the key has changed. A digest of
    /// zero stands for a key that is not held.
    pub(crate) fn change(&mut self, key: &Key, before: u64, after: u64) {
        let position = key.position();
        let after_it = self.trees.range_mut(position..).next().map(|(_, tree)| tree);
        // A position past the last end belongs to the range that wraps over zero.
        let tree = match after_it {
            Some(tree) => Some(tree),
            None => self.trees.values_mut().next(),
        };
        let Some(tree) = tree.filter(|tree| tree.range().contains(position)) else { return };
        tree.toggle(position, entry(key, before) ^ entry(key, after));
    }

    /// Returns the tree of exactly this range, or `None` if the node keeps none.
    pub(crate) fn tree(&self, range: Range) -> Option<&Tree> {
        self.trees.get(&range.end).filter(|tree| tree.range() == range)
    }

    /// The depth of the trees.
    pub(crate) const fn depth(&self) -> u8 {
        self.depth
    }
}

/// Builds the tree of a range from the stored keys.
pub(crate) fn build_tree(range: Range, depth: u8, storage: &Storage, order: Order) -> Tree {
    let keys = range.intervals().into_iter().flat_map(|interval| storage.within(interval));
    let hash =
        |(key, siblings): (&Key, &Siblings)| (key.position(), entry(key, siblings.digest(order)));
    Tree::build(range, depth, keys.map(hash))
}

/// Returns the hash of a key's entry in its bucket, or zero for a key that is not held.
fn entry(key: &Key, digest: u64) -> u64 {
    if digest == 0 { 0 } else { XxHash3_64::oneshot_with_seed(digest, key.name().as_bytes()) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::version::{Actor, Context, Dot, Version};
    use crate::{Instant, NodeId, Ring, Value};

    #[derive(Clone, Debug)]
    enum Step {
        Write {
            key: u8,
            counter: u64,
        },
        Forget {
            key: u8,
        },
        /// Switches to the ranges that a node has on another ring.
        Move {
            nodes: u16,
        },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0..40_u8, 1..5_u64).prop_map(|(key, counter)| Step::Write { key, counter }),
            2 => (0..40_u8).prop_map(|key| Step::Forget { key }),
            1 => (1..6_u16).prop_map(|nodes| Step::Move { nodes }),
        ];
        prop::collection::vec(step, 0..60)
    }

    fn set(counter: u64) -> Siblings {
        let dot = Dot { actor: Actor { node: NodeId(9), generation: 0 }, counter };
        let (past, value) = (Context::new(), Some(Value::new("v")));
        let written = Instant::ZERO;
        Siblings::of(Arc::new(Version { dot, past, rank: 0, written, expires: None, value }))
    }

    /// Returns the ranges of the first node. A single node has the whole ring, which wraps over
    /// zero.
    fn ranges(nodes: u16, tokens: u16) -> Vec<Range> {
        let arcs = Ring::new((0..nodes).map(NodeId), tokens).arcs(2);
        let held = arcs.into_iter().filter(|(_, list)| list.contains(&NodeId(0)));
        held.map(|(range, _)| range).collect()
    }

    proptest! {
        #[test]
        fn an_updated_forest_equals_a_rebuilt_one(
            steps in steps(),
            tokens in 1..5_u16,
            depth in 0..6_u8,
        ) {
            let order = Order::Dotted;
            let mut storage = Storage::default();
            let mut held = ranges(3, tokens);
            let mut forest = MerkleForest::build(&held, depth, &storage, order);
            for step in steps {
                let key = match step {
                    Step::Write { key, .. } | Step::Forget { key } => Key::new(&key.to_string()),
                    Step::Move { nodes } => {
                        held = ranges(nodes, tokens);
                        forest.change_ranges(&held, &storage, order);
                        continue;
                    }
                };
                let digest = |storage: &Storage| storage.get(&key).map_or(0, |it| it.digest(order));
                let before = digest(&storage);
                match step {
                    Step::Write { counter, .. } => _ = storage.merge(&key, &set(counter), order),
                    _ => _ = storage.forget(&key),
                }
                forest.change(&key, before, digest(&storage));
            }
            let rebuilt = MerkleForest::build(&held, depth, &storage, order);
            prop_assert_eq!(&forest.trees, &rebuilt.trees);
            prop_assert_eq!(forest.trees.len(), held.len());
            for range in held {
                prop_assert_eq!(forest.tree(range), rebuilt.tree(range));
            }
        }
    }
}
