//! Nodes that join, leave and are removed.

use ringside_sim::{Cluster, ClusterError, Config, Intervention};
use ringside_store::{Duration, NodeId, Settings};

use crate::fixture::{config, get, interventions, is_ok, load, put, run_for, start};

fn gossiping() -> Config {
    let mut settings = Settings::default();
    settings.gossip.on = true;
    settings.gossip.period = Duration::from_ms(200);
    Config { settings, ..config() }
}

fn in_ring(cluster: &Cluster, node: u16) -> bool {
    cluster.ring().nodes().contains(&NodeId(node))
}

/// Runs the cluster until a condition holds, 30 seconds at most.
fn until(cluster: &mut Cluster, holds: impl Fn(&Cluster) -> bool) {
    for _ in 0..300 {
        if holds(cluster) {
            return;
        }
        run_for(cluster, 100);
    }
    panic!("the condition never held");
}

#[test]
fn joins_leaves_and_removals_need_gossip() {
    let mut cluster = start(config());
    assert_eq!(cluster.join(NodeId(5)), Err(ClusterError::GossipOff));
    assert_eq!(cluster.leave(NodeId(1)), Err(ClusterError::GossipOff));
    assert_eq!(cluster.remove(NodeId(1), None), Err(ClusterError::GossipOff));
    assert_eq!(cluster.nodes().count(), 5);
    assert_eq!(cluster.journal().written(), 0);
    let words = ClusterError::GossipOff.to_string();
    assert_eq!(words, "membership spreads by gossip, which is off: turn it on first");
}

#[test]
fn a_new_node_takes_the_next_number_and_its_ranges() {
    let mut cluster = start(Config { load: Some(load(50.0)), ..gossiping() });
    run_for(&mut cluster, 1_000);
    let (f, g) = (NodeId(5), NodeId(6));
    assert_eq!(cluster.join(g), Err(ClusterError::NotNext { node: g, next: f }));
    assert_eq!(cluster.join(NodeId(2)), Err(ClusterError::IsMember(NodeId(2))));
    cluster.join(f).expect("the next number");
    assert_eq!(cluster.nodes().count(), 6);
    assert!(
        matches!(interventions(&cluster).last(), Some((_, Intervention::Join(node))) if *node == f)
    );
    until(&mut cluster, |cluster| in_ring(cluster, 5));
    assert_eq!(cluster.join(f), Err(ClusterError::IsMember(f)));
    let key = (0..1_000).map(|n| format!("key {n}")).find(|key| {
        let key = ringside_store::Key::new(key);
        cluster.preference_list(&key)[0] == f
    });
    let key = key.expect("it is first for some keys");
    let id = put(&mut cluster, &key, "blue", None);
    run_for(&mut cluster, 500);
    assert!(is_ok(&cluster, id));
    let held = cluster.nodes().nth(5).expect("the new node").disk.live_keys();
    assert!(held > 0, "it holds keys of its own");
    let through = get(&mut cluster, &key, Some(5));
    run_for(&mut cluster, 500);
    assert!(is_ok(&cluster, through));
}

#[test]
fn a_node_that_left_is_out_of_the_ring_and_can_come_back() {
    let mut cluster = start(gossiping());
    run_for(&mut cluster, 1_000);
    cluster.leave(NodeId(1)).expect("it is in");
    until(&mut cluster, |cluster| !in_ring(cluster, 1));
    assert_eq!(cluster.leave(NodeId(1)), Err(ClusterError::NotMember(NodeId(1))));
    assert_eq!(cluster.ring().nodes().len(), 4);
    cluster.crash(NodeId(1)).expect("it runs on, though it left");
    cluster.join(NodeId(1)).expect("it has left");
    assert!(cluster.nodes().nth(1).expect("known").up, "joining started it");
    until(&mut cluster, |cluster| in_ring(cluster, 1));
}

#[test]
fn a_node_is_removed_by_another() {
    let mut cluster = start(gossiping());
    run_for(&mut cluster, 1_000);
    cluster.wipe(NodeId(0)).expect("it is known");
    cluster.remove(NodeId(0), None).expect("others are up");
    let last = interventions(&cluster).pop().map(|(_, it)| it);
    assert!(
        matches!(last, Some(Intervention::Remove { node: NodeId(0), by: NodeId(1) })),
        "{last:?}"
    );
    until(&mut cluster, |cluster| !in_ring(cluster, 0));
    assert_eq!(cluster.remove(NodeId(0), None), Err(ClusterError::NotMember(NodeId(0))));
    assert_eq!(
        cluster.remove(NodeId(2), Some(NodeId(2))),
        Err(ClusterError::SelfRemoval(NodeId(2)))
    );
    cluster.pause(NodeId(1)).expect("it runs");
    assert_eq!(cluster.remove(NodeId(3), Some(NodeId(1))), Err(ClusterError::IsPaused(NodeId(1))));
    cluster.remove(NodeId(3), None).expect("C removes it, as B is paused");
    assert!(matches!(
        interventions(&cluster).pop(),
        Some((_, Intervention::Remove { node: NodeId(3), by: NodeId(2) }))
    ));
}

#[test]
fn impossible_changes_are_refused() {
    let mut cluster = start(gossiping());
    let (b, z) = (NodeId(1), NodeId(25));
    assert_eq!(cluster.leave(z), Err(ClusterError::UnknownNode(z)));
    assert_eq!(cluster.remove(z, None), Err(ClusterError::UnknownNode(z)));
    assert_eq!(cluster.remove(b, Some(z)), Err(ClusterError::UnknownNode(z)));
    cluster.crash(b).expect("it runs");
    assert_eq!(cluster.leave(b), Err(ClusterError::IsDown(b)));
    assert_eq!(cluster.remove(NodeId(2), Some(b)), Err(ClusterError::IsDown(b)));
    let quorum = ringside_store::Quorum::new(1, 1, 1).expect("possible");
    let mut alone = start(Config { nodes: 1, quorum, ..gossiping() });
    assert_eq!(alone.leave(NodeId(0)), Err(ClusterError::LastNode(NodeId(0))));
    assert_eq!(alone.remove(NodeId(0), None), Err(ClusterError::NoRemover));
    let mut full = start(Config { nodes: 100, ..gossiping() });
    assert_eq!(full.join(NodeId(100)), Err(ClusterError::TooManyNodes));
}

#[test]
fn the_ring_is_that_of_a_node_in_it() {
    let mut cluster = start(gossiping());
    run_for(&mut cluster, 1_000);
    cluster.leave(NodeId(0)).expect("it is in");
    until(&mut cluster, |cluster| !in_ring(cluster, 0));
    cluster.leave(NodeId(3)).expect("it is in");
    until(&mut cluster, |cluster| !in_ring(cluster, 3));
    for node in [0, 1, 2, 3, 4].map(NodeId) {
        cluster.crash(node).expect("it runs");
    }
    assert_eq!(cluster.ring().nodes().len(), 5, "with every node stopped, the first ring");
}
