//! 4.7: Merkle trees find the keys that differ with few comparisons, and both replicas are
//! repaired.

use ringside_store::settings::ReadRepair;
use ringside_store::{Duration, Event, HashPair};

use crate::harness::{TestCluster, put, quorum};

const DEPTH: u8 = 6;

/// Creates two replicas with 200 equal keys, and these keys on one side only.
fn diverged(only_first: &[&str], only_second: &[&str]) -> TestCluster {
    let mut cluster = TestCluster::with(2, quorum(2, 1, 1), |settings| {
        settings.read_repair = ReadRepair::Off;
        settings.anti_entropy.on = true;
        settings.anti_entropy.depth = DEPTH;
    });
    for number in 0..200 {
        cluster.complete(0, put(&format!("key {number}"), "v"));
    }
    cluster.cut(&[0], &[1]);
    only_first.iter().for_each(|key| _ = cluster.complete(0, put(key, "v")));
    only_second.iter().for_each(|key| _ = cluster.complete(1, put(key, "v")));
    cluster.run(Duration::from_ms(500));
    cluster.heal();
    cluster.events.clear();
    cluster
}

/// Lists the hashes that both sides of an exchange compared.
fn compared(cluster: &TestCluster) -> Vec<HashPair> {
    let hashes = cluster.events.iter().filter_map(|(_, event)| match event {
        Event::HashesCompared { hashes, .. } => Some(hashes.clone()),
        _ => None,
    });
    hashes.flatten().collect()
}

fn differing(cluster: &TestCluster) -> Vec<String> {
    let keys = cluster.events.iter().filter_map(|(_, event)| match event {
        Event::KeysCompared { differing, .. } => Some(differing.clone()),
        _ => None,
    });
    keys.flatten().map(|key| key.name().to_owned()).collect()
}

/// "It recursively traverses the tree ... only where the hash values differ."
#[test]
fn only_the_path_to_a_missing_key_is_compared() {
    let mut cluster = diverged(&["lone"], &[]);
    cluster.run(Duration::from_secs(5));
    assert_eq!(cluster.held(1, "lone"), ["v"]);
    let hashes = compared(&cluster);
    let (roots, below): (Vec<&HashPair>, Vec<&HashPair>) =
        hashes.iter().partition(|pair| pair.node == 1);
    assert_eq!(roots.len(), cluster.node(0).ring().tokens().len(), "one tree for each range");
    assert_eq!(roots.iter().filter(|pair| pair.mine != pair.theirs).count(), 1);
    assert_eq!(below.len(), 2 * usize::from(DEPTH), "two children on each level of one path");
    assert_eq!(below.iter().filter(|pair| pair.mine != pair.theirs).count(), usize::from(DEPTH));
    assert_eq!(differing(&cluster), ["lone"], "the missing key does not shift others");
}

#[test]
fn an_exchange_repairs_both_sides() {
    let (first, second) = (["a", "b", "c"], ["d", "e"]);
    let mut cluster = diverged(&first, &second);
    cluster.run(Duration::from_secs(5));
    assert_eq!(cluster.count(|event| matches!(event, Event::ExchangeBegan { .. })), 1);
    for key in first.iter().chain(&second) {
        assert_eq!(
            (cluster.held(0, key), cluster.held(1, key)),
            (vec!["v".into()], vec!["v".into()])
        );
    }
    let received = |changed: bool| {
        cluster.count(|it| matches!(it, Event::Exchanged { changed: did, .. } if *did == changed))
    };
    assert_eq!((received(true), received(false)), (5, 0), "exactly these keys are sent, once each");
}

#[test]
fn replicas_that_agree_compare_only_their_roots() {
    let mut cluster = diverged(&[], &[]);
    cluster.run(Duration::from_secs(5));
    assert!(compared(&cluster).iter().all(|pair| pair.node == 1));
    let complete = |event: &Event| matches!(event, Event::ExchangeEnded { complete: true, .. });
    assert_eq!(cluster.count(complete), 1);
    assert!(differing(&cluster).is_empty());
}
