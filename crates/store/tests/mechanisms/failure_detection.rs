//! When silence becomes suspicion.

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

/// Crashes a node, and gives how long each of the others was without news when it suspected it.
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
fn a_fixed_time_is_kept_to_the_round() {
    let after = Duration::from_secs(7);
    let mut cluster = cluster(Detection::Timeout { after });
    let silences = silences(&mut cluster);
    assert_eq!(silences.len(), 2);
    for silent in silences {
        assert!(silent >= after && silent < Duration::from_secs(9), "{silent}");
    }
}

#[test]
fn phi_rises_with_silence_until_it_is_enough() {
    for threshold in [2.0, 8.0] {
        let mut cluster = cluster(Detection::PhiAccrual { threshold });
        let silences = silences(&mut cluster);
        assert_eq!(silences.len(), 2);
        // Beats come about once a second, first hand or second.
        for silent in silences {
            let mean = silent.as_ms() / 1e3 / (threshold * std::f64::consts::LN_10);
            assert!((0.5..2.5).contains(&mean), "{silent} at phi {threshold}");
        }
        assert!(cluster.node(0).phi(NodeId(2), cluster.now) > threshold);
        assert!(cluster.node(0).phi(NodeId(1), cluster.now) < threshold);
    }
}

#[test]
fn nobody_is_suspected_while_all_can_speak() {
    let mut cluster = cluster(Detection::PhiAccrual { threshold: 8.0 });
    cluster.run(Duration::from_secs(600));
    assert_eq!(cluster.count(|event| matches!(event, Event::Suspected { .. })), 0);
}

#[test]
fn who_comes_back_is_believed_again() {
    let mut cluster = cluster(Detection::Timeout { after: Duration::from_secs(5) });
    cluster.crash(2);
    cluster.run(Duration::from_secs(20));
    assert!(!cluster.node(0).believes_up(NodeId(2)));
    cluster.restart(2);
    cluster.run(Duration::from_secs(5));
    assert!(cluster.node(0).believes_up(NodeId(2)) && cluster.node(1).believes_up(NodeId(2)));
    // A disk that is lost takes the count of lives with it.
    cluster.wipe(2);
    cluster.run(Duration::from_secs(20));
    assert!(cluster.node(0).believes_up(NodeId(2)) && cluster.node(1).believes_up(NodeId(2)));
}
