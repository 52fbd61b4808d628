//! Chaos: every kind of fault occurs, the last node is spared, and no fault outlasts it.

use std::collections::BTreeMap;

use ringside_random::Latency;
use ringside_sim::{Cluster, Config, EntryKind, Service};
use ringside_store::{Duration, Quorum};

use crate::fixture::{config, interventions, load, run_for, start};

fn names(cluster: &Cluster) -> BTreeMap<String, u32> {
    let mut names = BTreeMap::new();
    for (_, intervention) in interventions(cluster) {
        let name = format!("{intervention:?}");
        let name = name.split(['(', ' ', '{']).next().unwrap_or_default().to_owned();
        *names.entry(name).or_default() += 1;
    }
    names
}

/// Whether no fault is in force.
fn is_healthy(cluster: &Cluster) -> bool {
    let channels = cluster.channels();
    let nodes =
        cluster.nodes().all(|node| node.up && !node.paused && node.slow_by == Duration::ZERO);
    let links = cluster.cuts().is_empty() && cluster.clogs().is_empty();
    let shares = channels.loss + channels.duplication;
    nodes && links && shares.to_bits() == 0 && cluster.in_flight().all(|m| m.held.is_none())
}

#[test]
fn every_kind_of_fault_begins_and_ends_by_itself() {
    let mut cluster = start(config());
    cluster.set_chaos(1.0);
    run_for(&mut cluster, 300_000);
    let names = names(&cluster);
    let pairs = [("Crash", "Restart"), ("Pause", "Resume"), ("Cut", "Mend"), ("Clog", "Unclog")];
    for (begins, ends) in pairs {
        let (begun, ended) = (names[begins], names[ends]);
        assert!(begun > 10 && ended > 10 && begun.abs_diff(ended) < 12, "{names:?}");
    }
    for name in ["Slow", "Loss", "Duplication"] {
        assert!(names[name] > 20, "{names:?}");
    }
    assert!(names["Swizzle"] > 10 && names["Chaos"] == 1 && !names.contains_key("Wipe"));
    assert!((cluster.chaos() - 1.0).abs() < f64::EPSILON);
}

#[test]
fn turning_chaos_off_ends_its_faults_and_begins_no_more() {
    for seed in 0..20 {
        let mut cluster = start(Config { seed, ..config() });
        cluster.set_chaos(1.0);
        run_for(&mut cluster, 20_000 + seed * 700);
        cluster.set_chaos(0.0);
        assert!(is_healthy(&cluster), "seed {seed}: {:?}", interventions(&cluster));
        let written = cluster.journal().written();
        run_for(&mut cluster, 60_000);
        let later = cluster.journal().since(written);
        let interventions =
            later.filter(|entry| matches!(entry.kind, EntryKind::Intervention(_))).count();
        assert_eq!(interventions, 0, "seed {seed}");
    }
}

#[test]
fn the_last_running_node_is_spared() {
    for nodes in [1, 2] {
        let quorum = Quorum::new(1, 1, 1).expect("possible");
        let mut cluster = start(Config { nodes, quorum, ..config() });
        cluster.set_chaos(1.0);
        let mut down = 0;
        for _ in 0..6_000 {
            run_for(&mut cluster, 50);
            assert!(cluster.nodes().any(|node| node.up && !node.paused));
            down += cluster.nodes().filter(|node| !node.up || node.paused).count();
        }
        assert_eq!(down > 0, nodes > 1);
    }
}

#[test]
fn a_low_intensity_causes_fewer_faults() {
    let faults = |intensity| {
        let mut cluster = start(config());
        cluster.set_chaos(intensity);
        run_for(&mut cluster, 200_000);
        interventions(&cluster).len()
    };
    let (low, high) = (faults(0.1), faults(1.0));
    assert!(low > 4 && high > 10 * low, "{low} interventions against {high}");
}

#[test]
fn interventions_during_chaos_are_not_undone() {
    let mut cluster = start(config());
    cluster.set_chaos(1.0);
    while cluster.channels().loss.to_bits() == 0 {
        run_for(&mut cluster, 100);
    }
    cluster.set_loss(0.25);
    cluster.set_chaos(0.0);
    assert_eq!(cluster.channels().loss.to_bits(), 0.25_f64.to_bits());
}

#[test]
fn chaos_does_not_depend_on_the_steps_of_advance() {
    let run = |max_entries: u64| {
        let service =
            Service { time: Some(Latency::Exponential { mean_us: 1_500.0 }), mailbox: 20 };
        let mut channels = config().channels;
        (channels.duplication, channels.reordering) = (0.05, 0.1);
        let load = Some(load(100.0));
        let mut cluster = start(Config { service, channels, load, ..config() });
        cluster.set_chaos(1.0);
        for second in 1..=20 {
            let until = ringside_store::Instant::from_us(second * 1_000_000);
            while !cluster.advance(until, max_entries) {}
        }
        cluster.journal().digest()
    };
    let digest = run(u64::MAX);
    assert_eq!(digest, run(1));
    assert_eq!(digest, run(7));
}
