//! Merkle trees: finding where two replicas of a range differ by comparing few hashes.

use crate::{Position, Range};

/// A Merkle tree over the fixed buckets of one range (Dynamo, section 4.7).
///
/// A bucket is a slice of the range, fixed by position alone, so that a missing key does not shift
/// other keys. A bucket's hash is the XOR of its entries' hashes, so that an entry can be added or
/// removed without reading the others.
///
/// ```text
///               1                node 1 is the root,
///           2       3            2i and 2i + 1 the children of i,
///         4   5   6   7          2^depth .. 2^(depth + 1) the leaves, clockwise
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    range: Range,
    depth: u8,
    hashes: Vec<u64>,
}

impl Tree {
    /// Creates the tree of an empty range, with 2^`depth` buckets.
    ///
    /// # Panics
    ///
    /// Panics if `depth` is above 16.
    pub fn new(range: Range, depth: u8) -> Self {
        assert!(depth <= crate::range::DEPTH_MAX, "a tree has depth 16 at most");
        Self { range, depth, hashes: vec![0; 2 << depth] }
    }

    /// Creates the tree of `entries`, each a position in the range and a hash.
    ///
    /// # Panics
    ///
    /// Panics if `depth` is above 16, or if a position lies outside of the range.
    pub fn build(range: Range, depth: u8, entries: impl Iterator<Item = (Position, u64)>) -> Self {
        let mut tree = Self::new(range, depth);
        for (position, entry) in entries {
            let leaf = tree.leaf_of(position);
            tree.hashes[leaf] ^= entry;
        }
        for node in (1..1 << depth).rev() {
            tree.rehash(node);
        }
        tree
    }

    /// Adds an entry's hash to the bucket of its position, or removes it again, and rehashes the
    /// path to the root. Toggling old hash XOR new hash replaces an entry.
    ///
    /// # Panics
    ///
    /// Panics if the position lies outside of the range.
    pub fn toggle(&mut self, position: Position, entry: u64) {
        let mut node = self.leaf_of(position);
        self.hashes[node] ^= entry;
        while node > 1 {
            node /= 2;
            self.rehash(node);
        }
    }

    /// The range that the tree covers.
    pub const fn range(&self) -> Range {
        self.range
    }

    /// Returns the root's hash. Equal roots mean equal contents.
    pub fn root(&self) -> u64 {
        self.hash(1)
    }

    /// Returns a node's hash: zero for an empty subtree, and for a node that does not exist.
    pub fn hash(&self, node: u32) -> u64 {
        self.hashes.get(node as usize).copied().unwrap_or(0)
    }

    /// Whether a node is a leaf, which stands for one bucket.
    pub const fn is_leaf(&self, node: u32) -> bool {
        node >> self.depth == 1
    }

    /// Returns the leaf that a node of a deeper tree is or lies under, or `None` if the node is
    /// above the leaves.
    pub const fn leaf_above(&self, node: u32) -> Option<u32> {
        let mut leaf = node;
        while leaf >> self.depth > 1 {
            leaf >>= 1;
        }
        if self.is_leaf(leaf) { Some(leaf) } else { None }
    }

    /// Returns a node's two children with their hashes. The children of a leaf do not exist and
    /// hash to zero.
    pub fn children(&self, node: u32) -> [(u32, u64); 2] {
        let left = node.saturating_mul(2);
        [left, left.saturating_add(1)].map(|child| (child, self.hash(child)))
    }

    /// Returns the range of a leaf's bucket, or `None` if the bucket is empty or `node` is not a
    /// leaf.
    pub const fn leaf_range(&self, node: u32) -> Option<Range> {
        if self.is_leaf(node) {
            self.range.slice(node - (1 << self.depth), self.depth)
        } else {
            None
        }
    }

    /// Returns the leaf whose bucket contains a position of the range.
    ///
    /// # Panics
    ///
    /// Panics if the position lies outside of the range.
    pub const fn leaf_at(&self, position: Position) -> u32 {
        (1 << self.depth) + self.range.slice_of(position, self.depth)
    }

    const fn leaf_of(&self, position: Position) -> usize {
        self.leaf_at(position) as usize
    }

    fn rehash(&mut self, node: usize) {
        self.hashes[node] = mix(self.hashes[2 * node], self.hashes[2 * node + 1]);
    }
}

/// Hashes two children, in order.
///
/// Each step can be inverted while one child stays fixed, so a difference in one child alone is
/// never lost; a difference in both is lost once in 2^64 times. Two zeros hash to zero, so empty
/// subtrees do too.
const fn mix(left: u64, right: u64) -> u64 {
    let left = (left ^ (left >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let right = (right ^ (right >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let both = left.wrapping_add(right.rotate_left(27));
    let both = (both ^ (both >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    both ^ (both >> 30)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// The expected entries of a tree, by bucket.
    type Buckets = BTreeMap<u32, BTreeSet<(Position, u64)>>;

    fn ranges() -> impl Strategy<Value = Range> {
        let narrow = |(start, width)| Range { start, end: u64::wrapping_add(start, width) };
        prop_oneof![
            any::<(u64, u64)>().prop_map(|(start, end)| Range { start, end }),
            (any::<u64>(), 1..200_u64).prop_map(narrow),
        ]
    }

    /// Entries by their place in a range, from the first position (0) to the last (65,535).
    fn entries() -> impl Strategy<Value = Vec<(u16, u64)>> {
        prop::collection::vec((any::<u16>(), any::<u64>()), 0..60)
    }

    fn placed(range: Range, entries: &[(u16, u64)]) -> BTreeSet<(Position, u64)> {
        let place = |at: u16| {
            let offset = (u128::from(at) * range.width()) >> 16;
            range.start.wrapping_add(1).wrapping_add(offset as u64)
        };
        entries.iter().map(|&(at, entry)| (place(at), entry)).collect()
    }

    fn buckets(tree: &Tree, entries: &BTreeSet<(Position, u64)>) -> Buckets {
        let mut buckets = Buckets::new();
        for &(position, entry) in entries {
            let bucket = (0..1 << tree.depth).find(|&index| {
                tree.leaf_range((1 << tree.depth) + index).is_some_and(|r| r.contains(position))
            });
            buckets
                .entry(bucket.expect("every position has a leaf"))
                .or_default()
                .insert((position, entry));
        }
        buckets
    }

    /// Compares two trees as two replicas do, from the root down. Returns the leaves that differ.
    fn descend(ours: &Tree, theirs: &Tree) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![(1, theirs.root())];
        while let Some((node, hash)) = waiting.pop() {
            if ours.hash(node) == hash {
                continue;
            }
            if ours.is_leaf(node) {
                found.insert(node);
            } else {
                waiting.extend(theirs.children(node));
            }
        }
        found
    }

    fn differing(ours: &Buckets, theirs: &Buckets, depth: u8) -> BTreeSet<u32> {
        let differs = |bucket: &u32| ours.get(bucket) != theirs.get(bucket);
        ours.keys()
            .chain(theirs.keys())
            .copied()
            .filter(differs)
            .map(|b| b + (1 << depth))
            .collect()
    }

    proptest! {
        #[test]
        fn toggling_agrees_with_rebuilding(
            range in ranges(),
            depth in 0..8_u8,
            toggles in entries(),
            again in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let mut left = placed(range, &toggles);
            let all: Vec<_> = left.iter().copied().collect();
            let mut tree = Tree::new(range, depth);
            for &(position, entry) in &all {
                tree.toggle(position, entry);
            }
            for pick in again.iter().filter(|_| !all.is_empty()) {
                let (position, entry) = all[pick.index(all.len())];
                tree.toggle(position, entry);
                if !left.remove(&(position, entry)) {
                    left.insert((position, entry));
                }
            }
            prop_assert_eq!(&tree, &Tree::build(range, depth, left.iter().copied()));
            for (position, entry) in left {
                tree.toggle(position, entry);
            }
            prop_assert_eq!(tree, Tree::new(range, depth), "an emptied tree equals an empty one");
        }

        #[test]
        fn the_descent_finds_exactly_the_buckets_that_differ(
            range in ranges(),
            depth in 0..8_u8,
            common in entries(),
            ours in entries(),
            theirs in entries(),
        ) {
            let side = |own: &[(u16, u64)]| {
                let entries = placed(range, &[&common, own].concat());
                let tree = Tree::build(range, depth, entries.iter().copied());
                let buckets = buckets(&tree, &entries);
                (tree, buckets)
            };
            let ((ours, our_buckets), (theirs, their_buckets)) = (side(&ours), side(&theirs));
            let expected = differing(&our_buckets, &their_buckets, depth);
            let leaves = (1 << depth..2 << depth).filter(|&leaf| ours.hash(leaf) != theirs.hash(leaf));
            prop_assert_eq!(&leaves.collect::<BTreeSet<u32>>(), &expected);
            prop_assert_eq!(descend(&ours, &theirs), expected);
        }

        #[test]
        fn a_missing_key_changes_its_own_bucket_alone(
            range in ranges(),
            depth in 0..8_u8,
            entries in entries(),
            at: u16,
            entry in 1..u64::MAX,
        ) {
            let entries = placed(range, &entries);
            let whole = Tree::build(range, depth, entries.iter().copied());
            let (position, _) = placed(range, &[(at, 0)]).pop_first().expect("one was placed");
            let mut lacking = whole.clone();
            lacking.toggle(position, entry);
            let found = descend(&whole, &lacking);
            prop_assert_eq!(found.len(), 1);
            let leaf = found.first().copied().unwrap_or(0);
            prop_assert!(whole.leaf_range(leaf).is_some_and(|range| range.contains(position)));
        }

        #[test]
        fn the_order_of_children_matters(left: u64, right: u64) {
            prop_assert_eq!(mix(left, right) == mix(right, left), left == right);
        }

        #[test]
        fn any_node_number_is_accepted(depth in 0..=4_u8, node: u32, entry: u64) {
            let tree = Tree::build(Range { start: 0, end: 0 }, depth, [(1, entry)].into_iter());
            let leaf = (1 << depth..2 << depth).contains(&node);
            prop_assert_eq!(tree.is_leaf(node), leaf);
            prop_assert_eq!(tree.leaf_range(node).is_some(), leaf);
            let ancestors = std::iter::successors(Some(node), |node| Some(node / 2));
            let above = ancestors.take_while(|&it| it > 0).find(|&it| tree.is_leaf(it));
            prop_assert_eq!(tree.leaf_above(node), above);
            if leaf || node >= 2 << depth || node == 0 {
                prop_assert!(tree.children(node).iter().all(|&(child, hash)| hash == 0 || child == 1));
            }
        }
    }

    #[test]
    fn every_node_has_its_children_below() {
        let range = Range { start: 9, end: 9 };
        let tree = Tree::build(range, 3, (0..200_u64).map(|i| (i << 56, i + 1)));
        for node in 1..8 {
            let [(left, left_hash), (right, right_hash)] = tree.children(node);
            assert_eq!((left, right), (2 * node, 2 * node + 1));
            assert_eq!(tree.hash(node), mix(left_hash, right_hash));
        }
        assert_eq!((tree.range(), tree.depth), (range, 3));
    }
}
