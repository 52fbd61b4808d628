//! Turns of ring transitions: their order, their sources, and when keys are forgotten.

use ringside_store::{Detection, Duration, Event, Key, Message, Node, NodeId, Range, Status};

use crate::harness::{TestCluster, put, quorum};

const KEYS: u16 = 60;

fn filled_cluster(nodes: u16) -> TestCluster {
    let mut cluster = TestCluster::with(nodes, quorum(3, 2, 3), |settings| {
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(10) };
        settings.streaming.keys_per_second = 3;
        settings.streaming.keys_per_message = 3;
    });
    for number in 0..KEYS {
        cluster.complete(number % nodes, put(&format!("key {number}"), "v"));
    }
    cluster.run(Duration::from_secs(1));
    cluster
}

fn own_status(node: &Node) -> Option<Status> {
    node.members().find(|member| member.node == node.id()).map(|member| member.status)
}

fn is_settled(cluster: &TestCluster) -> bool {
    cluster.nodes.values().all(|node| node.members().all(|member| !member.status.is_moving()))
}

/// Takes one step: a message, or the next time at which something is due.
fn step(cluster: &mut TestCluster) {
    if cluster.in_flight.is_empty() {
        let next = cluster.next_timeout().expect("gossip is always due");
        cluster.wait_until(next);
    } else {
        cluster.deliver(0);
    }
}

#[test]
fn new_nodes_fetch_in_turn_and_are_read_once_they_have_all_keys() {
    let mut cluster = filled_cluster(4);
    cluster.join(6);
    cluster.join(5);
    while !is_settled(&cluster) {
        step(&mut cluster);
        let new_nodes = [5, 6].map(|id| cluster.node(id)).into_iter();
        for node in new_nodes.filter(|node| own_status(node) == Some(Status::Normal)) {
            for key in (0..KEYS).map(|number| Key::new(&format!("key {number}"))) {
                let list = node.ring().preference_list(key.position(), 3);
                let holds = node.disk().get(&key).is_some();
                assert!(holds || !list.contains(&node.id()), "{} is read without {key}", node.id());
            }
        }
    }
    assert!([5, 6].iter().all(|&id| own_status(cluster.node(id)) == Some(Status::Normal)));
    let ended = cluster
        .events
        .iter()
        .filter_map(|(node, event)| matches!(event, Event::StreamEnded { .. }).then_some(node.0));
    let mut turns: Vec<u16> = ended.collect();
    turns.dedup();
    assert_eq!(turns, [5, 6]);
}

fn began(cluster: &TestCluster, node: u16) -> Vec<(Range, NodeId)> {
    let began = cluster.events.iter().filter_map(|(at, event)| match event {
        Event::StreamBegan { range, source, .. } if at.0 == node => Some((*range, *source)),
        _ => None,
    });
    began.collect()
}

/// The copy of another node may lack writes that the quorums on the old ring counted on.
#[test]
fn a_range_is_fetched_from_the_node_that_loses_it() {
    let mut cluster = filled_cluster(4);
    let before = cluster.node(0).ring().clone();
    cluster.join(4);
    cluster.run(Duration::from_secs(60));
    let after = cluster.node(0).ring().clone();
    assert_eq!(after.nodes().len(), 5);
    let began = began(&cluster, 4);
    assert!(!began.is_empty());
    for (range, source) in began {
        assert!(before.preference_list(range.end, 3).contains(&source));
        assert!(!after.preference_list(range.end, 3).contains(&source));
    }
}

/// The first new node had fetched ranges when another took its turn. After that, other nodes lose
/// its ranges.
#[test]
fn ranges_fetched_for_a_postponed_transition_are_fetched_again() {
    let mut cluster = filled_cluster(4);
    cluster.join(6);
    while cluster.count(|event| matches!(event, Event::StreamEnded { .. })) < 4 {
        step(&mut cluster);
    }
    let ended = cluster.events.iter().filter_map(|(_, event)| match event {
        Event::StreamEnded { range, .. } => Some(*range),
        _ => None,
    });
    let ended: Vec<Range> = ended.collect();
    cluster.events.clear();
    cluster.join(5);
    cluster.run(Duration::from_secs(120));
    assert!(is_settled(&cluster));
    let again = began(&cluster, 6);
    for range in ended {
        let is_own = cluster.node(0).ring().preference_list(range.end, 3).contains(&NodeId(6));
        assert!(!is_own || again.iter().any(|(again, _)| again.contains(range.end)));
    }
}

/// A node that has not heard of the new one still reads from the previous holders.
#[test]
fn keys_stay_at_their_old_owners_until_all_nodes_have_heard() {
    let mut cluster = filled_cluster(5);
    cluster.join(5);
    while own_status(cluster.node(5)) != Some(Status::Normal) {
        step(&mut cluster);
    }
    cluster.cut(&[3], &[0, 1, 2, 4, 5]);
    let strays = |cluster: &TestCluster| {
        cluster.count(|event| matches!(event, Event::HandedOff { hint: false, .. }))
    };
    cluster.run(Duration::from_secs(5));
    assert!(cluster.node(0).ring().nodes().contains(&NodeId(5)), "all the others have heard of it");
    assert_eq!(strays(&cluster), 0);
    cluster.run(Duration::from_secs(20));
    assert!(strays(&cluster) > 0, "no node waits for one that it suspects");
}

#[test]
fn a_key_is_forgotten_only_once_its_owner_has_it() {
    let mut cluster = filled_cluster(4);
    cluster.drive(NodeId(0), |node, now| node.remove(now, NodeId(2)));
    let end = cluster.now + Duration::from_secs(20);
    while cluster.now < end {
        step(&mut cluster);
        cluster.lose(|envelope| matches!(envelope.message, Message::HandOff { .. }));
    }
    assert!(cluster.count(|event| matches!(event, Event::HandingOff { hint: false, .. })) > 0);
    assert!(cluster.node(2).disk().live_keys() > 0, "no key has arrived, and none is dropped");
    cluster.run(Duration::from_secs(60));
    assert_eq!(cluster.node(2).disk().live_keys(), 0);
}
