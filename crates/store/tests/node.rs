//! Single nodes under any delivery: messages are reordered, lost, repeated or delayed, and the
//! nodes keep their promises.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_store::{Key, NodeId, RequestId, Response, UnavailableReason};

use crate::harness::{TestCluster, context_of, delete, get, put, put_after, quorum};

#[test]
fn a_put_succeeds_at_w_acknowledgements_and_not_before() {
    let mut cluster = TestCluster::new(3, quorum(3, 1, 3));
    cluster.ask(0, 1, put("k", "v"));
    assert_eq!(
        cluster.in_flight.len(),
        2,
        "the coordinator is a replica itself and needs no message"
    );
    for waiting in [4, 3, 2, 1] {
        assert!(cluster.replies.is_empty(), "{waiting} messages are still in flight");
        let at = cluster.in_flight.len() - 1;
        cluster.deliver(at);
    }
    assert!(cluster.replies[&RequestId(1)].is_ok());
    assert_eq!(cluster.voters(RequestId(1)).len(), 3);
}

#[test]
fn a_put_without_its_quorum_fails_with_the_count() {
    let mut cluster = TestCluster::new(3, quorum(3, 1, 2));
    cluster.ask(0, 1, put("k", "v"));
    cluster.in_flight.clear();
    cluster.time_out();
    let Response::Unavailable { cause, answered, needed, asked } = cluster.replies[&RequestId(1)]
    else {
        panic!("a put without a quorum succeeded");
    };
    assert_eq!((cause, answered, needed, asked), (UnavailableReason::Timeout, 1, 2, 3));
}

#[test]
fn a_failed_put_is_not_undone() {
    let mut cluster = TestCluster::new(3, quorum(3, 1, 2));
    cluster.ask(0, 1, put("k", "v"));
    cluster.in_flight.clear();
    cluster.time_out();
    cluster.ask(0, 2, get("k"));
    cluster.deliver_all();
    assert_eq!(cluster.values(2), ["v"]);
}

#[test]
fn a_key_with_too_few_replicas_fails_at_once() {
    let mut cluster = TestCluster::new(2, quorum(3, 3, 1));
    cluster.ask(0, 1, get("k"));
    let Response::Unavailable { cause, answered, needed, .. } = cluster.replies[&RequestId(1)]
    else {
        panic!("two replicas are no quorum of three");
    };
    assert_eq!((cause, answered, needed), (UnavailableReason::TooFewNodes, 0, 3));
    assert_eq!(cluster.node(0).poll_timeout(), None, "no timer is set");
}

#[test]
fn a_put_with_the_context_of_a_read_resolves_siblings() {
    let mut cluster = TestCluster::new(3, quorum(3, 3, 3));
    cluster.ask(0, 1, put("k", "blue"));
    cluster.ask(1, 2, put("k", "red"));
    cluster.deliver_all();
    cluster.ask(2, 3, get("k"));
    cluster.deliver_all();
    assert_eq!(cluster.values(3), ["blue", "red"], "blind puts are concurrent: both survive");
    let context = context_of(&cluster.replies[&RequestId(3)]);
    cluster.ask(2, 4, put_after("k", "purple", context));
    cluster.deliver_all();
    cluster.ask(0, 5, get("k"));
    cluster.deliver_all();
    assert_eq!(cluster.values(5), ["purple"]);
}

#[test]
fn a_delete_leaves_a_tombstone_that_hides_what_it_saw() {
    let mut cluster = TestCluster::new(3, quorum(3, 2, 2));
    cluster.ask(0, 1, put("k", "v"));
    cluster.deliver_all();
    let context = context_of(&cluster.replies[&RequestId(1)]);
    cluster.ask(1, 2, delete("k", context));
    cluster.deliver_all();
    cluster.ask(2, 3, get("k"));
    cluster.deliver_all();
    assert!(cluster.values(3).is_empty());
    assert!(cluster.nodes.values().all(|node| node.disk().live_keys() == 0));
    assert!(cluster.nodes.values().all(|node| node.disk().get(&Key::new("k")).is_some()));
}

#[test]
fn a_late_answer_is_repaired_after_the_reply() {
    let mut cluster = TestCluster::new(3, quorum(3, 2, 2));
    cluster.ask(0, 1, put("k", "v"));
    cluster.lose(|envelope| envelope.to == NodeId(2));
    cluster.deliver_all();
    cluster.ask(0, 2, get("k"));
    cluster.deliver_where(|envelope| envelope.from != NodeId(2) && envelope.to != NodeId(2));
    assert!(cluster.replies.contains_key(&RequestId(2)), "two of three have answered");
    assert!(cluster.node(2).disk().get(&Key::new("k")).is_none());
    cluster.deliver_all();
    assert!(cluster.node(2).disk().get(&Key::new("k")).is_some(), "the late replica was repaired");
}

#[test]
fn a_crash_keeps_the_disk_and_forgets_what_was_in_progress() {
    let mut cluster = TestCluster::new(3, quorum(3, 2, 3));
    cluster.ask(0, 1, put("k", "v"));
    cluster.crash(0);
    cluster.restart(0);
    cluster.deliver_all();
    cluster.time_out();
    assert!(cluster.replies.is_empty(), "the client of a crashed coordinator gets no response");
    assert!(cluster.node(0).disk().get(&Key::new("k")).is_some());
    cluster.ask(0, 2, put("k", "w"));
    cluster.deliver_all();
    let Response::Stored { version } = &cluster.replies[&RequestId(2)] else { panic!("stored") };
    assert_eq!(
        version.dot.counter, 2,
        "a restarted node continues to count, and names no write twice"
    );
}

#[test]
fn a_wiped_node_never_reuses_names_of_writes() {
    let mut cluster = TestCluster::new(1, quorum(1, 1, 1));
    cluster.ask(0, 1, put("k", "v"));
    cluster.wipe(0);
    cluster.ask(0, 2, put("k", "w"));
    let dot = |id: u64| match &cluster.replies[&RequestId(id)] {
        Response::Stored { version } => version.dot,
        other => panic!("{other:?}"),
    };
    assert_eq!(dot(1).counter, dot(2).counter);
    assert_ne!(dot(1), dot(2));
}

/// A step of an unreliable network.
#[derive(Clone, Debug)]
enum NetworkStep {
    Ask { node: u16, put: bool },
    Deliver(prop::sample::Index),
    Lose(prop::sample::Index),
    Repeat(prop::sample::Index),
    TimeOut,
}

fn moves() -> impl Strategy<Value = Vec<NetworkStep>> {
    let one = prop_oneof![
        2 => (0..5_u16, any::<bool>()).prop_map(|(node, put)| NetworkStep::Ask { node, put }),
        12 => any::<prop::sample::Index>().prop_map(NetworkStep::Deliver),
        1 => any::<prop::sample::Index>().prop_map(NetworkStep::Lose),
        2 => any::<prop::sample::Index>().prop_map(NetworkStep::Repeat),
        1 => Just(NetworkStep::TimeOut),
    ];
    prop::collection::vec(one, 1..150)
}

proptest! {
    /// However messages are delayed, lost or repeated: no operation succeeds with fewer than R or W
    /// distinct replicas, each is answered at most once, and after its deadline exactly once.
    #[test]
    fn no_quorum_succeeds_with_fewer_distinct_replicas(
        (n, r, w) in (1..=5_u16).prop_flat_map(|n| (Just(n), 1..=n, 1..=n)),
        moves in moves(),
    ) {
        let mut cluster = TestCluster::new(5, quorum(n, r, w));
        let mut asked = BTreeMap::new();
        for (id, one) in (0_u64..).zip(moves) {
            let in_flight = cluster.in_flight.len();
            match one {
                NetworkStep::Ask { node, put: true } => {
                    asked.insert(RequestId(id), w);
                    cluster.ask(node, id, put("k", "v"));
                }
                NetworkStep::Ask { node, put: false } => {
                    asked.insert(RequestId(id), r);
                    cluster.ask(node, id, get("k"));
                }
                NetworkStep::Deliver(index) if in_flight > 0 => cluster.deliver(index.index(in_flight)),
                NetworkStep::Lose(index) if in_flight > 0 => drop(cluster.in_flight.remove(index.index(in_flight))),
                NetworkStep::Repeat(index) if in_flight > 0 => {
                    let again = cluster.in_flight[index.index(in_flight)].clone();
                    cluster.in_flight.push(again);
                }
                NetworkStep::TimeOut => cluster.time_out(),
                _ => {}
            }
            for (request, response) in &cluster.replies {
                let voters = cluster.voters(*request).len();
                if response.is_ok() {
                    prop_assert!(voters >= usize::from(asked[request]), "{voters} votes: {response:?}");
                }
            }
        }
        cluster.time_out();
        prop_assert!(cluster.nodes.values().all(|node| node.coordinating() == 0));
        prop_assert!(cluster.nodes.values().all(|node| node.poll_timeout().is_none()));
        for request in asked.keys() {
            prop_assert_eq!(cluster.reply_counts.get(request), Some(&1), "answered exactly once");
        }
    }
}
