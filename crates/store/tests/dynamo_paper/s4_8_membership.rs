//! 4.8: membership is explicit and gossiped; who is down is each node's own judgement.

use ringside_store::{Detection, Disk, Duration, Event, Node, NodeId, Status};

use crate::table::{Table, quorum};

fn table(nodes: u16) -> Table {
    Table::with(nodes, quorum(3, 2, 2), |settings| {
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
    })
}

fn status(table: &Table, by: u16, of: u16) -> Option<Status> {
    table.node(by).members().find(|it| it.node == NodeId(of)).map(|it| it.status)
}

/// 4.8.1: "a node outage rarely signifies a permanent departure", so it changes no ring.
#[test]
fn a_crash_is_no_departure() {
    let mut table = table(4);
    let ring = table.node(0).ring().clone();
    table.crash(3);
    table.run(Duration::from_secs(60));
    assert!(!table.node(0).believes_up(NodeId(3)));
    assert_eq!((status(&table, 0, 3), table.node(0).ring()), (Some(Status::Normal), &ring));
}

#[test]
fn a_join_and_a_removal_are_explicit_and_spread_to_all() {
    let mut table = table(5);
    let newcomer = NodeId(5);
    let members: Vec<NodeId> = (0..5).map(NodeId).collect();
    let node = Node::new(table.config.clone(), Disk::new(newcomer, 0, members), table.now);
    table.nodes.insert(newcomer, node);
    table.run(Duration::from_secs(30));
    assert_eq!(status(&table, 0, 5), None, "to be there is not to be in the ring");
    table.drive(newcomer, Node::join);
    assert_eq!(status(&table, 5, 5), Some(Status::Joining));
    table.run(Duration::from_secs(30));
    assert!((0..6).all(|by| status(&table, by, 5) == Some(Status::Normal)));
    table.crash(2);
    table.drive(NodeId(4), |node, now| node.remove(now, NodeId(2)));
    table.run(Duration::from_secs(30));
    for by in [0, 1, 3, 4, 5] {
        assert_eq!(status(&table, by, 2), Some(Status::Removed));
        assert!(!table.node(by).ring().nodes().contains(&NodeId(2)));
    }
}

/// 4.8.3: "a purely local notion of failure detection is entirely sufficient".
#[test]
fn suspicion_is_local() {
    let mut table = table(4);
    table.run(Duration::from_secs(5));
    // Node 0 speaks and does not hear.
    for other in 1..4 {
        table.cut_one_way(other, 0);
    }
    table.run(Duration::from_secs(30));
    for peer in (1..4).map(NodeId) {
        assert!(!table.node(0).believes_up(peer), "who is deaf suspects everybody");
    }
    for by in 1..4 {
        assert!(
            (0..4).all(|peer| table.node(by).believes_up(NodeId(peer))),
            "and nobody else does"
        );
    }
    table.heal();
    table.run(Duration::from_secs(10));
    assert!((1..4).all(|peer| table.node(0).believes_up(NodeId(peer))));
}

#[test]
fn who_hears_that_it_is_suspected_speaks_against_it() {
    let mut table = table(3);
    table.run(Duration::from_secs(5));
    table.cut_one_way(1, 0);
    table.cut_one_way(2, 0);
    table.run(Duration::from_secs(20));
    let refuting = |event: &Event| matches!(event, Event::Refuting { peer: NodeId(0), .. });
    assert!(table.count(refuting) > 0);
    table.heal();
    table.run(Duration::from_secs(10));
    let refuted = table.count(|event| matches!(event, Event::Recovered { refuted: true, .. }));
    assert!(refuted > 0, "the new incarnation is what the suspecter is told");
}
