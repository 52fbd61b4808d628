//! The layout of the picture of two trees: one row per node that is not opened further, clockwise.

use ringside_lab::merkle::{ExchangeFrame, TreeNode, TreesFrame};

use crate::format;

/// The most rows of the picture; the tables list all.
pub(super) const MOST_ROWS: usize = 24;

/// A tree node with its place in the picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlacedNode {
    /// The node.
    pub(super) node: TreeNode,
    /// The distance from the top, in rows.
    pub(super) height: f64,
    /// The ending of the row, or `None` if children are shown.
    pub(super) end: Option<RowEnding>,
}

/// The reason why a row ends at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowEnding {
    /// The hashes are equal, and the subtree is folded.
    Folded,
    /// The hashes differ, and their children were not compared (yet).
    Unopened,
    /// The node is a bucket that differs, with the differing keys that were found in it.
    Bucket(Vec<String>),
}

/// Places the nodes of two trees: those that are not opened one below the other, and every other node
/// halfway between its children. Returns the placed nodes, the number of rows, and the number of rows that
/// are left out.
pub(super) fn place(trees: &TreesFrame, frame: &ExchangeFrame) -> (Vec<PlacedNode>, usize, usize) {
    let mut placed: Vec<PlacedNode> = Vec::with_capacity(trees.nodes.len());
    let (mut rows, mut left_out) = (0_usize, 0);
    for node in &trees.nodes {
        let opened = trees.nodes.iter().any(|it| it.node > 1 && it.node / 2 == node.node);
        let end = (!opened).then(|| end(node, trees, frame));
        let mut height = 0.0;
        if end.is_some() {
            if rows == MOST_ROWS {
                left_out += 1;
                continue;
            }
            height = rows as f64 + 0.5;
            rows += 1;
        }
        placed.push(PlacedNode { node: *node, height, end });
    }
    // Bottom-up: children come after their parents in the list.
    for index in (0..placed.len()).rev() {
        if placed[index].end.is_some() {
            continue;
        }
        let own = placed[index].node.node;
        let below = placed.iter().filter(|it| it.node.node > 1 && it.node.node / 2 == own);
        let heights: Vec<f64> = below.map(|it| it.height).collect();
        let sum: f64 = heights.iter().sum();
        placed[index].height =
            if heights.is_empty() { f64::NAN } else { sum / heights.len() as f64 };
    }
    placed.retain(|it| !it.height.is_nan());
    (placed, rows, left_out)
}

fn end(node: &TreeNode, trees: &TreesFrame, frame: &ExchangeFrame) -> RowEnding {
    if !node.differs() {
        return RowEnding::Folded;
    }
    if node.level < trees.depth {
        return RowEnding::Unopened;
    }
    let here = frame.keys.iter().filter(|key| key.range == trees.index && key.leaf == node.node);
    RowEnding::Bucket(here.map(|key| key.key.clone()).collect())
}

/// Describes what an equal part covers, as `8 leaves, 12 keys`.
pub(super) fn covered(node: &TreeNode) -> String {
    let leaves = match node.leaves {
        1 => "1 leaf".to_owned(),
        leaves => format!("{leaves} leaves"),
    };
    let keys = match node.keys {
        [a, b] if a == b => format::count(u64::from(a), "key"),
        [a, b] => format!("{a} and {b} keys"),
    };
    format!("{leaves}, {keys}")
}

/// Shortens a hash to its first six hexadecimal digits.
pub(super) fn short(hash: u64) -> String {
    if hash == 0 { "empty".to_owned() } else { format!("{:06x}", hash >> 40) }
}

#[cfg(test)]
mod tests {
    use ringside_lab::{BuiltIn, Duration, Instant, Lab, NodeId};

    use super::*;

    fn frames() -> Vec<ExchangeFrame> {
        let scenario =
            BuiltIn::find("anti-entropy").expect("built in").scenario().expect("a scenario");
        let mut lab = Lab::open(scenario).expect("a run");
        lab.advance_to(Instant::ZERO + Duration::from_ms(8_900));
        let pairs = (0..5).flat_map(|a| (a + 1..5).map(move |b| [NodeId(a), NodeId(b)]));
        pairs.filter_map(|pair| lab.standing_trees(pair, None)).collect()
    }

    #[test]
    fn rows_are_consecutive_and_parents_lie_between_their_children() {
        let mut lit = 0;
        for frame in frames() {
            let trees = frame.trees.as_ref().expect("a range");
            let (placed, rows, left_out) = place(trees, &frame);
            assert!(rows <= MOST_ROWS);
            assert!(left_out > 0 || placed.len() == trees.nodes.len());
            let ends: Vec<f64> =
                placed.iter().filter(|it| it.end.is_some()).map(|it| it.height).collect();
            let expected: Vec<f64> = (0..rows).map(|row| row as f64 + 0.5).collect();
            assert_eq!(ends, expected);
            for it in placed.iter().filter(|it| it.end.is_none()) {
                let below = placed.iter().filter(|other| other.node.node / 2 == it.node.node);
                let heights: Vec<f64> = below.map(|it| it.height).collect();
                assert!(heights.iter().any(|height| *height <= it.height));
                assert!(heights.iter().any(|height| *height >= it.height));
            }
            lit += placed
                .iter()
                .filter(|it| matches!(&it.end, Some(RowEnding::Bucket(keys)) if !keys.is_empty()))
                .count();
        }
        assert!(lit > 0, "C has missed writes for six seconds");
    }
}
