//! Reads: digests, speculation and write-back.

use ringside_store::settings::{Ask, ReadRepair};
use ringside_store::{Duration, Event, MessageKind, NodeId, RequestId};

use crate::harness::{TestCluster, get, put, quorum};

/// Returns a key's replicas in ring order, and a node that is not one of them.
fn places(cluster: &TestCluster) -> ([u16; 3], u16) {
    let list = cluster.preference_list("k");
    let outsider = (0..4).find(|node| !list.contains(node)).expect("four nodes, three replicas");
    ([list[0], list[1], list[2]], outsider)
}

/// Makes a write that reaches one replica only, and fails.
fn put_at(cluster: &mut TestCluster, replica: u16, value: &str) {
    let (_, outsider) = places(cluster);
    cluster.begin(outsider, put("k", value));
    cluster.lose(|envelope| envelope.to != NodeId(replica));
    cluster.deliver_all();
    cluster.time_out();
    cluster.in_flight.clear();
}

fn sent(cluster: &TestCluster, kind: MessageKind) -> Vec<u16> {
    let of_it = cluster.in_flight.iter().filter(|envelope| envelope.message.kind() == kind);
    of_it.map(|envelope| envelope.to.0).collect()
}

#[test]
fn digests_that_agree_are_enough() {
    let mut cluster =
        TestCluster::with(4, quorum(3, 3, 3), |settings| settings.quorum.digests = true);
    cluster.complete(0, put("k", "v"));
    let ([a, b, c], outsider) = places(&cluster);
    let id = cluster.begin(outsider, get("k"));
    assert_eq!(
        (sent(&cluster, MessageKind::Read), sent(&cluster, MessageKind::Digest)),
        (vec![a], vec![b, c])
    );
    cluster.deliver_all();
    assert_eq!(cluster.values(id.0), ["v"]);
    assert_eq!(cluster.count(|event| matches!(event, Event::DigestMismatch { .. })), 0);
}

#[test]
fn a_digest_that_differs_is_followed_by_a_full_read() {
    let mut cluster =
        TestCluster::with(4, quorum(3, 2, 2), |settings| settings.quorum.digests = true);
    let ([a, b, c], outsider) = places(&cluster);
    put_at(&mut cluster, b, "v");
    let id = cluster.begin(outsider, get("k"));
    cluster.deliver_where(|envelope| [envelope.from, envelope.to].contains(&NodeId(a)));
    cluster.deliver_where(|envelope| envelope.to == NodeId(b));
    cluster.deliver_where(|envelope| envelope.from == NodeId(b));
    assert!(!cluster.replies.contains_key(&id), "a digest is no value");
    assert_eq!(sent(&cluster, MessageKind::Read), [b]);
    let asked = |event: &Event| matches!(event, Event::DigestMismatch { asked, .. } if asked[..] == [NodeId(b)]);
    assert_eq!(cluster.count(asked), 1);
    cluster.deliver_where(|envelope| [envelope.from, envelope.to].contains(&NodeId(b)));
    cluster.deliver_all();
    assert_eq!(cluster.values(id.0), ["v"]);
    assert_eq!((cluster.held(a, "k"), cluster.held(c, "k")), (vec!["v".into()], vec!["v".into()]));
    assert_eq!(cluster.node(outsider).coordinating(), 0);
}

/// The replica that was asked for versions is silent: digests alone are no answer.
#[test]
fn digests_without_versions_are_no_answer() {
    let mut cluster =
        TestCluster::with(4, quorum(3, 2, 3), |settings| settings.quorum.digests = true);
    cluster.complete(0, put("k", "v"));
    let ([a, ..], outsider) = places(&cluster);
    cluster.cut(&[a], &[outsider]);
    let id = cluster.begin(outsider, get("k"));
    cluster.deliver_all();
    assert_eq!(cluster.values(id.0), ["v"]);
    assert!(cluster.voters(id).len() >= 2);
}

fn speculating(r: u16) -> TestCluster {
    let mut cluster = TestCluster::with(4, quorum(3, r, 3), |settings| {
        settings.quorum.ask = Ask::Quorum;
        settings.quorum.speculation = Some(0.9);
    });
    cluster.complete(0, put("k", "v"));
    let (_, outsider) = places(&cluster);
    for _ in 0..10 {
        cluster.begin(outsider, get("k"));
        cluster.wait(Duration::from_ms(10));
        cluster.deliver_all();
    }
    cluster.events.clear();
    cluster
}

#[test]
fn a_slow_read_asks_one_replica_more_and_wins() {
    let mut cluster = speculating(2);
    let ([a, b, c], outsider) = places(&cluster);
    let id = cluster.begin(outsider, get("k"));
    assert_eq!(sent(&cluster, MessageKind::Read), [a, b], "R replicas are asked");
    cluster.lose(|envelope| envelope.to == NodeId(b));
    cluster.deliver_all();
    cluster.wait(Duration::from_ms(9));
    assert!(cluster.in_flight.is_empty());
    cluster.wait(Duration::from_ms(1));
    assert_eq!(sent(&cluster, MessageKind::Read), [c], "the usual latency has passed");
    cluster.deliver_all();
    assert_eq!(cluster.values(id.0), ["v"]);
    let won = |event: &Event| matches!(event, Event::SpeculationWon { replica, .. } if *replica == NodeId(c));
    assert_eq!(cluster.count(won), 1);
}

#[test]
fn speculation_needs_a_replica_that_was_not_asked() {
    let mut cluster = speculating(3);
    let ([a, ..], outsider) = places(&cluster);
    let id = cluster.begin(outsider, get("k"));
    cluster.lose(|envelope| envelope.to == NodeId(a));
    cluster.deliver_all();
    cluster.time_out();
    assert!(!cluster.replies[&id].is_ok());
    assert_eq!(cluster.count(|event| matches!(event, Event::Speculating { .. })), 0);
}

#[test]
fn a_read_that_is_answered_in_time_does_not_speculate() {
    let mut cluster = speculating(2);
    let (_, outsider) = places(&cluster);
    cluster.begin(outsider, get("k"));
    cluster.wait(Duration::from_ms(5));
    cluster.deliver_all();
    assert_eq!(cluster.next_timeout(), None);
    assert_eq!(cluster.count(|event| matches!(event, Event::Speculating { .. })), 0);
}

fn blocking() -> TestCluster {
    TestCluster::with(4, quorum(3, 2, 2), |settings| settings.read_repair = ReadRepair::Blocking)
}

/// A read may return a failed write that reached one replica, but then later reads return it too.
#[test]
fn a_blocking_repair_comes_before_the_reply() {
    let mut cluster = blocking();
    let ([a, b, c], outsider) = places(&cluster);
    put_at(&mut cluster, a, "v");
    let id = cluster.begin(outsider, get("k"));
    cluster.lose(|envelope| envelope.to == NodeId(c));
    cluster.deliver_where(|envelope| envelope.message.kind() != MessageKind::Repair);
    assert!(!cluster.replies.contains_key(&id), "two have answered, and one holds it");
    cluster.deliver_all();
    assert_eq!(cluster.values(id.0), ["v"]);
    let later = cluster.begin(outsider, get("k"));
    cluster.lose(|envelope| envelope.to == NodeId(a));
    cluster.deliver_all();
    assert_eq!(cluster.values(later.0), ["v"], "also from the other two replicas");
    assert_eq!(cluster.held(b, "k"), ["v"]);
}

/// Versions that arrive while the reply waits are not on enough replicas yet.
#[test]
fn a_late_answer_does_not_change_the_result() {
    let mut cluster = blocking();
    let ([a, _, c], outsider) = places(&cluster);
    put_at(&mut cluster, a, "old");
    put_at(&mut cluster, c, "late");
    let id = cluster.begin(outsider, get("k"));
    let to_c =
        |envelope: &crate::harness::Envelope| [envelope.from, envelope.to].contains(&NodeId(c));
    cluster.deliver_where(|it| !to_c(it) && it.message.kind() != MessageKind::Repair);
    cluster
        .deliver_where(|envelope| to_c(envelope) && envelope.message.kind() != MessageKind::Repair);
    cluster.deliver_all();
    assert_eq!(cluster.values(id.0), ["old"]);
    for replica in cluster.preference_list("k") {
        assert_eq!(
            cluster.held(replica, "k").len(),
            2,
            "the late version is repaired after the reply"
        );
    }
}

#[test]
fn a_blocking_read_that_finds_nothing_replies_at_once() {
    let mut cluster = blocking();
    assert!(cluster.read(0, "k").is_empty());
}

/// With R = 1 and W = 3, a register's read sends its result to replicas that it never asked.
#[test]
fn a_register_is_written_back_to_replicas_that_were_not_asked() {
    let mut cluster = TestCluster::with(4, quorum(3, 1, 3), |settings| {
        settings.quorum.register = true;
        settings.quorum.ask = Ask::Quorum;
    });
    let ([a, b, c], outsider) = places(&cluster);
    // The writer has read its quorum, and its write reaches the first replica only.
    cluster.ask(outsider, 1, put("k", "v"));
    cluster.deliver_where(|envelope| envelope.message.kind() != MessageKind::Write);
    cluster.lose(|envelope| envelope.to != NodeId(a));
    cluster.deliver_all();
    cluster.time_out();
    assert!(!cluster.replies[&RequestId(1)].is_ok());
    assert_eq!(cluster.read(a, "k"), ["v"]);
    assert_eq!((cluster.held(b, "k"), cluster.held(c, "k")), (vec!["v".into()], vec!["v".into()]));
}
