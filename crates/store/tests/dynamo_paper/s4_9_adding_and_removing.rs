//! 4.9: a newcomer is brought the keys of its ranges, and nothing else moves.

use ringside_store::{Disk, Duration, Event, Key, Node, NodeId};

use crate::table::{Table, put, quorum};

const KEYS: u16 = 120;

fn table(nodes: u16, keys_per_second: u32) -> Table {
    let mut table = Table::with(nodes, quorum(3, 2, 3), |settings| {
        settings.gossip.on = true;
        settings.streaming.keys_per_second = keys_per_second;
        settings.streaming.keys_per_message = 4;
    });
    for number in 0..KEYS {
        table.complete(number % nodes, put(&name(number), "v"));
    }
    table
}

fn name(number: u16) -> String {
    format!("key {number}")
}

fn keys(disk: &Disk) -> Vec<&Key> {
    disk.iter().map(|(key, _)| key).collect()
}

fn is_replica(table: &Table, key: &Key, node: NodeId) -> bool {
    table.node(0).ring().preference_list(key.position(), 3).contains(&node)
}

/// Checks that every key is on its replicas, and on no other node.
fn assert_in_place(table: &Table) {
    for node in table.nodes.values() {
        for number in 0..KEYS {
            let key = Key::new(&name(number));
            let holds = node.disk().get(&key).is_some();
            assert_eq!(holds, is_replica(table, &key, node.id()), "{} at {}", key, node.id());
        }
    }
}

fn streamed(table: &Table) -> u32 {
    let keys = table.events.iter().filter_map(|(_, event)| match event {
        Event::Streamed { keys, .. } => Some(*keys),
        _ => None,
    });
    keys.sum()
}

#[test]
fn a_newcomer_is_brought_just_the_keys_that_become_its_own() {
    let mut table = table(4, 1_000);
    table.join(4);
    table.run(Duration::from_secs(60));
    let newcomer = table.node(4);
    assert_eq!(streamed(&table), keys(newcomer.disk()).len() as u32, "each key goes over once");
    assert_in_place(&table);
}

#[test]
fn a_node_that_leaves_brings_its_keys_to_who_gains_them() {
    let mut table = table(5, 1_000);
    let gained = |table: &Table| {
        let held = table.nodes.values().map(|node| keys(node.disk()).len()).sum::<usize>();
        held - keys(table.node(2).disk()).len()
    };
    let (before, given) = (gained(&table), keys(table.node(2).disk()).len());
    table.drive(NodeId(2), Node::leave);
    table.run(Duration::from_secs(60));
    assert!(!table.node(0).ring().nodes().contains(&NodeId(2)));
    assert_eq!(streamed(&table) as usize, given);
    assert_eq!(gained(&table), before + given);
    assert_in_place(&table);
}

#[test]
fn a_stream_goes_no_faster_than_it_may() {
    let mut table = table(4, 3);
    table.join(4);
    let mut before = 0;
    for second in 0..200 {
        table.run(Duration::from_secs(1));
        let now = streamed(&table);
        // There are four sources, and each bucket starts full.
        assert!(now - before <= 4 * 6, "{} keys in second {second}", now - before);
        before = now;
    }
    assert_in_place(&table);
}

#[test]
fn a_stream_goes_on_after_a_crash_where_it_stopped() {
    let mut table = table(3, 2);
    table.join(3);
    while streamed(&table) < 15 {
        table.run(Duration::from_ms(100));
    }
    table.crash(3);
    table.run(Duration::from_secs(3));
    table.restart(3);
    table.run(Duration::from_secs(200));
    let resumed = |event: &Event| matches!(event, Event::StreamBegan { resumed: true, .. });
    assert!(table.count(resumed) > 0);
    assert_in_place(&table);
    let (all, sent) = (keys(table.node(3).disk()).len() as u32, streamed(&table));
    assert!((all..all + 20).contains(&sent), "only what was under way goes over again: {sent}");
}
