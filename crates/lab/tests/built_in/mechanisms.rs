//! Scenarios of single mechanisms, against the same run without the mechanism.

use ringside_lab::{Duration, Instant, Operation};

use crate::observe::{changed, run, to, twin};

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_secs(seconds)
}

#[test]
fn d1_to_d5_have_the_clocks_of_the_paper() {
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
    assert_eq!(run.found_by_person(), ["D2", "D2", "D3 | D4", "D5"]);
}

#[test]
fn plain_vectors_lose_what_dotted_ones_keep() {
    let plain = run("plain-vectors");
    assert_eq!(plain.found_by_person(), ["milk", "bread"]);
    assert_eq!(plain.failed(), 0, "both writes were acknowledged");
    let dotted = twin("plain-vectors", &[("store.versions.order", "dotted")]);
    assert_eq!(dotted.found_by_person(), ["milk", "milk | bread"]);
}

#[test]
fn the_last_write_wins_without_a_trace_of_what_lost() {
    let latest = run("last-write-wins");
    assert_eq!(latest.counter("/siblings/conflicting_reads"), 0);
    assert_eq!(latest.counter("/siblings/widest"), 1);
    assert_eq!(latest.found_by_person().len(), 1);
    let dotted = twin("last-write-wins", &[("store.versions.order", "dotted")]);
    assert!(dotted.counter("/siblings/conflicting_reads") > 50);
    assert_eq!(dotted.found_by_person(), ["milk | bread"]);
}

#[test]
fn whether_a_value_has_expired_hangs_on_whose_clock_is_asked() {
    let off = run("clocks");
    assert_eq!(off.found_by_person(), ["", "milk", "milk", "", "bread", ""]);
    let right = twin("clocks", &[("cluster.clocks", "[]")]);
    assert_eq!(right.found_by_person(), ["milk", "milk", "milk", "", "bread", ""]);
}

#[test]
fn a_replica_that_coordinates_saves_a_message() {
    let asked_a_get = |choice: &str| {
        let changes = [("cluster.coordinator", choice), ("events", "[]")];
        let run = twin("coordinators", &changes);
        run.counter("/messages/sent/read") as f64 / run.counter("/reads/ok") as f64
    };
    let (any, replica) = (asked_a_get("any"), asked_a_get("replica"));
    assert!(any > 2.2, "a node that is no replica asks three others: {any}");
    assert!((replica - 2.0).abs() < 0.01, "a replica asks two: {replica}");
    assert!((asked_a_get("fastest") - 2.0).abs() < 0.01);
}

#[test]
fn digests_agree_again_once_reads_have_repaired() {
    let healed =
        |until| to(changed("digests", &[]), at(until)).counter("/asking/digest_mismatches");
    let (cut, after, end) = (healed(10), healed(16), healed(25));
    assert!(after > cut, "what C missed shows once it is back: {cut} {after}");
    assert!(end - after < after - cut, "and less and less: {after} {end}");
}

#[test]
fn speculation_shortens_the_tail() {
    let p99 = |changes: &[(&str, &str)]| {
        let report = twin("speculation", changes).report();
        report["reads"]["latency_ms"]["p99"].as_f64().expect("there were reads")
    };
    let (with, without) = (p99(&[]), p99(&[("store.quorum.speculation", "null")]));
    assert!(with < without * 0.7, "{with} ms with, {without} ms without");
}

#[test]
fn a_read_that_repairs_first_leaves_no_later_one_behind() {
    let blocking = run("blocking-repair");
    assert_eq!(blocking.found_by_person(), ["new", "old", "new"]);
    assert_eq!(blocking.reads_back_in_time(false), 0);
    let afterwards = twin("blocking-repair", &[("store.read_repair", "asynchronous")]);
    assert!(afterwards.reads_back_in_time(false) > 0);
}

#[test]
fn a_sloppy_quorum_serves_what_a_strict_one_refuses() {
    let sloppy = run("sloppy-quorum");
    assert_eq!(sloppy.found_by_person(), ["milk, bread", "milk, bread"]);
    let strict = twin("sloppy-quorum", &[("store.quorum.sloppy", "false")]);
    assert!(sloppy.failed() * 2 < strict.failed(), "{} {}", sloppy.failed(), strict.failed());
}

#[test]
fn hints_make_a_replica_whole_without_a_read() {
    let lacking = |until, changes: &[_]| to(changed("hints", changes), at(until)).diverged(40);
    assert!(lacking(12, &[]) > 10, "B has missed writes when it comes back");
    assert_eq!(lacking(25, &[]), 0);
    let off = [("store.hints.on", "false")];
    assert!(lacking(25, &off) > 0, "nothing else would have mended them");
}

#[test]
fn anti_entropy_mends_what_nobody_reads() {
    let lacking =
        |until, changes: &[_]| to(changed("anti-entropy", changes), at(until)).diverged(60);
    assert!(lacking(9, &[]) > 10, "C has missed writes when the cut ends");
    assert_eq!(lacking(25, &[]), 0);
    assert!(lacking(25, &[("store.anti_entropy.on", "false")]) > 10);
}

#[test]
fn tombstones_are_dropped_after_their_grace() {
    let dead = |changes: &[(&str, &str)]| {
        let frame = twin("tombstones", changes).lab.frame(&ringside_lab::Focus::default());
        frame.nodes.iter().map(|node| node.tombstones).sum::<u32>()
    };
    assert!(dead(&[]) < dead(&[("store.deletes.grace", "null")]));
    assert_eq!(run("tombstones").found_by_person(), ["", ""], "a deleted cart stays deleted");
}

#[test]
fn a_value_dies_when_its_time_is_over() {
    assert_eq!(run("expiry").found_by_person(), ["milk", ""]);
}

#[test]
fn every_other_node_suspects_who_is_silent_and_trusts_who_returns() {
    let run = run("failure-detector");
    assert_eq!(run.counter("/failure_detector/suspected"), 8, "C and D, each by four others");
    assert_eq!(run.counter("/failure_detector/recovered"), 8);
    let frame = run.lab.frame(&ringside_lab::Focus::default());
    assert!(frame.nodes.iter().all(|node| node.suspects.is_empty()));
}

#[test]
fn nothing_is_lost_when_nodes_join_and_leave() {
    let run = run("join-leave");
    assert_eq!(run.failed(), 0);
    assert_eq!(run.stale_reads(), 0, "R + W > N holds while ranges move");
    let ring = run.lab.ring_report();
    assert_eq!((ring.nodes, ring.tokens), (5, 40), "F came and B went");
}

#[test]
fn equal_partitions_are_shared_more_evenly() {
    let balance = |changes: &[(&str, &str)]| twin("equal-partitions", changes).lab.ring_report();
    let (equal, random) = (balance(&[]), balance(&[("cluster.partitions", "null")]));
    assert_eq!((equal.nodes, random.nodes), (7, 7));
    assert!(equal.balance > 0.99 && random.balance < 0.9, "{equal:?} {random:?}");
}

#[test]
fn queues_drain_once_the_load_is_light_again() {
    let run = run("mailbox");
    let frame = run.lab.frame(&ringside_lab::Focus::default());
    assert!(frame.nodes.iter().all(|node| node.waiting < 4), "{:?}", frame.nodes);
    assert_eq!(run.counter("/mailbox/longest"), 12, "as many as a mailbox holds");
}

#[test]
fn replicas_agree_again_after_chaos() {
    let run = run("chaos");
    assert!(run.failed() > 0, "faults were felt");
    assert_eq!(run.diverged(20), 0, "the repairs have mended all");
}
