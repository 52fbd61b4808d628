//! How reads ask, and what they wait for.

use ringside_store::settings::{Ask, ReadRepair};
use ringside_store::{Duration, Event, MessageKind, NodeId, RequestId};

use crate::table::{Table, get, put, quorum};

/// A key's replicas in ring order, and a node that is none.
fn places(table: &Table) -> ([u16; 3], u16) {
    let list = table.list("k");
    let outsider = (0..4).find(|node| !list.contains(node)).expect("four nodes, three replicas");
    ([list[0], list[1], list[2]], outsider)
}

/// Has a write reach one replica only, and fail.
fn put_at(table: &mut Table, replica: u16, value: &str) {
    let (_, outsider) = places(table);
    table.begin(outsider, put("k", value));
    table.lose(|letter| letter.to != NodeId(replica));
    table.deliver_all();
    table.time_out();
    table.mail.clear();
}

fn sent(table: &Table, kind: MessageKind) -> Vec<u16> {
    let of_it = table.mail.iter().filter(|letter| letter.message.kind() == kind);
    of_it.map(|letter| letter.to.0).collect()
}

#[test]
fn digests_that_agree_are_enough() {
    let mut table = Table::with(4, quorum(3, 3, 3), |settings| settings.quorum.digests = true);
    table.complete(0, put("k", "v"));
    let ([a, b, c], outsider) = places(&table);
    let id = table.begin(outsider, get("k"));
    assert_eq!(
        (sent(&table, MessageKind::Read), sent(&table, MessageKind::Digest)),
        (vec![a], vec![b, c])
    );
    table.deliver_all();
    assert_eq!(table.values(id.0), ["v"]);
    assert_eq!(table.count(|event| matches!(event, Event::DigestMismatch { .. })), 0);
}

#[test]
fn a_digest_that_differs_is_followed_by_a_full_read() {
    let mut table = Table::with(4, quorum(3, 2, 2), |settings| settings.quorum.digests = true);
    let ([a, b, c], outsider) = places(&table);
    put_at(&mut table, b, "v");
    let id = table.begin(outsider, get("k"));
    table.deliver_where(|letter| [letter.from, letter.to].contains(&NodeId(a)));
    table.deliver_where(|letter| letter.to == NodeId(b));
    table.deliver_where(|letter| letter.from == NodeId(b));
    assert!(!table.replies.contains_key(&id), "a digest is no value");
    assert_eq!(sent(&table, MessageKind::Read), [b]);
    let asked = |event: &Event| matches!(event, Event::DigestMismatch { asked, .. } if asked[..] == [NodeId(b)]);
    assert_eq!(table.count(asked), 1);
    table.deliver_where(|letter| [letter.from, letter.to].contains(&NodeId(b)));
    table.deliver_all();
    assert_eq!(table.values(id.0), ["v"]);
    assert_eq!((table.held(a, "k"), table.held(c, "k")), (vec!["v".into()], vec!["v".into()]));
    assert_eq!(table.node(outsider).coordinating(), 0);
}

/// The one that was asked for versions is silent: digests alone decide nothing.
#[test]
fn digests_without_versions_are_no_answer() {
    let mut table = Table::with(4, quorum(3, 2, 3), |settings| settings.quorum.digests = true);
    table.complete(0, put("k", "v"));
    let ([a, ..], outsider) = places(&table);
    table.cut(&[a], &[outsider]);
    let id = table.begin(outsider, get("k"));
    table.deliver_all();
    assert_eq!(table.values(id.0), ["v"]);
    assert!(table.voters(id).len() >= 2);
}

fn speculating(r: u16) -> Table {
    let mut table = Table::with(4, quorum(3, r, 3), |settings| {
        settings.quorum.ask = Ask::Quorum;
        settings.quorum.speculation = Some(0.9);
    });
    table.complete(0, put("k", "v"));
    let (_, outsider) = places(&table);
    for _ in 0..10 {
        table.begin(outsider, get("k"));
        table.wait(Duration::from_ms(10));
        table.deliver_all();
    }
    table.events.clear();
    table
}

#[test]
fn a_slow_read_asks_one_replica_more_and_wins() {
    let mut table = speculating(2);
    let ([a, b, c], outsider) = places(&table);
    let id = table.begin(outsider, get("k"));
    assert_eq!(sent(&table, MessageKind::Read), [a, b], "R replicas are asked");
    table.lose(|letter| letter.to == NodeId(b));
    table.deliver_all();
    table.wait(Duration::from_ms(9));
    assert!(table.mail.is_empty());
    table.wait(Duration::from_ms(1));
    assert_eq!(sent(&table, MessageKind::Read), [c], "as long as most reads took has passed");
    table.deliver_all();
    assert_eq!(table.values(id.0), ["v"]);
    let won = |event: &Event| matches!(event, Event::SpeculationWon { replica, .. } if *replica == NodeId(c));
    assert_eq!(table.count(won), 1);
}

#[test]
fn nobody_is_left_to_speculate_on_when_all_are_asked() {
    let mut table = speculating(3);
    let ([a, ..], outsider) = places(&table);
    let id = table.begin(outsider, get("k"));
    table.lose(|letter| letter.to == NodeId(a));
    table.deliver_all();
    table.time_out();
    assert!(!table.replies[&id].is_ok());
    assert_eq!(table.count(|event| matches!(event, Event::Speculating { .. })), 0);
}

#[test]
fn a_read_that_is_answered_in_time_does_not_speculate() {
    let mut table = speculating(2);
    let (_, outsider) = places(&table);
    table.begin(outsider, get("k"));
    table.wait(Duration::from_ms(5));
    table.deliver_all();
    assert_eq!(table.next_timeout(), None);
    assert_eq!(table.count(|event| matches!(event, Event::Speculating { .. })), 0);
}

fn blocking() -> Table {
    Table::with(4, quorum(3, 2, 2), |settings| settings.read_repair = ReadRepair::Blocking)
}

/// What a failed write left at one replica may be returned, but then it stays.
#[test]
fn a_blocking_repair_comes_before_the_reply() {
    let mut table = blocking();
    let ([a, b, c], outsider) = places(&table);
    put_at(&mut table, a, "v");
    let id = table.begin(outsider, get("k"));
    table.lose(|letter| letter.to == NodeId(c));
    table.deliver_where(|letter| letter.message.kind() != MessageKind::Repair);
    assert!(!table.replies.contains_key(&id), "two have answered, and one holds it");
    table.deliver_all();
    assert_eq!(table.values(id.0), ["v"]);
    let later = table.begin(outsider, get("k"));
    table.lose(|letter| letter.to == NodeId(a));
    table.deliver_all();
    assert_eq!(table.values(later.0), ["v"], "whichever two are asked");
    assert_eq!(table.held(b, "k"), ["v"]);
}

/// What comes while the reply waits has been brought to nobody yet.
#[test]
fn a_late_answer_does_not_change_what_is_promised() {
    let mut table = blocking();
    let ([a, _, c], outsider) = places(&table);
    put_at(&mut table, a, "old");
    put_at(&mut table, c, "late");
    let id = table.begin(outsider, get("k"));
    let to_c = |letter: &crate::table::Letter| [letter.from, letter.to].contains(&NodeId(c));
    table.deliver_where(|it| !to_c(it) && it.message.kind() != MessageKind::Repair);
    table.deliver_where(|letter| to_c(letter) && letter.message.kind() != MessageKind::Repair);
    table.deliver_all();
    assert_eq!(table.values(id.0), ["old"]);
    for replica in table.list("k") {
        assert_eq!(
            table.held(replica, "k").len(),
            2,
            "and what is late is repaired after the reply"
        );
    }
}

#[test]
fn a_blocking_read_that_finds_nothing_needs_nobody_to_hold_it() {
    let mut table = blocking();
    assert!(table.read(0, "k").is_empty());
}

/// R = 1 and W = 3: a register's read brings what it found to replicas that it never asked.
#[test]
fn a_register_is_written_back_to_replicas_that_were_not_asked() {
    let mut table = Table::with(4, quorum(3, 1, 3), |settings| {
        settings.quorum.register = true;
        settings.quorum.ask = Ask::Quorum;
    });
    let ([a, b, c], outsider) = places(&table);
    // The writer has read its quorum, and its write reaches the first replica only.
    table.ask(outsider, 1, put("k", "v"));
    table.deliver_where(|letter| letter.message.kind() != MessageKind::Write);
    table.lose(|letter| letter.to != NodeId(a));
    table.deliver_all();
    table.time_out();
    assert!(!table.replies[&RequestId(1)].is_ok());
    assert_eq!(table.read(a, "k"), ["v"]);
    assert_eq!((table.held(b, "k"), table.held(c, "k")), (vec!["v".into()], vec!["v".into()]));
}
