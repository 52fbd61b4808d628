//! The hints that nodes hold for others.

use std::collections::BTreeMap;

/// The hints that each node holds for others, and their sums over all nodes.
#[derive(Clone, Debug)]
pub(super) struct Hints<N> {
    by_node: BTreeMap<N, NodeHints>,
    pub(super) held: u64,
    pub(super) bytes: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct NodeHints {
    held: u32,
    bytes: u64,
    oldest: Option<u64>,
}

impl<N: Ord> Hints<N> {
    pub(super) const fn new() -> Self {
        Self { by_node: BTreeMap::new(), held: 0, bytes: 0 }
    }

    /// Records how many hints a node holds now, their size, and since when it holds the oldest.
    pub(super) fn set(&mut self, node: N, held: u32, bytes: u64, oldest: Option<u64>) {
        let now = NodeHints { held, bytes, oldest };
        let before = self.by_node.insert(node, now).unwrap_or_default();
        self.held = self.held - u64::from(before.held) + u64::from(held);
        self.bytes = self.bytes - before.bytes + bytes;
    }

    /// Returns since when the oldest hint is held.
    pub(super) fn oldest(&self) -> Option<u64> {
        self.by_node.values().filter_map(|it| it.oldest).min()
    }
}
