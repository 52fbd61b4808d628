//! 4.7: Merkle trees find what differs by comparing little, and both replicas gain by it.

use ringside_store::settings::ReadRepair;
use ringside_store::{Duration, Event, HashPair};

use crate::table::{Table, put, quorum};

const DEPTH: u8 = 6;

/// Two replicas with 200 keys alike, and these on one side only.
fn diverged(only_first: &[&str], only_second: &[&str]) -> Table {
    let mut table = Table::with(2, quorum(2, 1, 1), |settings| {
        settings.read_repair = ReadRepair::Off;
        settings.anti_entropy.on = true;
        settings.anti_entropy.depth = DEPTH;
    });
    for number in 0..200 {
        table.complete(0, put(&format!("key {number}"), "v"));
    }
    table.cut(&[0], &[1]);
    only_first.iter().for_each(|key| _ = table.complete(0, put(key, "v")));
    only_second.iter().for_each(|key| _ = table.complete(1, put(key, "v")));
    table.run(Duration::from_ms(500));
    table.heal();
    table.events.clear();
    table
}

/// Lists what an exchange compared, by both sides.
fn compared(table: &Table) -> Vec<HashPair> {
    let hashes = table.events.iter().filter_map(|(_, event)| match event {
        Event::HashesCompared { hashes, .. } => Some(hashes.clone()),
        _ => None,
    });
    hashes.flatten().collect()
}

fn differing(table: &Table) -> Vec<String> {
    let keys = table.events.iter().filter_map(|(_, event)| match event {
        Event::KeysCompared { differing, .. } => Some(differing.clone()),
        _ => None,
    });
    keys.flatten().map(|key| key.name().to_owned()).collect()
}

/// "It recursively traverses the tree ... only where the hash values differ."
#[test]
fn only_the_path_to_a_missing_key_is_walked() {
    let mut table = diverged(&["lone"], &[]);
    table.run(Duration::from_secs(5));
    assert_eq!(table.held(1, "lone"), ["v"]);
    let hashes = compared(&table);
    let (roots, below): (Vec<&HashPair>, Vec<&HashPair>) =
        hashes.iter().partition(|pair| pair.node == 1);
    assert_eq!(roots.len(), table.node(0).ring().tokens().len(), "one tree for each range");
    assert_eq!(roots.iter().filter(|pair| pair.mine != pair.theirs).count(), 1);
    assert_eq!(below.len(), 2 * usize::from(DEPTH), "two children on each level of one path");
    assert_eq!(below.iter().filter(|pair| pair.mine != pair.theirs).count(), usize::from(DEPTH));
    assert_eq!(differing(&table), ["lone"], "the missing key shifts no other");
}

#[test]
fn an_exchange_repairs_both_sides() {
    let (first, second) = (["a", "b", "c"], ["d", "e"]);
    let mut table = diverged(&first, &second);
    table.run(Duration::from_secs(5));
    assert_eq!(table.count(|event| matches!(event, Event::ExchangeBegan { .. })), 1);
    for key in first.iter().chain(&second) {
        assert_eq!((table.held(0, key), table.held(1, key)), (vec!["v".into()], vec!["v".into()]));
    }
    let brought = |changed: bool| {
        table.count(|it| matches!(it, Event::Exchanged { changed: did, .. } if *did == changed))
    };
    assert_eq!((brought(true), brought(false)), (5, 0), "each key goes over once, and just these");
}

#[test]
fn replicas_that_agree_compare_their_roots_alone() {
    let mut table = diverged(&[], &[]);
    table.run(Duration::from_secs(5));
    assert!(compared(&table).iter().all(|pair| pair.node == 1));
    let complete = |event: &Event| matches!(event, Event::ExchangeEnded { complete: true, .. });
    assert_eq!(table.count(complete), 1);
    assert!(differing(&table).is_empty());
}
