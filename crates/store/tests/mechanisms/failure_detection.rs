//! Failure detection: the silence after which a peer is suspected.

use ringside_store::{Detection, Duration, Event, NodeId};

use crate::harness::{TestCluster, quorum};

fn cluster(detection: Detection) -> TestCluster {
    let mut cluster = TestCluster::with(3, quorum(3, 2, 2), |settings| {
        settings.gossip.on = true;
        settings.gossip.period = Duration::from_secs(1);
        settings.gossip.detection = detection;
    });
    cluster.run(Duration::from_secs(60));
    cluster
}

/// Crashes a node, and returns the silence after which each of the others suspected it.
fn silences(cluster: &mut TestCluster) -> Vec<Duration> {
    cluster.crash(2);
    cluster.run(Duration::from_secs(120));
    let silent = cluster.events.iter().filter_map(|(_, event)| match event {
        Event::Suspected { peer: NodeId(2), silent, .. } => Some(*silent),
        _ => None,
    });
    silent.collect()
}

#[test]
fn a_timeout_is_kept_to_within_a_round() {
    let after = Duration::from_secs(7);
    let mut cluster = cluster(Detection::Timeout { after });
    let silences = silences(&mut cluster);
    assert_eq!(silences.len(), 2);
    for silent in silences {
        assert!(silent >= after && silent < Duration::from_secs(9), "{silent}");
    }
}

#[test]
fn phi_rises_with_silence_up_to_the_threshold() {
    for threshold in [2.0, 8.0] {
        let mut cluster = cluster(Detection::PhiAccrual { threshold });
        let silences = silences(&mut cluster);
        assert_eq!(silences.len(), 2);
        // Heartbeats come about once a second, directly or by way of another node.
        for silent in silences {
            let mean = silent.as_ms() / 1e3 / (threshold * std::f64::consts::LN_10);
            assert!((0.5..2.5).contains(&mean), "{silent} at phi {threshold}");
        }
        assert!(cluster.node(0).phi(NodeId(2), cluster.now) > threshold);
        assert!(cluster.node(0).phi(NodeId(1), cluster.now) < threshold);
    }
}

#[test]
fn no_node_is_suspected_while_all_are_connected() {
    let mut cluster = cluster(Detection::PhiAccrual { threshold: 8.0 });
    cluster.run(Duration::from_secs(600));
    assert_eq!(cluster.count(|event| matches!(event, Event::Suspected { .. })), 0);
}

#[test]
fn a_node_that_comes_back_is_no_longer_suspected() {
    let mut cluster = cluster(Detection::Timeout { after: Duration::from_secs(5) });
    cluster.crash(2);
    cluster.run(Duration::from_secs(20));
    assert!(!cluster.node(0).believes_up(NodeId(2)));
    cluster.restart(2);
    cluster.run(Duration::from_secs(5));
    assert!(cluster.node(0).believes_up(NodeId(2)) && cluster.node(1).believes_up(NodeId(2)));
    // A lost disk loses the incarnation number too.
    cluster.wipe(2);
    cluster.run(Duration::from_secs(20));
    assert!(cluster.node(0).believes_up(NodeId(2)) && cluster.node(1).believes_up(NodeId(2)));
}
