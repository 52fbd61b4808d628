//! Anomalies that a quorum permits: each scenario shows one, and its remedy removes it.

use ringside_lab::{Duration, Focus, Instant};

use crate::observe::{changed, run, to, twin};

#[test]
fn overlapping_quorums_are_not_linearizable_and_a_register_is() {
    let plain = run("not-linearizable");
    assert_eq!(plain.found_by_person(), ["old", "new", "old", "new", "new", "new"]);
    assert_eq!(plain.reads_back_in_time(false), 1);
    assert_eq!(plain.failed(), 0);
    let register = twin("not-linearizable", &[("store.quorum.register", "true")]);
    assert_eq!(register.reads_back_in_time(false), 0);
    assert_eq!(run("register").found_by_person(), ["old", "old", "old", "new", "new", "new"]);
    assert_eq!(run("register").lab.digest(), register.lab.digest(), "they are the same run");
}

#[test]
fn no_read_of_a_register_is_older_than_an_earlier_one_under_load_either() {
    let load = r#"{"on": true, "rate": 60, "read_share": 0.7, "keys": 3, "clients": 4,
        "distribution": "uniform", "shared_keys": true}"#;
    let latency = r#"{"exponential": {"mean": "40ms"}}"#;
    let busy = |register| {
        twin(
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
    assert!(register.reads().count() > 300, "there is something to compare");
    assert_eq!(register.reads_back_in_time(false), 0);
    assert!(busy("false").reads_back_in_time(false) > 0, "the load would have shown it");
}

#[test]
fn a_failed_write_appears_vanishes_and_appears_again() {
    let seen = run("failed-write");
    assert_eq!((seen.counter("/writes/failed"), seen.counter("/reads/failed")), (1, 0));
    assert_eq!(seen.found_by_person(), ["new", "old", "new", "old"]);
    let repaired = twin("failed-write", &[("store.read_repair", "asynchronous")]);
    assert_eq!(repaired.found_by_person(), ["new", "new", "new", "new"]);
}

#[test]
fn a_sloppy_quorum_loses_the_overlap() {
    let sloppy = run("lost-overlap");
    assert_eq!(sloppy.failed(), 0, "both sides met W and R");
    let both = "milk, left | milk, right";
    assert_eq!(sloppy.found_by_person(), ["milk", "milk, left", "milk, right", both]);
    let strict = twin("lost-overlap", &[("store.quorum.sloppy", "false")]);
    assert_eq!(strict.failed(), 2, "the smaller side can neither write nor read");
    assert_eq!(strict.found_by_person().first().map(String::as_str), Some("milk"));
}

#[test]
fn a_skewed_clock_drops_an_acknowledged_update() {
    let skewed = run("dropped-update");
    assert_eq!(skewed.failed(), 0, "every write was acknowledged");
    assert_eq!(skewed.found_by_person(), ["milk", "milk", "milk, tea"]);
    assert_eq!(skewed.counter("/siblings/conflicting_reads"), 0, "and nobody was told");
    for remedy in [("store.versions.order", "dotted"), ("cluster.clocks", "[]")] {
        let mended = twin("dropped-update", &[remedy]);
        assert_eq!(mended.found_by_person()[1], "milk, bread", "{remedy:?}");
    }
}

#[test]
fn siblings_are_few_with_dots_more_with_cut_clocks_and_many_with_plain_vectors() {
    let widest = |seconds| {
        let until = Instant::ZERO + Duration::from_secs(seconds);
        let run = to(changed("sibling-explosion", &[]), until);
        (run.counter("/siblings/widest"), run.counter("/siblings/truncated"))
    };
    let ((dotted, none), (cut, truncated), (plain, _)) = (widest(15), widest(30), widest(45));
    assert!((2..=5).contains(&dotted) && none == 0, "{dotted}");
    assert!(cut > dotted && truncated > 0, "{dotted} {cut}");
    assert!(plain > 3 * cut, "{cut} {plain}");
}

#[test]
fn a_deleted_key_comes_back_and_is_read_again() {
    let dead = run("resurrection");
    assert_eq!(dead.found_by_person(), ["", "", "milk"]);
    let long = twin("resurrection", &[("store.deletes.grace", "1min")]);
    assert_eq!(long.found_by_person(), ["", "", ""], "the grace outlasts the absence");
}

#[test]
fn a_cold_key_waits_for_anti_entropy() {
    let stale = |seconds| {
        let run = to(changed("cold-key", &[]), Instant::ZERO + Duration::from_secs(seconds));
        let agreed = |key: &str| {
            let focus = Focus { key: Some(key.to_owned()), operation: None };
            run.lab.frame(&focus).key.is_some_and(|key| key.agreed)
        };
        (agreed("cart"), agreed("colour"), run.counter("/hints/delivered"))
    };
    assert_eq!(stale(18), (false, false, 0), "E is back for five seconds, and stale");
    assert_eq!(stale(30), (true, true, 0));
}

#[test]
fn a_union_of_carts_brings_the_bread_back() {
    let conflict = "milk | milk, bread, tea";
    assert_eq!(run("merged-cart").found_by_person(), ["milk, bread", conflict, "milk, bread, tea"]);
}

#[test]
fn a_client_that_stays_with_one_node_does_not_go_back_in_time() {
    let roaming = twin("back-in-time", &[("events", "[]")]);
    assert!(roaming.reads_back_in_time(true) > 20, "{}", roaming.reads_back_in_time(true));
    let sticky = twin("back-in-time", &[("events", "[]"), ("cluster.coordinator", "fixed")]);
    assert_eq!(sticky.reads_back_in_time(true), 0);
    assert!(sticky.stale_reads() > 0, "it may read old values all the same");
}

#[test]
fn latency_alone_makes_reads_stale() {
    let run = run("latency-alone");
    assert_eq!(run.failed(), 0, "nothing failed");
    assert!(run.stale_reads() > 20, "{}", run.stale_reads());
    let quorums = twin("latency-alone", &[("cluster.r", "2"), ("cluster.w", "2")]);
    assert_eq!(quorums.stale_reads(), 0);
}

#[test]
fn two_views_of_the_ring_do_not_overlap() {
    let run = run("two-views");
    assert_eq!(run.failed(), 0, "the write and the reads met their quorums");
    assert_eq!(run.found_by_person(), ["old", "new"], "D reads what A's write did not reach");
    assert_eq!(run.stale_reads(), 1);
}
