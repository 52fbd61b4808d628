//! Anomalies that a quorum permits: each scenario shows one, and its remedy removes it.

use ringside_lab::{Duration, Focus, Instant};

use crate::observe::{run, run_until, run_with, scenario_with};

#[test]
fn overlapping_quorums_are_not_linearizable_but_a_register_is() {
    let plain = run("not-linearizable");
    assert_eq!(plain.values_read_by_user(), ["old", "new", "old", "new", "new", "new"]);
    assert_eq!(plain.reads_back_in_time(false), 1);
    assert_eq!(plain.failed(), 0);
    let register = run_with("not-linearizable", &[("store.quorum.register", "true")]);
    assert_eq!(register.reads_back_in_time(false), 0);
    assert_eq!(run("register").values_read_by_user(), ["old", "old", "old", "new", "new", "new"]);
    assert_eq!(run("register").lab.digest(), register.lab.digest(), "they are the same run");
}

#[test]
fn no_register_read_under_load_is_older_than_an_earlier_one() {
    let load = r#"{"on": true, "rate": 60, "read_share": 0.7, "keys": 3, "clients": 4,
        "distribution": "uniform", "shared_keys": true}"#;
    let latency = r#"{"exponential": {"mean": "40ms"}}"#;
    let busy = |register| {
        run_with(
            "not-linearizable",
            &[
                ("load", load),
                ("network.latency", latency),
                ("store.quorum.register", register),
                ("events", "[]"),
            ],
        )
    };
    let register = busy("true");
    assert!(register.reads().count() > 300, "enough reads to compare");
    assert_eq!(register.reads_back_in_time(false), 0);
    assert!(busy("false").reads_back_in_time(false) > 0, "without a register, such reads occur");
}

#[test]
fn a_failed_write_appears_vanishes_and_appears_again() {
    let plain = run("failed-write");
    assert_eq!((plain.counter("/writes/failed"), plain.counter("/reads/failed")), (1, 0));
    assert_eq!(plain.values_read_by_user(), ["new", "old", "new", "old"]);
    let repaired = run_with("failed-write", &[("store.read_repair", "asynchronous")]);
    assert_eq!(repaired.values_read_by_user(), ["new", "new", "new", "new"]);
}

#[test]
fn sloppy_quorums_on_two_sides_of_a_partition_do_not_overlap() {
    let sloppy = run("lost-overlap");
    assert_eq!(sloppy.failed(), 0, "both sides met W and R");
    let both = "milk, left | milk, right";
    assert_eq!(sloppy.values_read_by_user(), ["milk", "milk, left", "milk, right", both]);
    let strict = run_with("lost-overlap", &[("store.quorum.sloppy", "false")]);
    assert_eq!(strict.failed(), 2, "the smaller side can neither write nor read");
    assert_eq!(strict.values_read_by_user().first().map(String::as_str), Some("milk"));
}

#[test]
fn a_skewed_clock_drops_an_acknowledged_update() {
    let skewed = run("dropped-update");
    assert_eq!(skewed.failed(), 0, "every write was acknowledged");
    assert_eq!(skewed.values_read_by_user(), ["milk", "milk", "milk, tea"]);
    assert_eq!(skewed.counter("/siblings/conflicting_reads"), 0, "no read shows a conflict");
    for remedy in [("store.versions.order", "dotted"), ("cluster.clocks", "[]")] {
        let fixed = run_with("dropped-update", &[remedy]);
        assert_eq!(fixed.values_read_by_user()[1], "milk, bread", "{remedy:?}");
    }
}

#[test]
fn siblings_are_few_with_dots_more_with_truncated_clocks_and_many_with_plain_vectors() {
    let widest = |seconds| {
        let until = Instant::ZERO + Duration::from_secs(seconds);
        let run = run_until(scenario_with("sibling-explosion", &[]), until);
        (run.counter("/siblings/widest"), run.counter("/siblings/truncated"))
    };
    let ((dotted, none), (cut, truncated), (plain, _)) = (widest(15), widest(30), widest(45));
    assert!((2..=5).contains(&dotted) && none == 0, "{dotted}");
    assert!(cut > dotted && truncated > 0, "{dotted} {cut}");
    assert!(plain > 3 * cut, "{cut} {plain}");
}

#[test]
fn a_deleted_key_is_resurrected_and_read() {
    let dead = run("resurrection");
    assert_eq!(dead.values_read_by_user(), ["", "", "milk"]);
    let long = run_with("resurrection", &[("store.deletes.grace", "1min")]);
    assert_eq!(
        long.values_read_by_user(),
        ["", "", ""],
        "the grace period is longer than E's absence"
    );
}

#[test]
fn a_cold_key_is_stale_until_anti_entropy() {
    let state = |seconds| {
        let run =
            run_until(scenario_with("cold-key", &[]), Instant::ZERO + Duration::from_secs(seconds));
        let agreed = |key: &str| {
            let focus = Focus { key: Some(key.to_owned()), operation: None };
            run.lab.frame(&focus).key.is_some_and(|key| key.agreed)
        };
        (agreed("cart"), agreed("colour"), run.counter("/hints/delivered"))
    };
    assert_eq!(state(18), (false, false, 0), "E returned five seconds ago and is stale");
    assert_eq!(state(30), (true, true, 0));
}

#[test]
fn a_union_of_carts_restores_the_removed_bread() {
    let conflict = "milk | milk, bread, tea";
    assert_eq!(
        run("merged-cart").values_read_by_user(),
        ["milk, bread", conflict, "milk, bread, tea"]
    );
}

#[test]
fn reads_do_not_go_back_in_time_with_a_fixed_coordinator() {
    let roaming = run_with("back-in-time", &[("events", "[]")]);
    assert!(roaming.reads_back_in_time(true) > 20, "{}", roaming.reads_back_in_time(true));
    let sticky = run_with("back-in-time", &[("events", "[]"), ("cluster.coordinator", "fixed")]);
    assert_eq!(sticky.reads_back_in_time(true), 0);
    assert!(sticky.stale_reads() > 0, "stale reads still occur");
}

#[test]
fn latency_alone_makes_reads_stale() {
    let run = run("latency-alone");
    assert_eq!(run.failed(), 0, "nothing failed");
    assert!(run.stale_reads() > 20, "{}", run.stale_reads());
    let quorums = run_with("latency-alone", &[("cluster.r", "2"), ("cluster.w", "2")]);
    assert_eq!(quorums.stale_reads(), 0);
}

#[test]
fn quorums_of_two_views_of_the_ring_do_not_overlap() {
    let run = run("two-views");
    assert_eq!(run.failed(), 0, "the write and the reads met their quorums");
    assert_eq!(
        run.values_read_by_user(),
        ["old", "new"],
        "D reads a replica that A's write did not reach"
    );
    assert_eq!(run.stale_reads(), 1);
}
