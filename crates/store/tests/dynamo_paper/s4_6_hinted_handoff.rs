//! 4.6: the sloppy quorum, and hints that survive what a disk survives.

use ringside_store::{Detection, Duration, NodeId};

use crate::table::{Table, put, quorum};

/// A table on which the key's first primary has crashed and is known to be down: with the number of
/// that primary, of another that coordinates, and of the stand-in.
fn with_one_down() -> (Table, u16, u16, u16) {
    let mut table = Table::with(5, quorum(3, 2, 3), |settings| {
        settings.quorum.sloppy = true;
        settings.hints.on = true;
        settings.gossip.on = true;
        settings.gossip.detection = Detection::Timeout { after: Duration::from_secs(5) };
    });
    let list = table.list("k");
    let next =
        table.node(list[1]).ring().preference_list(ringside_store::Key::new("k").position(), 4);
    table.run(Duration::from_secs(3));
    table.crash(list[0]);
    table.run(Duration::from_secs(20));
    (table, list[0], list[1], next[3].0)
}

fn hints(table: &Table, holder: u16) -> Vec<(NodeId, u32)> {
    table.node(holder).disk().hints().targets().collect()
}

#[test]
fn the_next_node_stands_in_and_hands_over() {
    let (mut table, down, coordinator, stand_in) = with_one_down();
    assert!(table.complete(coordinator, put("k", "v")).is_ok(), "W = 3 with one of three down");
    assert_eq!(hints(&table, stand_in), [(NodeId(down), 1)]);
    assert!(table.held(stand_in, "k").is_empty(), "a hint is kept apart from the node's own keys");
    assert_eq!(table.read(coordinator, "k"), ["v"]);
    table.restart(down);
    table.run(Duration::from_secs(10));
    assert_eq!(table.held(down, "k"), ["v"]);
    assert!(hints(&table, stand_in).is_empty(), "what was delivered is not kept");
}

#[test]
fn a_hint_survives_a_crash_of_its_holder() {
    let (mut table, down, coordinator, stand_in) = with_one_down();
    table.complete(coordinator, put("k", "v"));
    table.crash(stand_in);
    table.restart(stand_in);
    assert_eq!(hints(&table, stand_in), [(NodeId(down), 1)]);
    table.restart(down);
    table.run(Duration::from_secs(20));
    assert_eq!(table.held(down, "k"), ["v"]);
}

#[test]
fn a_hint_dies_with_its_holders_disk() {
    let (mut table, down, coordinator, stand_in) = with_one_down();
    table.complete(coordinator, put("k", "v"));
    table.wipe(stand_in);
    table.restart(down);
    table.run(Duration::from_secs(60));
    assert!(table.held(down, "k").is_empty(), "only anti-entropy or a read can bring it now");
}

/// With N = 1 only the stand-in has the write, and the read asks it.
#[test]
fn a_read_finds_what_a_stand_in_keeps() {
    let (mut table, down, ..) = with_one_down();
    table.reconfigure(|config| config.quorum = quorum(1, 1, 1));
    let others: Vec<u16> = (0..5).filter(|node| *node != down).collect();
    assert!(table.complete(others[0], put("k", "v")).is_ok());
    for node in others {
        assert_eq!(table.read(node, "k"), ["v"]);
    }
}

#[test]
fn a_strict_quorum_has_no_stand_ins() {
    let mut table = Table::new(5, quorum(3, 2, 3));
    let list = table.list("k");
    table.crash(list[0]);
    assert!(!table.complete(list[1], put("k", "v")).is_ok());
}
