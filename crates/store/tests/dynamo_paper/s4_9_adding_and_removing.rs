//! 4.9: a new node fetches the keys of its ranges, and no other key moves.

use ringside_store::{Disk, Duration, Event, Key, Node, NodeId};

use crate::harness::{TestCluster, put, quorum};

const KEYS: u16 = 120;

fn cluster(nodes: u16, keys_per_second: u32) -> TestCluster {
    let mut cluster = TestCluster::with(nodes, quorum(3, 2, 3), |settings| {
        settings.gossip.on = true;
        settings.streaming.keys_per_second = keys_per_second;
        settings.streaming.keys_per_message = 4;
    });
    for number in 0..KEYS {
        cluster.complete(number % nodes, put(&name(number), "v"));
    }
    cluster
}

fn name(number: u16) -> String {
    format!("key {number}")
}

fn keys(disk: &Disk) -> Vec<&Key> {
    disk.iter().map(|(key, _)| key).collect()
}

fn is_replica(cluster: &TestCluster, key: &Key, node: NodeId) -> bool {
    cluster.node(0).ring().preference_list(key.position(), 3).contains(&node)
}

/// Checks that every key is on its replicas, and on no other node.
fn assert_in_place(cluster: &TestCluster) {
    for node in cluster.nodes.values() {
        for number in 0..KEYS {
            let key = Key::new(&name(number));
            let holds = node.disk().get(&key).is_some();
            assert_eq!(holds, is_replica(cluster, &key, node.id()), "{} at {}", key, node.id());
        }
    }
}

fn streamed(cluster: &TestCluster) -> u32 {
    let keys = cluster.events.iter().filter_map(|(_, event)| match event {
        Event::Streamed { keys, .. } => Some(*keys),
        _ => None,
    });
    keys.sum()
}

#[test]
fn a_new_node_fetches_exactly_the_keys_that_it_will_own() {
    let mut cluster = cluster(4, 1_000);
    cluster.join(4);
    cluster.run(Duration::from_secs(60));
    let new_node = cluster.node(4);
    assert_eq!(streamed(&cluster), keys(new_node.disk()).len() as u32, "each key is sent once");
    assert_in_place(&cluster);
}

#[test]
fn the_keys_of_a_leaving_node_go_to_the_nodes_that_gain_them() {
    let mut cluster = cluster(5, 1_000);
    let gained = |cluster: &TestCluster| {
        let held = cluster.nodes.values().map(|node| keys(node.disk()).len()).sum::<usize>();
        held - keys(cluster.node(2).disk()).len()
    };
    let (before, given) = (gained(&cluster), keys(cluster.node(2).disk()).len());
    cluster.drive(NodeId(2), Node::leave);
    cluster.run(Duration::from_secs(60));
    assert!(!cluster.node(0).ring().nodes().contains(&NodeId(2)));
    assert_eq!(streamed(&cluster) as usize, given);
    assert_eq!(gained(&cluster), before + given);
    assert_in_place(&cluster);
}

#[test]
fn a_stream_is_no_faster_than_its_limit() {
    let mut cluster = cluster(4, 3);
    cluster.join(4);
    let mut before = 0;
    for second in 0..200 {
        cluster.run(Duration::from_secs(1));
        let now = streamed(&cluster);
        // There are four sources, and each bucket starts full.
        assert!(now - before <= 4 * 6, "{} keys in second {second}", now - before);
        before = now;
    }
    assert_in_place(&cluster);
}

#[test]
fn a_stream_resumes_after_a_crash() {
    let mut cluster = cluster(3, 2);
    cluster.join(3);
    while streamed(&cluster) < 15 {
        cluster.run(Duration::from_ms(100));
    }
    cluster.crash(3);
    cluster.run(Duration::from_secs(3));
    cluster.restart(3);
    cluster.run(Duration::from_secs(200));
    let resumed = |event: &Event| matches!(event, Event::StreamBegan { resumed: true, .. });
    assert!(cluster.count(resumed) > 0);
    assert_in_place(&cluster);
    let (all, sent) = (keys(cluster.node(3).disk()).len() as u32, streamed(&cluster));
    assert!((all..all + 20).contains(&sent), "only what was in flight is sent again: {sent}");
}
