//! 4.2: "incremental scalability", and virtual nodes.

use std::collections::BTreeSet;

use ringside_store::{Key, NodeId, Ring};

fn owner(ring: &Ring, key: u32) -> NodeId {
    ring.preference_list(Key::new(&format!("key {key}")).position(), 1)[0]
}

#[test]
fn a_new_node_takes_its_share_and_no_other_key_moves() {
    let (before, after) = (Ring::new((0..9).map(NodeId), 64), Ring::new((0..10).map(NodeId), 64));
    let moved: Vec<u32> =
        (0..2_000).filter(|&key| owner(&before, key) != owner(&after, key)).collect();
    assert!(moved.iter().all(|&key| owner(&after, key) == NodeId(9)));
    assert!((100..350).contains(&moved.len()), "about a tenth moves: {}", moved.len());
}

/// "If a node becomes unavailable, the load handled by this node is evenly dispersed across the
/// remaining available nodes."
#[test]
fn the_load_of_a_removed_node_is_dispersed_over_many() {
    let (before, after) = (Ring::new((0..10).map(NodeId), 64), Ring::new((0..9).map(NodeId), 64));
    let orphans = (0..2_000).filter(|&key| owner(&before, key) == NodeId(9));
    let heirs: BTreeSet<NodeId> = orphans.map(|key| owner(&after, key)).collect();
    assert_eq!(heirs.len(), 9, "with one token per node, a single node would take all of it");
}
