//! What can go wrong while a node comes or goes.

use ringside_store::{Detection, Duration, Event, Message, Node, NodeId, Status};

use crate::table::{Table, put, quorum};

const KEYS: u16 = 40;

fn table(nodes: u16) -> Table {
    let mut table = Table::with(nodes, quorum(2, 1, 2), |settings| {
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
        settings.streaming.keys_per_second = 5;
        settings.streaming.keys_per_message = 2;
    });
    for number in 0..KEYS {
        table.complete(number % nodes, put(&format!("key {number}"), "v"));
    }
    table.run(Duration::from_secs(1));
    table
}

fn status(table: &Table, by: u16, of: u16) -> Option<Status> {
    table.node(by).members().find(|it| it.node == NodeId(of)).map(|it| it.status)
}

fn leave(table: &mut Table, node: u16) {
    table.drive(NodeId(node), Node::leave);
}

/// Checks that every key is on all of its replicas.
fn assert_whole(table: &Table) {
    for number in 0..KEYS {
        let key = format!("key {number}");
        for replica in table.list(&key) {
            assert_eq!(table.held(replica, &key), ["v"], "{key} at {}", NodeId(replica));
        }
    }
}

fn runs_until(table: &mut Table, holds: impl Fn(&Table) -> bool) {
    for _ in 0..600 {
        if holds(table) {
            return;
        }
        table.run(Duration::from_ms(250));
    }
    for node in table.nodes.values() {
        let members: Vec<_> = node.members().map(|it| (it.node, it.status)).collect();
        eprintln!("{} fetches {}: {members:?}", node.id(), node.fetching());
    }
    panic!("it has not happened in 150 seconds");
}

#[test]
fn a_newcomer_that_crashes_on_its_way_is_not_in_the_ring_when_it_is_back() {
    let mut table = table(3);
    table.join(3);
    runs_until(&mut table, |table| table.node(3).disk().live_keys() > 5);
    table.crash(3);
    table.run(Duration::from_secs(1));
    table.restart(3);
    table.run(Duration::from_secs(1));
    assert_eq!(status(&table, 3, 3), Some(Status::Joining), "it has not got all yet");
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 3) == Some(Status::Normal)));
    assert_whole(&table);
}

#[test]
fn a_newcomer_whose_disk_is_lost_begins_anew() {
    let mut table = table(3);
    table.join(3);
    runs_until(&mut table, |table| table.node(3).disk().live_keys() > 5);
    table.wipe(3);
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 3) == Some(Status::Normal)));
    assert_whole(&table);
}

#[test]
fn a_node_that_crashes_while_it_leaves_goes_on_with_it() {
    let mut table = table(4);
    leave(&mut table, 2);
    runs_until(&mut table, |table| table.count(|it| matches!(it, Event::StreamEnded { .. })) > 3);
    table.crash(2);
    table.run(Duration::from_secs(10));
    table.restart(2);
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 2) == Some(Status::Left)));
    assert_whole(&table);
}

#[test]
fn a_leaver_hears_that_all_is_fetched_though_messages_are_lost() {
    let mut table = table(4);
    leave(&mut table, 2);
    let end = table.now + Duration::from_secs(40);
    while table.now < end {
        let next = table.next_timeout().expect("gossip is always due");
        table.wait_until(next);
        table.lose(|letter| matches!(letter.message, Message::StreamAsk { done: true, .. }));
        while !table.mail.is_empty() {
            table.deliver(0);
            table.lose(|letter| matches!(letter.message, Message::StreamAsk { done: true, .. }));
        }
    }
    assert_eq!(status(&table, 2, 2), Some(Status::Leaving));
    assert!(table.nodes.values().all(|node| node.fetching() == 0), "all has been fetched");
    runs_until(&mut table, |table| status(table, 2, 2) == Some(Status::Left));
}

#[test]
fn a_leaver_waits_for_who_gains_until_that_one_is_removed() {
    let mut table = table(5);
    table.crash(4);
    table.run(Duration::from_secs(20));
    leave(&mut table, 2);
    table.run(Duration::from_secs(60));
    assert_eq!(status(&table, 2, 2), Some(Status::Leaving));
    table.drive(NodeId(0), |node, now| node.remove(now, NodeId(4)));
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 2) == Some(Status::Left)));
    runs_until(&mut table, |table| table.nodes.values().all(|node| node.fetching() == 0));
    assert_whole(&table);
}

#[test]
fn two_leave_at_once_and_both_get_out() {
    let mut table = table(5);
    leave(&mut table, 1);
    leave(&mut table, 3);
    runs_until(&mut table, |table| {
        [1, 3].iter().all(|&of| (0..5).all(|by| status(table, by, of) == Some(Status::Left)))
    });
    assert_whole(&table);
}

#[test]
fn somebody_stays() {
    let mut table = table(2);
    // Neither has heard of the other when it begins.
    leave(&mut table, 0);
    leave(&mut table, 1);
    table.run(Duration::from_secs(120));
    let left = (0..2).filter(|&node| status(&table, node, node) == Some(Status::Left)).count();
    assert_eq!(left, 1);
    let last = u16::from(status(&table, 0, 0) == Some(Status::Left));
    assert_eq!(table.node(last).disk().live_keys(), u32::from(KEYS));
    leave(&mut table, last);
    table.run(Duration::from_secs(20));
    assert_ne!(status(&table, last, last), Some(Status::Left), "the last node can't leave");
}

#[test]
fn a_newcomer_that_changes_its_mind_is_gone_at_once() {
    let mut table = table(3);
    table.join(3);
    runs_until(&mut table, |table| table.node(3).disk().live_keys() > 5);
    leave(&mut table, 3);
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 3) == Some(Status::Left)));
    assert_whole(&table);
}

#[test]
fn a_node_that_is_removed_alive_hands_over_all_that_it_has() {
    let mut table = table(4);
    table.drive(NodeId(0), |node, now| node.remove(now, NodeId(2)));
    runs_until(&mut table, |table| table.node(2).disk().live_keys() == 0);
    runs_until(&mut table, |table| table.nodes.values().all(|node| node.fetching() == 0));
    assert_whole(&table);
    assert_eq!(status(&table, 2, 2), Some(Status::Removed));
}

#[test]
fn who_has_left_comes_back_by_joining() {
    let mut table = table(4);
    leave(&mut table, 2);
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 2) == Some(Status::Left)));
    table.join(2);
    runs_until(&mut table, |table| (0..4).all(|by| status(table, by, 2) == Some(Status::Normal)));
    assert_whole(&table);
}

#[test]
fn what_was_lost_with_a_node_is_fetched_from_who_is_left() {
    let mut table = table(4);
    table.crash(3);
    table.drive(NodeId(0), |node, now| node.remove(now, NodeId(3)));
    runs_until(&mut table, |table| {
        (0..3).all(|by| {
            status(table, by, 3) == Some(Status::Removed) && table.node(by).fetching() == 0
        })
    });
    table.run(Duration::from_secs(60));
    assert_whole(&table);
}

#[test]
fn a_throttled_source_is_waited_for() {
    let mut table = table(3);
    table.reconfigure(|config| {
        let mut settings = (*config.settings).clone();
        settings.streaming.keys_per_second = 1;
        config.settings = settings.into();
        // Less than a key takes.
        config.request_timeout = Duration::from_ms(20);
    });
    table.join(3);
    runs_until(&mut table, |table| status(table, 3, 3) == Some(Status::Normal));
    assert_whole(&table);
}
