//! Comparison of two hash trees: the compared nodes, with the number of keys under each.

use std::collections::BTreeMap;

use ringside_store::merkle::Tree;
use ringside_store::{BucketSize, HashPair, Instant, NodeId, Range};

use super::record::{Fate, Record};

/// The compared parts of both ends' trees of one range.
#[derive(Clone, Debug, PartialEq)]
pub struct TreesFrame {
    /// The index of the range among those of the exchange.
    pub index: usize,
    /// The depth of the trees: each has 2^depth leaves.
    pub depth: u8,
    /// The levels from the roots down, as far as they were compared.
    pub levels: Vec<LevelFrame>,
    /// The compared nodes in depth-first order, each before its children, clockwise. The nodes under an equal
    /// node were not compared.
    pub nodes: Vec<TreeNode>,
}

/// The compared nodes of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelFrame {
    /// The level, from 0 for the roots.
    pub level: u8,
    /// The number of hashes that were compared.
    pub compared: u32,
    /// The number of those that differed.
    pub different: u32,
    /// The sender of the hashes, their receiver, and the times of sending and comparison. `None` for the
    /// present trees of two nodes, or if the message was not kept.
    pub exchanged: Option<(NodeId, NodeId, Instant, Instant)>,
}

/// A compared node of both trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// The number of the node: 1 is the root, and 2i and 2i + 1 are the children of i.
    pub node: u32,
    /// The level of the node, from 0 for the root.
    pub level: u8,
    /// The hash of the node at each end.
    pub hashes: [u64; 2],
    /// The number of leaves under the node, or one for a leaf.
    pub leaves: u32,
    /// The number of keys under the node at each end.
    pub keys: [u32; 2],
}

/// The compared nodes by number: the hash at each end and, in an exchange, the time of the comparison and the
/// node that made it.
pub(super) type Compared = BTreeMap<u32, ([u64; 2], Option<(Instant, NodeId)>)>;

impl TreeNode {
    /// Whether the hashes of both ends differ.
    pub const fn differs(&self) -> bool {
        self.hashes[0] != self.hashes[1]
    }
}

impl TreesFrame {
    /// Builds the frame of one range from its compared nodes. `exchanged` returns the sender and the time of
    /// sending of the hashes that a node compared at a time.
    pub(super) fn new(
        index: usize,
        depth: u8,
        compared: &Compared,
        holdings: [&[BucketSize]; 2],
        exchanged: impl Fn(Instant, NodeId) -> Option<(NodeId, Instant)>,
    ) -> Self {
        let mut nodes = Vec::with_capacity(compared.len());
        let mut waiting = vec![1_u32];
        while let Some(node) = waiting.pop() {
            let Some((hashes, _)) = compared.get(&node) else { continue };
            let level = level(node);
            let below = depth.saturating_sub(level);
            let is_under = |leaf: u32| leaf >> below == node;
            let keys = holdings.map(|held| {
                held.iter().filter(|it| is_under(it.leaf)).map(|it| it.keys).sum::<u32>()
            });
            nodes.push(TreeNode { node, level, hashes: *hashes, leaves: 1 << below, keys });
            waiting.extend([node.saturating_mul(2).saturating_add(1), node.saturating_mul(2)]);
        }
        let mut levels: Vec<LevelFrame> = Vec::new();
        for (node, (hashes, at)) in compared {
            let level = level(*node);
            if levels.last().is_none_or(|last| last.level != level) {
                let exchanged = at.and_then(|(at, by)| {
                    exchanged(at, by).map(|(from, sent)| (from, by, sent, at))
                });
                levels.push(LevelFrame { level, compared: 0, different: 0, exchanged });
            }
            if let Some(last) = levels.last_mut() {
                last.compared += 1;
                last.different += u32::from(hashes[0] != hashes[1]);
            }
        }
        Self { index, depth, levels, nodes }
    }
}

/// Returns the level of a node, from 0 for the root.
const fn level(node: u32) -> u8 {
    (node | 1).ilog2() as u8
}

impl Record {
    /// Returns the compared nodes of a range.
    pub(super) fn compared(&self, range: Range) -> Compared {
        let mut compared = Compared::new();
        for comparison in &self.comparisons {
            let is_first = comparison.by == self.begun.ends[0];
            for pair in comparison.pairs.iter().filter(|pair| pair.range == range) {
                let HashPair { node, mine, theirs, .. } = *pair;
                let hashes = if is_first { [mine, theirs] } else { [theirs, mine] };
                compared.entry(node).or_insert((hashes, Some((comparison.at, comparison.by))));
            }
        }
        compared
    }

    /// Returns the sender and the time of sending of the message that a node handled at a time.
    pub(super) fn handled_message(&self, at: Instant, by: NodeId) -> Option<(NodeId, Instant)> {
        let handled = |fate: Fate| matches!(fate, Fate::Arrived(then) if then == at);
        let message = self.messages.iter().find(|it| it.to == by && handled(it.fate));
        message.map(|message| (message.from, message.sent))
    }
}

/// Compares two trees from the roots down, as an exchange does.
pub(super) fn compare(trees: [&Tree; 2], depth: u8) -> Compared {
    let mut compared = Compared::new();
    let mut waiting = vec![1];
    while let Some(node) = waiting.pop() {
        let hashes = trees.map(|tree| tree.hash(node));
        compared.insert(node, (hashes, None));
        if hashes[0] != hashes[1] && level(node) < depth {
            waiting.extend([2 * node, 2 * node + 1]);
        }
    }
    compared
}
