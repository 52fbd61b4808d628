//! Overload: the limit of a coordinator's operations in progress.

use ringside_store::{Event, Response, UnavailableReason};

use crate::harness::{TestCluster, get, put, quorum};

#[test]
fn a_full_coordinator_refuses_and_later_accepts_again() {
    let mut cluster = TestCluster::with(3, quorum(3, 2, 3), |settings| {
        settings.quorum.most_in_progress = Some(2);
    });
    cluster.ask(0, 1, put("a", "v"));
    cluster.ask(0, 2, get("b"));
    cluster.ask(0, 3, put("c", "v"));
    cluster.ask(0, 4, get("d"));
    for (id, needs) in [(3, 3), (4, 2)] {
        let Response::Unavailable { cause, answered, needed, asked } =
            cluster.replies[&ringside_store::RequestId(id)]
        else {
            panic!("the third and the fourth request are refused")
        };
        assert_eq!((cause, answered, needed, asked), (UnavailableReason::Overloaded, 0, needs, 0));
    }
    let overloaded = |event: &Event| matches!(event, Event::Overloaded { in_progress: 2, .. });
    assert_eq!(cluster.count(overloaded), 2);
    assert!(cluster.held(0, "c").is_empty(), "a refused write leaves nothing");
    cluster.deliver_all();
    assert!(cluster.complete(0, put("c", "v")).is_ok());
}
