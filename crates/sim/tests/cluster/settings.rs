//! Settings, wall clocks and loads.

use std::collections::BTreeMap;

use ringside_sim::{ClockSkew, ClusterError, Config, EntryKind, Intervention, Load};
use ringside_store::settings::{Order, ReadRepair};
use ringside_store::{
    Duration, Event, Instant, Key, NodeId, Operation, Partitioning, Quorum, Settings, Value,
};

use crate::fixture::{config, get, interventions, load, outcome, put, run_for, start, values};

/// Reads a key that one replica missed. Returns `true` if the read repaired it.
fn repairs(cluster: &mut ringside_sim::Cluster, key: &str) -> bool {
    let replicas = cluster.preference_list(&Key::new(key));
    cluster.isolate(replicas[2]).expect("there are others");
    put(cluster, key, "blue", Some(replicas[0].0));
    run_for(cluster, 150);
    cluster.heal();
    let from = cluster.journal().written();
    get(cluster, key, Some(replicas[0].0));
    run_for(cluster, 150);
    let mut entries = cluster.journal().since(from);
    entries
        .any(|entry| matches!(entry.kind, EntryKind::Node { event: Event::Repairing { .. }, .. }))
}

#[test]
fn settings_reach_every_node_at_once_and_paused_ones_when_they_resume() {
    let mut cluster = start(config());
    assert!(repairs(&mut cluster, "one"));
    let off = Settings { read_repair: ReadRepair::Off, ..Settings::default() };
    cluster.set_settings(off.clone());
    assert_eq!(*cluster.settings(), off);
    assert!(matches!(
        interventions(&cluster).last(),
        Some((_, Intervention::Settings(it))) if **it == off
    ));
    assert!(!repairs(&mut cluster, "two"));
    for node in (0..5).map(NodeId) {
        cluster.pause(node).expect("it runs");
    }
    cluster.set_settings(Settings::default());
    for node in (0..5).map(NodeId) {
        cluster.resume(node).expect("it is paused");
    }
    assert!(repairs(&mut cluster, "three"));
    for node in (0..5).map(NodeId) {
        cluster.crash(node).expect("it runs");
    }
    cluster.set_settings(off);
    for node in (0..5).map(NodeId) {
        cluster.restart(node).expect("it is stopped");
    }
    assert!(!repairs(&mut cluster, "four"), "a restart takes the settings in force");
}

#[test]
fn a_wrong_clock_stays_wrong_across_a_restart() {
    let skew = ClockSkew { skew_us: -250_000, drift_ppm: 40 };
    let clocks = BTreeMap::from([(NodeId(1), skew)]);
    let mut cluster = start(Config { clocks, ..config() });
    let clock = |cluster: &ringside_sim::Cluster, node: usize| {
        let clock = cluster.nodes().nth(node).expect("a known node").clock;
        (clock.skew_us, clock.drift_ppm, clock.since)
    };
    assert_eq!(clock(&cluster, 1), (-250_000, 40, Instant::ZERO));
    assert_eq!(clock(&cluster, 0), (0, 0, Instant::ZERO));
    run_for(&mut cluster, 100);
    let other = ClockSkew { skew_us: 7, drift_ppm: -3 };
    cluster.set_clock(NodeId(2), other).expect("a known node");
    cluster.crash(NodeId(2)).expect("it runs");
    cluster.restart(NodeId(2)).expect("it is stopped");
    assert_eq!(clock(&cluster, 2), (7, -3, Instant::from_us(100_000)));
    let unknown = Err(ClusterError::UnknownNode(NodeId(9)));
    assert_eq!(cluster.set_clock(NodeId(9), other), unknown);
    let first = interventions(&cluster).remove(0).1;
    assert!(matches!(first, Intervention::Clock { node: NodeId(2), skew } if skew == other));
}

#[test]
fn the_last_write_wins_by_the_clock_of_its_coordinator() {
    let found = |skew_us, crash: bool| {
        let mut settings = Settings::default();
        settings.versions.order = Order::LastWriteWins;
        let mut cluster = start(Config { settings, ..config() });
        let skew = ClockSkew { skew_us, drift_ppm: 0 };
        cluster.set_clock(NodeId(0), skew).expect("a known node");
        if crash {
            cluster.crash(NodeId(0)).expect("it runs");
            cluster.restart(NodeId(0)).expect("it is stopped");
        }
        put(&mut cluster, "colour", "blue", Some(0));
        run_for(&mut cluster, 200);
        put(&mut cluster, "colour", "red", Some(1));
        run_for(&mut cluster, 200);
        let id = get(&mut cluster, "colour", Some(2));
        run_for(&mut cluster, 200);
        values(outcome(&cluster, id))
    };
    assert_eq!(found(0, false), ["red"]);
    assert_eq!(found(10_000_000, false), ["blue"], "A is ten seconds ahead");
    assert_eq!(found(10_000_000, true), ["blue"], "and it still is after a restart");
}

#[test]
fn the_ring_can_have_equal_partitions() {
    let partitioning = Partitioning::EqualPartitions { partitions: 30 };
    let cluster = start(Config { partitioning, ..config() });
    assert_eq!(**cluster.ring(), partitioning.ring((0..5).map(NodeId)));
    let list = cluster.preference_list(&Key::new("colour"));
    assert_eq!(list.len(), 3);
}

#[test]
fn n_is_bounded_by_the_nodes() {
    let mut cluster = start(config());
    let six = Quorum::new(6, 1, 1).expect("possible");
    assert_eq!(cluster.set_quorum(six), Err(ClusterError::TooFewNodes { n: 6, nodes: 5 }));
}

/// Counts the operations of a load by name, and those of them with a time to live.
fn operations(load: Load) -> BTreeMap<String, (u32, u32)> {
    let mut cluster = start(Config { load: Some(load), ..config() });
    run_for(&mut cluster, 3_000);
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for entry in cluster.journal().since(0) {
        if let EntryKind::Invoked { operation, ttl, .. } = &entry.kind {
            let count = counts.entry(operation.to_string()).or_default();
            *count = (count.0 + 1, count.1 + u32::from(ttl.is_some()));
        }
    }
    counts
}

#[test]
fn a_load_has_deletes_and_puts_with_a_time_to_live() {
    let plain = operations(load(200.0));
    assert!(!plain.contains_key("delete") && plain.values().all(|count| count.1 == 0));
    let ttl = Some(Duration::from_secs(2));
    let odd = operations(Load { delete_share: 0.3, ttl, ..load(200.0) });
    assert_eq!(odd["get"], plain["get"]);
    assert_eq!(odd["put"].0 + odd["delete"].0, plain["put"].0);
    assert!(odd["delete"].0 > 50 && odd["put"].1 == odd["put"].0 && odd["delete"].1 == 0);
}

#[test]
fn blind_puts_create_siblings() {
    let most_siblings = |load: Load| {
        let mut cluster = start(Config { load: Some(load), ..config() });
        run_for(&mut cluster, 2_000);
        cluster.nodes().flat_map(|n| n.disk.iter().map(|(_, s)| s.len()).collect::<Vec<_>>()).max()
    };
    let sparse = Load { read_share: 0.1, ..load(20.0) };
    assert!(most_siblings(sparse.clone()) <= Some(2));
    assert!(most_siblings(Load { blind: 1.0, ..sparse }) > Some(3));
}

#[test]
fn a_put_can_set_a_time_to_live() {
    let mut cluster = start(config());
    let (ttl, key) = (Duration::from_secs(5), Key::new("colour"));
    let id = cluster.put_with_ttl(ttl, &key, Value::new("blue"), Some(NodeId(0))).expect("known");
    put(&mut cluster, "colour", "red", None);
    let puts: Vec<_> = cluster
        .journal()
        .since(0)
        .filter_map(|entry| match &entry.kind {
            EntryKind::Invoked { request, operation: Operation::Put, ttl, .. } => {
                Some((*request, *ttl))
            }
            _ => None,
        })
        .collect();
    assert_eq!((puts[0], puts[1].1), ((id, Some(ttl)), None));
    let unknown = cluster.put_with_ttl(ttl, &key, Value::new("blue"), Some(NodeId(9)));
    assert_eq!(unknown, Err(ClusterError::UnknownNode(NodeId(9))));
    cluster.put_with_ttl(ttl, &Key::new("taste"), Value::new("sweet"), None).expect("known");
    let mut taste = |ms| {
        run_for(&mut cluster, ms);
        let id = get(&mut cluster, "taste", None);
        run_for(&mut cluster, 200);
        values(outcome(&cluster, id))
    };
    assert_eq!(taste(1_000), ["sweet"]);
    assert!(taste(4_500).is_empty(), "it has expired");
}
