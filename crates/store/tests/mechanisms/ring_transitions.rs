//! Ring transitions under crashes, losses and other disturbances.

use ringside_store::{Detection, Duration, Event, Message, Node, NodeId, Status};

use crate::harness::{TestCluster, put, quorum};

const KEYS: u16 = 40;

fn cluster(nodes: u16) -> TestCluster {
    let mut cluster = TestCluster::with(nodes, quorum(2, 1, 2), |settings| {
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
        settings.streaming.keys_per_second = 5;
        settings.streaming.keys_per_message = 2;
    });
    for number in 0..KEYS {
        cluster.complete(number % nodes, put(&format!("key {number}"), "v"));
    }
    cluster.run(Duration::from_secs(1));
    cluster
}

fn status(cluster: &TestCluster, by: u16, of: u16) -> Option<Status> {
    cluster.node(by).members().find(|it| it.node == NodeId(of)).map(|it| it.status)
}

fn leave(cluster: &mut TestCluster, node: u16) {
    cluster.drive(NodeId(node), Node::leave);
}

/// Checks that every key is on all of its replicas.
fn assert_whole(cluster: &TestCluster) {
    for number in 0..KEYS {
        let key = format!("key {number}");
        for replica in cluster.preference_list(&key) {
            assert_eq!(cluster.held(replica, &key), ["v"], "{key} at {}", NodeId(replica));
        }
    }
}

fn runs_until(cluster: &mut TestCluster, holds: impl Fn(&TestCluster) -> bool) {
    for _ in 0..600 {
        if holds(cluster) {
            return;
        }
        cluster.run(Duration::from_ms(250));
    }
    for node in cluster.nodes.values() {
        let members: Vec<_> = node.members().map(|it| (it.node, it.status)).collect();
        eprintln!("{} fetches {}: {members:?}", node.id(), node.fetching());
    }
    panic!("the condition does not hold after 150 seconds");
}

#[test]
fn a_new_node_that_crashes_while_joining_is_still_joining_after_a_restart() {
    let mut cluster = cluster(3);
    cluster.join(3);
    runs_until(&mut cluster, |cluster| cluster.node(3).disk().live_keys() > 5);
    cluster.crash(3);
    cluster.run(Duration::from_secs(1));
    cluster.restart(3);
    cluster.run(Duration::from_secs(1));
    assert_eq!(status(&cluster, 3, 3), Some(Status::Joining), "it has not fetched all keys yet");
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 3) == Some(Status::Normal))
    });
    assert_whole(&cluster);
}

#[test]
fn a_new_node_whose_disk_is_lost_starts_again() {
    let mut cluster = cluster(3);
    cluster.join(3);
    runs_until(&mut cluster, |cluster| cluster.node(3).disk().live_keys() > 5);
    cluster.wipe(3);
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 3) == Some(Status::Normal))
    });
    assert_whole(&cluster);
}

#[test]
fn a_node_that_crashes_while_leaving_resumes() {
    let mut cluster = cluster(4);
    leave(&mut cluster, 2);
    runs_until(&mut cluster, |cluster| {
        cluster.count(|it| matches!(it, Event::StreamEnded { .. })) > 3
    });
    cluster.crash(2);
    cluster.run(Duration::from_secs(10));
    cluster.restart(2);
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 2) == Some(Status::Left))
    });
    assert_whole(&cluster);
}

#[test]
fn a_leaving_node_learns_that_all_is_fetched_despite_lost_messages() {
    let mut cluster = cluster(4);
    leave(&mut cluster, 2);
    let end = cluster.now + Duration::from_secs(40);
    while cluster.now < end {
        let next = cluster.next_timeout().expect("gossip is always due");
        cluster.wait_until(next);
        cluster
            .lose(|envelope| matches!(envelope.message, Message::StreamRequest { done: true, .. }));
        while !cluster.in_flight.is_empty() {
            cluster.deliver(0);
            cluster.lose(|envelope| {
                matches!(envelope.message, Message::StreamRequest { done: true, .. })
            });
        }
    }
    assert_eq!(status(&cluster, 2, 2), Some(Status::Leaving));
    assert!(
        cluster.nodes.values().all(|node| node.fetching() == 0),
        "all ranges have been fetched"
    );
    runs_until(&mut cluster, |cluster| status(cluster, 2, 2) == Some(Status::Left));
}

#[test]
fn a_leaving_node_waits_for_the_gaining_node_until_it_is_removed() {
    let mut cluster = cluster(5);
    cluster.crash(4);
    cluster.run(Duration::from_secs(20));
    leave(&mut cluster, 2);
    cluster.run(Duration::from_secs(60));
    assert_eq!(status(&cluster, 2, 2), Some(Status::Leaving));
    cluster.drive(NodeId(0), |node, now| node.remove(now, NodeId(4)));
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 2) == Some(Status::Left))
    });
    runs_until(&mut cluster, |cluster| cluster.nodes.values().all(|node| node.fetching() == 0));
    assert_whole(&cluster);
}

#[test]
fn two_nodes_can_leave_at_once() {
    let mut cluster = cluster(5);
    leave(&mut cluster, 1);
    leave(&mut cluster, 3);
    runs_until(&mut cluster, |cluster| {
        [1, 3].iter().all(|&of| (0..5).all(|by| status(cluster, by, of) == Some(Status::Left)))
    });
    assert_whole(&cluster);
}

#[test]
fn the_last_node_stays() {
    let mut cluster = cluster(2);
    // Neither node has heard of the other's leave when it begins.
    leave(&mut cluster, 0);
    leave(&mut cluster, 1);
    cluster.run(Duration::from_secs(120));
    let left = (0..2).filter(|&node| status(&cluster, node, node) == Some(Status::Left)).count();
    assert_eq!(left, 1);
    let last = u16::from(status(&cluster, 0, 0) == Some(Status::Left));
    assert_eq!(cluster.node(last).disk().live_keys(), u32::from(KEYS));
    leave(&mut cluster, last);
    cluster.run(Duration::from_secs(20));
    assert_ne!(status(&cluster, last, last), Some(Status::Left), "the last node can't leave");
}

#[test]
fn a_joining_node_can_leave_at_once() {
    let mut cluster = cluster(3);
    cluster.join(3);
    runs_until(&mut cluster, |cluster| cluster.node(3).disk().live_keys() > 5);
    leave(&mut cluster, 3);
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 3) == Some(Status::Left))
    });
    assert_whole(&cluster);
}

#[test]
fn a_node_removed_while_up_hands_over_its_keys() {
    let mut cluster = cluster(4);
    cluster.drive(NodeId(0), |node, now| node.remove(now, NodeId(2)));
    runs_until(&mut cluster, |cluster| cluster.node(2).disk().live_keys() == 0);
    runs_until(&mut cluster, |cluster| cluster.nodes.values().all(|node| node.fetching() == 0));
    assert_whole(&cluster);
    assert_eq!(status(&cluster, 2, 2), Some(Status::Removed));
}

#[test]
fn a_node_that_left_can_join_again() {
    let mut cluster = cluster(4);
    leave(&mut cluster, 2);
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 2) == Some(Status::Left))
    });
    cluster.join(2);
    runs_until(&mut cluster, |cluster| {
        (0..4).all(|by| status(cluster, by, 2) == Some(Status::Normal))
    });
    assert_whole(&cluster);
}

#[test]
fn the_ranges_of_a_removed_node_are_fetched_from_the_others() {
    let mut cluster = cluster(4);
    cluster.crash(3);
    cluster.drive(NodeId(0), |node, now| node.remove(now, NodeId(3)));
    runs_until(&mut cluster, |cluster| {
        (0..3).all(|by| {
            status(cluster, by, 3) == Some(Status::Removed) && cluster.node(by).fetching() == 0
        })
    });
    cluster.run(Duration::from_secs(60));
    assert_whole(&cluster);
}

#[test]
fn a_fetch_waits_for_a_throttled_source() {
    let mut cluster = cluster(3);
    cluster.reconfigure(|config| {
        let mut settings = (*config.settings).clone();
        settings.streaming.keys_per_second = 1;
        config.settings = settings.into();
        // This is less than one key takes.
        config.request_timeout = Duration::from_ms(20);
    });
    cluster.join(3);
    runs_until(&mut cluster, |cluster| status(cluster, 3, 3) == Some(Status::Normal));
    assert_whole(&cluster);
}
