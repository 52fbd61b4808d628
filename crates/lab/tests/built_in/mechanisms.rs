//! Scenarios of single mechanisms, compared with the same run without the mechanism.

use ringside_lab::{Duration, Instant, Operation};

use crate::observe::{run, run_until, run_with, scenario_with};

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_secs(seconds)
}

#[test]
fn versions_d1_to_d5_have_the_clocks_of_the_dynamo_paper() {
    let run = run("versions-d1-d5");
    let writes = run.seen.iter().filter(|it| it.operation == Operation::Put);
    let clocks: Vec<(String, String)> =
        writes.map(|it| (it.values(), it.versions.clock().to_string())).collect();
    let paper = [
        ("D1", "{A:1}"),
        ("D2", "{A:2}"),
        ("D3", "{A:2, B:1}"),
        ("D4", "{A:2, C:1}"),
        ("D5", "{A:3, B:1, C:1}"),
    ];
    assert_eq!(clocks, paper.map(|(value, clock)| (value.to_owned(), clock.to_owned())));
    assert_eq!(run.values_read_by_user(), ["D2", "D2", "D3 | D4", "D5"]);
}

#[test]
fn plain_version_vectors_lose_a_sibling_that_dotted_ones_keep() {
    let plain = run("plain-vectors");
    assert_eq!(plain.values_read_by_user(), ["milk", "bread"]);
    assert_eq!(plain.failed(), 0, "both writes were acknowledged");
    let dotted = run_with("plain-vectors", &[("store.versions.order", "dotted")]);
    assert_eq!(dotted.values_read_by_user(), ["milk", "milk | bread"]);
}

#[test]
fn last_write_wins_drops_a_sibling_without_a_conflict() {
    let latest = run("last-write-wins");
    assert_eq!(latest.counter("/siblings/conflicting_reads"), 0);
    assert_eq!(latest.counter("/siblings/widest"), 1);
    assert_eq!(latest.values_read_by_user().len(), 1);
    let dotted = run_with("last-write-wins", &[("store.versions.order", "dotted")]);
    assert!(dotted.counter("/siblings/conflicting_reads") > 50);
    assert_eq!(dotted.values_read_by_user(), ["milk | bread"]);
}

#[test]
fn expiry_depends_on_the_clock_of_the_node_that_is_asked() {
    let skewed = run("clocks");
    assert_eq!(skewed.values_read_by_user(), ["", "milk", "milk", "", "bread", ""]);
    let right = run_with("clocks", &[("cluster.clocks", "[]")]);
    assert_eq!(right.values_read_by_user(), ["milk", "milk", "milk", "", "bread", ""]);
}

#[test]
fn a_coordinator_that_is_a_replica_saves_a_message() {
    let reads_per_get = |choice: &str| {
        let changes = [("cluster.coordinator", choice), ("events", "[]")];
        let run = run_with("coordinators", &changes);
        run.counter("/messages/sent/read") as f64 / run.counter("/reads/ok") as f64
    };
    let (any, replica) = (reads_per_get("any"), reads_per_get("replica"));
    assert!(any > 2.2, "a coordinator that is no replica asks three nodes: {any}");
    assert!((replica - 2.0).abs() < 0.01, "a coordinator that is a replica asks two: {replica}");
    assert!((reads_per_get("fastest") - 2.0).abs() < 0.01);
}

#[test]
fn digests_agree_again_after_read_repair() {
    let mismatches = |until| {
        run_until(scenario_with("digests", &[]), at(until)).counter("/asking/digest_mismatches")
    };
    let (cut, after, end) = (mismatches(10), mismatches(16), mismatches(25));
    assert!(after > cut, "C's missed writes cause mismatches after the cut: {cut} {after}");
    assert!(end - after < after - cut, "mismatches become fewer: {after} {end}");
}

#[test]
fn speculation_lowers_the_99th_percentile_of_read_latency() {
    let p99 = |changes: &[(&str, &str)]| {
        let report = run_with("speculation", changes).report();
        report["reads"]["latency_ms"]["p99"].as_f64().expect("there were reads")
    };
    let (with, without) = (p99(&[]), p99(&[("store.quorum.speculation", "null")]));
    assert!(with < without * 0.7, "{with} ms with, {without} ms without");
}

#[test]
fn no_read_is_older_than_an_earlier_one_with_blocking_read_repair() {
    let blocking = run("blocking-repair");
    assert_eq!(blocking.values_read_by_user(), ["new", "old", "new"]);
    assert_eq!(blocking.reads_back_in_time(false), 0);
    let asynchronous = run_with("blocking-repair", &[("store.read_repair", "asynchronous")]);
    assert!(asynchronous.reads_back_in_time(false) > 0);
}

#[test]
fn a_sloppy_quorum_serves_requests_that_a_strict_one_fails() {
    let sloppy = run("sloppy-quorum");
    assert_eq!(sloppy.values_read_by_user(), ["milk, bread", "milk, bread"]);
    let strict = run_with("sloppy-quorum", &[("store.quorum.sloppy", "false")]);
    assert!(sloppy.failed() * 2 < strict.failed(), "{} {}", sloppy.failed(), strict.failed());
}

#[test]
fn hints_bring_a_replica_up_to_date_without_reads() {
    let diverged =
        |until, changes: &[_]| run_until(scenario_with("hints", changes), at(until)).diverged(40);
    assert!(diverged(12, &[]) > 10, "B has missed writes when it comes back");
    assert_eq!(diverged(25, &[]), 0);
    let off = [("store.hints.on", "false")];
    assert!(diverged(25, &off) > 0, "no other mechanism repairs them");
}

#[test]
fn anti_entropy_repairs_keys_that_no_client_reads() {
    let diverged = |until, changes: &[_]| {
        run_until(scenario_with("anti-entropy", changes), at(until)).diverged(60)
    };
    assert!(diverged(9, &[]) > 10, "C has missed writes when the cut ends");
    assert_eq!(diverged(25, &[]), 0);
    assert!(diverged(25, &[("store.anti_entropy.on", "false")]) > 10);
}

#[test]
fn tombstones_are_dropped_after_their_grace_period() {
    let tombstones = |changes: &[(&str, &str)]| {
        let frame = run_with("tombstones", changes).lab.frame(&ringside_lab::Focus::default());
        frame.nodes.iter().map(|node| node.tombstones).sum::<u32>()
    };
    assert!(tombstones(&[]) < tombstones(&[("store.deletes.grace", "null")]));
    assert_eq!(run("tombstones").values_read_by_user(), ["", ""], "a deleted cart stays deleted");
}

#[test]
fn a_value_expires_after_its_time_to_live() {
    assert_eq!(run("expiry").values_read_by_user(), ["milk", ""]);
}

#[test]
fn every_other_node_suspects_a_silent_node_until_it_returns() {
    let run = run("failure-detector");
    assert_eq!(run.counter("/failure_detector/suspected"), 8, "C and D, each by four others");
    assert_eq!(run.counter("/failure_detector/recovered"), 8);
    let frame = run.lab.frame(&ringside_lab::Focus::default());
    assert!(frame.nodes.iter().all(|node| node.suspects.is_empty()));
}

#[test]
fn no_operation_fails_and_no_read_is_stale_when_nodes_join_and_leave() {
    let run = run("join-leave");
    assert_eq!(run.failed(), 0);
    assert_eq!(run.stale_reads(), 0, "quorums overlap while ranges move");
    let ring = run.lab.ring_report();
    assert_eq!((ring.nodes, ring.tokens), (5, 40), "F joined and B left");
}

#[test]
fn equal_partitions_are_balanced_better_than_random_tokens() {
    let balance =
        |changes: &[(&str, &str)]| run_with("equal-partitions", changes).lab.ring_report();
    let (equal, random) = (balance(&[]), balance(&[("cluster.partitions", "null")]));
    assert_eq!((equal.nodes, random.nodes), (7, 7));
    assert!(equal.balance > 0.99 && random.balance < 0.9, "{equal:?} {random:?}");
}

#[test]
fn mailboxes_drain_once_the_load_is_light_again() {
    let run = run("mailbox");
    let frame = run.lab.frame(&ringside_lab::Focus::default());
    assert!(frame.nodes.iter().all(|node| node.waiting < 4), "{:?}", frame.nodes);
    assert_eq!(run.counter("/mailbox/longest"), 12, "the capacity of a mailbox");
}

#[test]
fn replicas_agree_again_after_chaos() {
    let run = run("chaos");
    assert!(run.failed() > 0, "some operations fail under chaos");
    assert_eq!(run.diverged(20), 0, "all replicas are repaired");
}
