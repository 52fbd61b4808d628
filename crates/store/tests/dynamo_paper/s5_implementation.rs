//! 5: read repair from late answers, and the coordinator of the next write.

use ringside_store::{Event, MessageKind, NodeId, Response};

use crate::harness::{TestCluster, get, put, quorum};

/// "The state machine waits for a small period of time to receive any outstanding responses. If
/// stale versions were returned in any of the responses, the coordinator updates those nodes."
#[test]
fn a_stale_late_answer_is_repaired_after_the_reply() {
    let mut cluster = TestCluster::new(3, quorum(3, 2, 2));
    cluster.ask(0, 1, put("k", "v"));
    cluster.lose(|envelope| envelope.to == NodeId(2));
    cluster.deliver_all();
    cluster.ask(0, 2, get("k"));
    cluster.deliver_where(|envelope| envelope.to != NodeId(2) && envelope.from != NodeId(2));
    assert_eq!(cluster.values(2), ["v"]);
    assert_eq!(cluster.count(|event| matches!(event, Event::Repairing { .. })), 0);
    cluster.deliver_where(|envelope| envelope.message.kind() != MessageKind::Repair);
    let late = |event: &Event| matches!(event, Event::Repairing { replica: NodeId(2), .. });
    assert_eq!(cluster.count(late), 1);
    cluster.deliver_all();
    assert_eq!(cluster.held(2, "k"), ["v"]);
}

/// "The coordinator for a write is chosen to be the node that replied fastest to the previous
/// read."
#[test]
fn a_read_returns_the_replica_that_answered_first() {
    for first in [1, 2] {
        let mut cluster = TestCluster::new(3, quorum(3, 3, 3));
        cluster.complete(0, put("k", "v"));
        cluster.ask(0, 1, get("k"));
        cluster.deliver_where(|envelope| {
            envelope.to == NodeId(first) || envelope.from == NodeId(first)
        });
        cluster.deliver_all();
        let Response::Found { first: reported, .. } =
            &cluster.replies[&ringside_store::RequestId(1)]
        else {
            panic!("a get of three replicas that are up")
        };
        assert_eq!(*reported, Some(NodeId(first)));
    }
}
