//! 4.6: sloppy quorums, and hints that survive a crash but not a wipe.

use ringside_store::{Detection, Duration, NodeId};

use crate::harness::{TestCluster, put, quorum};

/// Creates a cluster on which the key's first primary has crashed and is known to be down. Returns
/// also the numbers of that primary, of another one that coordinates, and of the stand-in.
fn with_one_down() -> (TestCluster, u16, u16, u16) {
    let mut cluster = TestCluster::with(5, quorum(3, 2, 3), |settings| {
        settings.quorum.sloppy = true;
        settings.hints.on = true;
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
    });
    let list = cluster.preference_list("k");
    let next =
        cluster.node(list[1]).ring().preference_list(ringside_store::Key::new("k").position(), 4);
    cluster.run(Duration::from_secs(3));
    cluster.crash(list[0]);
    cluster.run(Duration::from_secs(20));
    (cluster, list[0], list[1], next[3].0)
}

fn hints(cluster: &TestCluster, holder: u16) -> Vec<(NodeId, u32)> {
    cluster.node(holder).disk().hints().targets().collect()
}

#[test]
fn the_next_node_stands_in_and_hands_over() {
    let (mut cluster, down, coordinator, stand_in) = with_one_down();
    assert!(cluster.complete(coordinator, put("k", "v")).is_ok(), "W = 3 with one of three down");
    assert_eq!(hints(&cluster, stand_in), [(NodeId(down), 1)]);
    assert!(
        cluster.held(stand_in, "k").is_empty(),
        "a hint is kept apart from the node's own keys"
    );
    assert_eq!(cluster.read(coordinator, "k"), ["v"]);
    cluster.restart(down);
    cluster.run(Duration::from_secs(10));
    assert_eq!(cluster.held(down, "k"), ["v"]);
    assert!(hints(&cluster, stand_in).is_empty(), "a delivered hint is dropped");
}

#[test]
fn a_hint_survives_a_crash_of_its_holder() {
    let (mut cluster, down, coordinator, stand_in) = with_one_down();
    cluster.complete(coordinator, put("k", "v"));
    cluster.crash(stand_in);
    cluster.restart(stand_in);
    assert_eq!(hints(&cluster, stand_in), [(NodeId(down), 1)]);
    cluster.restart(down);
    cluster.run(Duration::from_secs(20));
    assert_eq!(cluster.held(down, "k"), ["v"]);
}

#[test]
fn a_hint_is_lost_with_its_holders_disk() {
    let (mut cluster, down, coordinator, stand_in) = with_one_down();
    cluster.complete(coordinator, put("k", "v"));
    cluster.wipe(stand_in);
    cluster.restart(down);
    cluster.run(Duration::from_secs(60));
    assert!(
        cluster.held(down, "k").is_empty(),
        "only anti-entropy or a read repair can restore it"
    );
}

/// With N = 1 only the stand-in holds the write, and the read asks it.
#[test]
fn a_read_finds_what_a_stand_in_keeps() {
    let (mut cluster, down, ..) = with_one_down();
    cluster.reconfigure(|config| config.quorum = quorum(1, 1, 1));
    let others: Vec<u16> = (0..5).filter(|node| *node != down).collect();
    assert!(cluster.complete(others[0], put("k", "v")).is_ok());
    for node in others {
        assert_eq!(cluster.read(node, "k"), ["v"]);
    }
}

#[test]
fn a_strict_quorum_has_no_stand_ins() {
    let mut cluster = TestCluster::new(5, quorum(3, 2, 3));
    let list = cluster.preference_list("k");
    cluster.crash(list[0]);
    assert!(!cluster.complete(list[1], put("k", "v")).is_ok());
}
