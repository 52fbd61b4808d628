//! Swizzles: nodes isolated one by one, and healed in another order.

use std::collections::BTreeSet;

use ringside_sim::{Cluster, ClusterError, Config, Intervention};
use ringside_store::{Duration, Instant, NodeId};

use crate::fixture::{config, interventions, nodes, run_for, start};

/// Returns the nodes that are cut off from all others.
fn isolated(cluster: &Cluster) -> BTreeSet<NodeId> {
    let alone = |&node: &NodeId| {
        let others = (0..5).map(NodeId).filter(|other| *other != node);
        others.flat_map(|other| [(node, other), (other, node)]).all(|l| cluster.cuts().contains(&l))
    };
    nodes(0..5).into_iter().filter(alone).collect()
}

#[test]
fn nodes_are_isolated_one_by_one_and_healed_in_another_order() {
    let mut cluster = start(config());
    let chosen = nodes([3, 0, 1]);
    cluster.swizzle(&chosen, Duration::from_ms(100)).expect("possible");
    let mut history = vec![isolated(&cluster)];
    for _ in 0..5 {
        run_for(&mut cluster, 100);
        history.push(isolated(&cluster));
    }
    let set = |numbers: &[u16]| nodes(numbers.iter().copied()).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(history[..3], [set(&[3]), set(&[0, 3]), set(&[0, 1, 3])]);
    let healed: Vec<NodeId> = history[2..]
        .windows(2)
        .flat_map(|pair| pair[0].difference(&pair[1]).copied().collect::<Vec<_>>())
        .collect();
    assert_eq!(healed.len(), 3, "{history:?}");
    assert_ne!(healed, chosen);
    assert!(cluster.cuts().is_empty());

    let interventions = interventions(&cluster);
    assert!(matches!(&interventions[0].1, Intervention::Swizzle { nodes, .. } if *nodes == chosen));
    assert!(interventions[1..4].iter().all(|(_, it)| matches!(it, Intervention::Cut(_))));
    assert!(interventions[4..7].iter().all(|(_, it)| matches!(it, Intervention::Mend(_))));
    let times: Vec<u64> = interventions[1..7].iter().map(|(at, _)| at.as_us() / 1_000).collect();
    assert_eq!(times, [0, 100, 200, 300, 400, 500]);
    run_for(&mut cluster, 1_000);
    assert_eq!(self::interventions(&cluster).len(), 7, "the swizzle has ended");
}

#[test]
fn a_swizzle_mends_only_the_links_that_it_cut() {
    let mut cluster = start(config());
    let own = (NodeId(0), NodeId(1));
    cluster.cut(&[own]).expect("a link");
    cluster.swizzle(&nodes([0, 2]), Duration::from_ms(10)).expect("possible");
    run_for(&mut cluster, 100);
    assert_eq!(cluster.cuts().iter().copied().collect::<Vec<_>>(), [own]);
}

#[test]
fn overlapping_swizzles_leave_no_cuts() {
    let mut cluster = start(config());
    cluster.swizzle(&nodes([0, 1, 2, 3, 4]), Duration::from_ms(10)).expect("possible");
    run_for(&mut cluster, 15);
    cluster.swizzle(&nodes([4, 2]), Duration::from_ms(30)).expect("possible");
    run_for(&mut cluster, 200);
    assert!(cluster.cuts().is_empty());
}

#[test]
fn the_order_of_healing_depends_on_start_and_nodes() {
    let order = |wait: u64, seed, before: bool| {
        let mut cluster = start(Config { seed, ..config() });
        if before {
            cluster.swizzle(&nodes([4]), Duration::from_ms(1)).expect("possible");
        }
        run_for(&mut cluster, wait);
        let from = cluster.journal().written();
        cluster.swizzle(&nodes([0, 1, 2, 3]), Duration::from_ms(10)).expect("possible");
        run_for(&mut cluster, 200);
        let entries = cluster.journal().since(from);
        entries.map(|entry| format!("{:?}", entry.kind)).collect::<Vec<_>>()
    };
    assert_eq!(order(50, 1, false), order(50, 1, true), "not on earlier swizzles");
    let orders: BTreeSet<_> = (0..20).map(|wait| order(50 + wait, 1, false)).collect();
    assert!(orders.len() > 5);
    let orders: BTreeSet<_> = (0..20).map(|seed| order(50, seed, false)).collect();
    assert!(orders.len() > 5);
}

#[test]
fn impossible_swizzles_are_refused() {
    let mut cluster = start(config());
    let mut refused = |numbers: &[u16]| {
        let nodes = nodes(numbers.iter().copied());
        cluster.swizzle(&nodes, Duration::from_ms(1)).expect_err("impossible")
    };
    assert_eq!(refused(&[]), ClusterError::NoSwizzle);
    assert_eq!(refused(&[1, 1]), ClusterError::NoSwizzle);
    assert_eq!(refused(&[1, 8]), ClusterError::UnknownNode(NodeId(8)));
    assert_eq!(cluster.journal().written(), 0);
    assert_eq!(cluster.now(), Instant::ZERO);
}
