//! Nodes driven by hand: messages are delivered in any order, lost, repeated or kept back, and what the
//! nodes promise must hold all the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_store::{Cause, Key, NodeId, RequestId, Response};

use crate::table::{Table, context_of, delete, get, put, put_after, quorum};

#[test]
fn a_put_succeeds_at_w_acknowledgements_and_not_before() {
    let mut table = Table::new(3, quorum(3, 1, 3));
    table.ask(0, 1, put("k", "v"));
    assert_eq!(table.mail.len(), 2, "the coordinator is a replica itself and needs no message");
    for waiting in [4, 3, 2, 1] {
        assert!(table.replies.is_empty(), "{waiting} messages are still out");
        let at = table.mail.len() - 1;
        table.deliver(at);
    }
    assert!(table.replies[&RequestId(1)].is_ok());
    assert_eq!(table.voters(RequestId(1)).len(), 3);
}

#[test]
fn a_put_without_its_quorum_fails_with_the_count() {
    let mut table = Table::new(3, quorum(3, 1, 2));
    table.ask(0, 1, put("k", "v"));
    table.mail.clear();
    table.time_out();
    let Response::Unavailable { cause, answered, needed, asked } = table.replies[&RequestId(1)]
    else {
        panic!("a put without a quorum succeeded");
    };
    assert_eq!((cause, answered, needed, asked), (Cause::Timeout, 1, 2, 3));
}

#[test]
fn a_failed_put_is_not_undone() {
    let mut table = Table::new(3, quorum(3, 1, 2));
    table.ask(0, 1, put("k", "v"));
    table.mail.clear();
    table.time_out();
    table.ask(0, 2, get("k"));
    table.deliver_all();
    assert_eq!(table.values(2), ["v"]);
}

#[test]
fn a_key_with_too_few_replicas_fails_at_once() {
    let mut table = Table::new(2, quorum(3, 3, 1));
    table.ask(0, 1, get("k"));
    let Response::Unavailable { cause, answered, needed, .. } = table.replies[&RequestId(1)] else {
        panic!("two replicas are no quorum of three");
    };
    assert_eq!((cause, answered, needed), (Cause::TooFewNodes, 0, 3));
    assert_eq!(table.node(0).poll_timeout(), None, "nothing is waited for");
}

#[test]
fn a_put_with_the_context_of_a_read_resolves_siblings() {
    let mut table = Table::new(3, quorum(3, 3, 3));
    table.ask(0, 1, put("k", "blue"));
    table.ask(1, 2, put("k", "red"));
    table.deliver_all();
    table.ask(2, 3, get("k"));
    table.deliver_all();
    assert_eq!(table.values(3), ["blue", "red"], "blind puts are concurrent: both survive");
    let context = context_of(&table.replies[&RequestId(3)]);
    table.ask(2, 4, put_after("k", "purple", context));
    table.deliver_all();
    table.ask(0, 5, get("k"));
    table.deliver_all();
    assert_eq!(table.values(5), ["purple"]);
}

#[test]
fn a_delete_leaves_a_tombstone_that_hides_what_it_saw() {
    let mut table = Table::new(3, quorum(3, 2, 2));
    table.ask(0, 1, put("k", "v"));
    table.deliver_all();
    let context = context_of(&table.replies[&RequestId(1)]);
    table.ask(1, 2, delete("k", context));
    table.deliver_all();
    table.ask(2, 3, get("k"));
    table.deliver_all();
    assert!(table.values(3).is_empty());
    assert!(table.nodes.values().all(|node| node.disk().live_keys() == 0));
    assert!(table.nodes.values().all(|node| node.disk().get(&Key::new("k")).is_some()));
}

#[test]
fn a_late_answer_is_repaired_after_the_reply() {
    let mut table = Table::new(3, quorum(3, 2, 2));
    table.ask(0, 1, put("k", "v"));
    table.lose(|letter| letter.to == NodeId(2));
    table.deliver_all();
    table.ask(0, 2, get("k"));
    table.deliver_where(|letter| letter.from != NodeId(2) && letter.to != NodeId(2));
    assert!(table.replies.contains_key(&RequestId(2)), "two of three have answered");
    assert!(table.node(2).disk().get(&Key::new("k")).is_none());
    table.deliver_all();
    assert!(table.node(2).disk().get(&Key::new("k")).is_some(), "the straggler was repaired");
}

#[test]
fn a_crash_keeps_the_disk_and_forgets_what_was_in_progress() {
    let mut table = Table::new(3, quorum(3, 2, 3));
    table.ask(0, 1, put("k", "v"));
    table.crash(0);
    table.restart(0);
    table.deliver_all();
    table.time_out();
    assert!(table.replies.is_empty(), "the client of a crashed coordinator hears nothing");
    assert!(table.node(0).disk().get(&Key::new("k")).is_some());
    table.ask(0, 2, put("k", "w"));
    table.deliver_all();
    let Response::Stored { version } = &table.replies[&RequestId(2)] else { panic!("stored") };
    assert_eq!(version.dot.counter, 2, "a node that restarts counts on, and names no write twice");
}

#[test]
fn a_wiped_node_names_its_writes_anew() {
    let mut table = Table::new(1, quorum(1, 1, 1));
    table.ask(0, 1, put("k", "v"));
    table.wipe(0);
    table.ask(0, 2, put("k", "w"));
    let dot = |id: u64| match &table.replies[&RequestId(id)] {
        Response::Stored { version } => version.dot,
        other => panic!("{other:?}"),
    };
    assert_eq!(dot(1).counter, dot(2).counter);
    assert_ne!(dot(1), dot(2));
}

/// What an unkind network does.
#[derive(Clone, Debug)]
enum Move {
    Ask { node: u16, put: bool },
    Deliver(prop::sample::Index),
    Lose(prop::sample::Index),
    Repeat(prop::sample::Index),
    TimeOut,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        2 => (0..5_u16, any::<bool>()).prop_map(|(node, put)| Move::Ask { node, put }),
        12 => any::<prop::sample::Index>().prop_map(Move::Deliver),
        1 => any::<prop::sample::Index>().prop_map(Move::Lose),
        2 => any::<prop::sample::Index>().prop_map(Move::Repeat),
        1 => Just(Move::TimeOut),
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
        let mut table = Table::new(5, quorum(n, r, w));
        let mut asked = BTreeMap::new();
        for (id, one) in (0_u64..).zip(moves) {
            let mail = table.mail.len();
            match one {
                Move::Ask { node, put: true } => {
                    asked.insert(RequestId(id), w);
                    table.ask(node, id, put("k", "v"));
                }
                Move::Ask { node, put: false } => {
                    asked.insert(RequestId(id), r);
                    table.ask(node, id, get("k"));
                }
                Move::Deliver(index) if mail > 0 => table.deliver(index.index(mail)),
                Move::Lose(index) if mail > 0 => drop(table.mail.remove(index.index(mail))),
                Move::Repeat(index) if mail > 0 => {
                    let again = table.mail[index.index(mail)].clone();
                    table.mail.push(again);
                }
                Move::TimeOut => table.time_out(),
                _ => {}
            }
            for (request, response) in &table.replies {
                let voters = table.voters(*request).len();
                if response.is_ok() {
                    prop_assert!(voters >= usize::from(asked[request]), "{voters} votes: {response:?}");
                }
            }
        }
        table.time_out();
        prop_assert!(table.nodes.values().all(|node| node.coordinating() == 0));
        prop_assert!(table.nodes.values().all(|node| node.poll_timeout().is_none()));
        for request in asked.keys() {
            prop_assert_eq!(table.answers.get(request), Some(&1), "answered exactly once");
        }
    }
}
