//! Plan of a swizzle: nodes are isolated one after another, and healed in another order.

use ringside_random::Seed;
use ringside_store::NodeId;

use crate::shuffle::shuffle;

/// One step of a swizzle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A node is cut off from all others.
    Isolate(NodeId),
    /// A node's links to all nodes that are not isolated are mended.
    Heal(NodeId),
}

/// Plans a swizzle of these nodes, as the simulator of `FoundationDB` does its "swizzle-clogging"
/// (Zhou et al., SIGMOD 2021, section 4): they are isolated in the order given, and healed in a
/// random order, which differs from the first if there are at least two nodes.
pub(crate) fn plan(nodes: &[NodeId], seed: Seed) -> Vec<Step> {
    let mut healed = nodes.to_vec();
    shuffle(&mut healed, &mut seed.draws());
    if healed == nodes && !healed.is_empty() {
        healed.rotate_left(1);
    }
    let isolate = nodes.iter().map(|&node| Step::Isolate(node));
    isolate.chain(healed.into_iter().map(Step::Heal)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_node_is_isolated_once_and_healed_once_after_all_are_isolated(
            nodes in prop::collection::btree_set(0..100_u16, 0..12),
            seed: u64,
        ) {
            let nodes: Vec<NodeId> = nodes.into_iter().rev().map(NodeId).collect();
            let steps = plan(&nodes, Seed::new(seed));
            let isolated: Vec<Step> = nodes.iter().map(|&node| Step::Isolate(node)).collect();
            prop_assert_eq!(&steps[..nodes.len()], &isolated[..]);
            let healed: Vec<NodeId> = steps[nodes.len()..]
                .iter()
                .filter_map(|step| match step {
                    Step::Heal(node) => Some(*node),
                    Step::Isolate(_) => None,
                })
                .collect();
            prop_assert_eq!(healed.len(), nodes.len());
            let once: BTreeSet<&NodeId> = healed.iter().collect();
            prop_assert_eq!(once, nodes.iter().collect());
            prop_assert!(nodes.len() < 2 || healed != nodes, "healed in the order of isolation");
        }
    }

    #[test]
    fn all_other_orders_of_healing_occur() {
        let nodes = [0, 1, 2].map(NodeId);
        let orders = (0..500).map(|seed| format!("{:?}", &plan(&nodes, Seed::new(seed))[3..]));
        assert_eq!(orders.collect::<BTreeSet<_>>().len(), 5);
    }
}
