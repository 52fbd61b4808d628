//! 5: read repair from late answers, and the coordinator of the next write.

use ringside_store::{Event, MessageKind, NodeId, Response};

use crate::table::{Table, get, put, quorum};

/// "The state machine waits for a small period of time to receive any outstanding responses. If stale
/// versions were returned in any of the responses, the coordinator updates those nodes."
#[test]
fn who_answers_late_and_stale_is_repaired_after_the_reply() {
    let mut table = Table::new(3, quorum(3, 2, 2));
    table.ask(0, 1, put("k", "v"));
    table.lose(|letter| letter.to == NodeId(2));
    table.deliver_all();
    table.ask(0, 2, get("k"));
    table.deliver_where(|letter| letter.to != NodeId(2) && letter.from != NodeId(2));
    assert_eq!(table.values(2), ["v"]);
    assert_eq!(table.count(|event| matches!(event, Event::Repairing { .. })), 0);
    table.deliver_where(|letter| letter.message.kind() != MessageKind::Repair);
    let late = |event: &Event| matches!(event, Event::Repairing { replica: NodeId(2), .. });
    assert_eq!(table.count(late), 1);
    table.deliver_all();
    assert_eq!(table.held(2, "k"), ["v"]);
}

/// "The coordinator for a write is chosen to be the node that replied fastest to the previous read."
#[test]
fn a_read_tells_who_answered_first() {
    for first in [1, 2] {
        let mut table = Table::new(3, quorum(3, 3, 3));
        table.complete(0, put("k", "v"));
        table.ask(0, 1, get("k"));
        table.deliver_where(|letter| letter.to == NodeId(first) || letter.from == NodeId(first));
        table.deliver_all();
        let Response::Found { first: told, .. } = &table.replies[&ringside_store::RequestId(1)]
        else {
            panic!("a get of three replicas that are up")
        };
        assert_eq!(*told, Some(NodeId(first)));
    }
}
