//! 4.8: membership is explicit and gossiped; suspicion is local to each node.

use ringside_store::{Detection, Disk, Duration, Event, Node, NodeId, Status};

use crate::harness::{TestCluster, quorum};

fn cluster(nodes: u16) -> TestCluster {
    TestCluster::with(nodes, quorum(3, 2, 2), |settings| {
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
    })
}

fn status(cluster: &TestCluster, by: u16, of: u16) -> Option<Status> {
    cluster.node(by).members().find(|it| it.node == NodeId(of)).map(|it| it.status)
}

/// 4.8.1: "a node outage rarely signifies a permanent departure", so it changes no ring.
#[test]
fn a_crash_does_not_change_the_membership() {
    let mut cluster = cluster(4);
    let ring = cluster.node(0).ring().clone();
    cluster.crash(3);
    cluster.run(Duration::from_secs(60));
    assert!(!cluster.node(0).believes_up(NodeId(3)));
    assert_eq!((status(&cluster, 0, 3), cluster.node(0).ring()), (Some(Status::Normal), &ring));
}

#[test]
fn a_join_and_a_removal_are_explicit_and_spread_to_all() {
    let mut cluster = cluster(5);
    let new_node = NodeId(5);
    let members: Vec<NodeId> = (0..5).map(NodeId).collect();
    let node = Node::new(cluster.config.clone(), Disk::new(new_node, 0, members), cluster.now);
    cluster.nodes.insert(new_node, node);
    cluster.run(Duration::from_secs(30));
    assert_eq!(status(&cluster, 0, 5), None, "a running node is not a member until it joins");
    cluster.drive(new_node, Node::join);
    assert_eq!(status(&cluster, 5, 5), Some(Status::Joining));
    cluster.run(Duration::from_secs(30));
    assert!((0..6).all(|by| status(&cluster, by, 5) == Some(Status::Normal)));
    cluster.crash(2);
    cluster.drive(NodeId(4), |node, now| node.remove(now, NodeId(2)));
    cluster.run(Duration::from_secs(30));
    for by in [0, 1, 3, 4, 5] {
        assert_eq!(status(&cluster, by, 2), Some(Status::Removed));
        assert!(!cluster.node(by).ring().nodes().contains(&NodeId(2)));
    }
}

/// 4.8.3: "a purely local notion of failure detection is entirely sufficient".
#[test]
fn suspicion_is_local() {
    let mut cluster = cluster(4);
    cluster.run(Duration::from_secs(5));
    // Node 0 sends but receives nothing.
    for other in 1..4 {
        cluster.cut_one_way(other, 0);
    }
    cluster.run(Duration::from_secs(30));
    for peer in (1..4).map(NodeId) {
        assert!(
            !cluster.node(0).believes_up(peer),
            "a node that receives nothing suspects all others"
        );
    }
    for by in 1..4 {
        assert!(
            (0..4).all(|peer| cluster.node(by).believes_up(NodeId(peer))),
            "and no other node suspects any"
        );
    }
    cluster.heal();
    cluster.run(Duration::from_secs(10));
    assert!((1..4).all(|peer| cluster.node(0).believes_up(NodeId(peer))));
}

#[test]
fn a_suspected_node_refutes_the_suspicion() {
    let mut cluster = cluster(3);
    cluster.run(Duration::from_secs(5));
    cluster.cut_one_way(1, 0);
    cluster.cut_one_way(2, 0);
    cluster.run(Duration::from_secs(20));
    let refuting = |event: &Event| matches!(event, Event::Refuting { peer: NodeId(0), .. });
    assert!(cluster.count(refuting) > 0);
    cluster.heal();
    cluster.run(Duration::from_secs(10));
    let refuted = cluster.count(|event| matches!(event, Event::Recovered { refuted: true, .. }));
    assert!(refuted > 0, "the new incarnation reaches the suspecting node");
}
