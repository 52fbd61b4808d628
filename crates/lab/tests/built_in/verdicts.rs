//! Verdicts of the checkers on the scenarios of anomalies, and on their remedies.

use ringside_lab::verdict::{SessionVerdict, Verdict, WitnessFrame};

use crate::observe::run_with;

const RYW: &str = "read your writes";
const MR: &str = "monotonic reads";
const WFR: &str = "writes follow reads";
const MW: &str = "monotonic writes";

/// The expected verdict on a key of a scenario.
struct Expected {
    scenario: &'static str,
    changes: &'static [(&'static str, &'static str)],
    key: &'static str,
    linearizable: bool,
    /// The session guarantees that are broken; the others hold.
    broken: &'static [&'static str],
    /// The operations of the witness. If empty, the witness is not compared, because a load decides its
    /// operations.
    witness: &'static [&'static str],
}

const fn fine(
    scenario: &'static str,
    changes: &'static [(&'static str, &'static str)],
    key: &'static str,
) -> Expected {
    Expected { scenario, changes, key, linearizable: true, broken: &[], witness: &[] }
}

const fn broken(
    scenario: &'static str,
    changes: &'static [(&'static str, &'static str)],
    key: &'static str,
    broken: &'static [&'static str],
    witness: &'static [&'static str],
) -> Expected {
    Expected { scenario, changes, key, linearizable: false, broken, witness }
}

const REGISTER: (&str, &str) = ("store.quorum.register", "true");
const NO_EVENTS: (&str, &str) = ("events", "[]");
const QUORUMS: [(&str, &str); 2] = [("cluster.r", "2"), ("cluster.w", "2")];

/// The anomalies that a quorum permits, item by item, each with its remedy.
const EXPECTED: [Expected; 31] = [
    // 1. While a write is in flight, one read returns the new value and a later one the old.
    broken(
        "not-linearizable",
        &[],
        "cart",
        &[],
        &[
            "your write of old (A1) through A",
            "your write of new (B1) through B",
            "your read of new (B1) through A",
            "your read of old (A1) through D",
        ],
    ),
    fine("not-linearizable", &[REGISTER], "cart"),
    fine("register", &[], "cart"),
    // 2. A failed write appears, vanishes and appears again.
    broken(
        "failed-write",
        &[],
        "cart",
        &[],
        &[
            "your write of old (A1) through A",
            "your write of new (A2) through A",
            "your read of new (A2) through B",
            "your read of old (A1) through D",
        ],
    ),
    fine("failed-write", &[("store.read_repair", "asynchronous")], "cart"),
    // 3. Both sides of a cut meet W and R. A strict quorum keeps the sides apart, but the write of the
    // smaller side, which failed, is a sibling in the end.
    broken(
        "lost-overlap",
        &[],
        "cart",
        &[],
        &[
            "your write of milk, left (A2) through A",
            "your write of milk, right (C1) through C",
            "your read of milk, left (A2) through B",
            "your read of milk, right (C1) through D",
        ],
    ),
    broken(
        "lost-overlap",
        &[("store.quorum.sloppy", "false")],
        "cart",
        &[],
        &["your read of milk, left (A2) | milk, right (C1) through D"],
    ),
    // 4. A skewed clock drops an acknowledged update.
    broken(
        "dropped-update",
        &[],
        "cart",
        &[RYW],
        &[
            "your write of milk (A1) through A",
            "your write of milk, bread (C1) through C",
            "your read of milk (A1) through C",
        ],
    ),
    fine("dropped-update", &[("cluster.clocks", "[]")], "cart"),
    fine("dropped-update", &[("store.versions.order", "dotted")], "cart"),
    // 5. Siblings are values of their own. A truncated clock no longer shows what its writer had seen.
    broken("sibling-explosion", &[], "k0", &[WFR, MW], &[]),
    broken("sibling-explosion", &[NO_EVENTS], "k0", &[], &[]),
    fine("sibling-explosion", &[NO_EVENTS, REGISTER], "k0"),
    // With plain vectors a write vanishes, and no client notices it.
    fine("plain-vectors", &[], "cart"),
    // 6. A deleted key comes back.
    broken(
        "resurrection",
        &[],
        "cart",
        &[RYW, MR],
        &[
            "your write of milk (A1) through A",
            "your delete through A",
            "your read of milk (A1) through A",
        ],
    ),
    fine("resurrection", &[("store.deletes.grace", "1min")], "cart"),
    // 7. No client reads a cold key while it is stale, so no client receives a stale value.
    fine("cold-key", &[], "cart"),
    fine("cold-key", &[], "colour"),
    // 8. The store keeps both carts: the application merges them, not the store.
    broken(
        "merged-cart",
        &[],
        "cart",
        &[],
        &["your read of milk (A2) | milk, bread, tea (C1) through E"],
    ),
    // 9. Reads at R = 1 go back in time. With a fixed coordinator they do not, but a client may still
    // miss its own writes.
    broken("back-in-time", &[], "k0", &[RYW, MR], &[]),
    broken("back-in-time", &[], "k1", &[RYW, MR], &[]),
    broken("back-in-time", &[NO_EVENTS], "k0", &[RYW, MR], &[]),
    broken("back-in-time", &[NO_EVENTS, ("cluster.coordinator", "fixed")], "k0", &[RYW], &[]),
    broken("back-in-time", &[NO_EVENTS, ("cluster.coordinator", "fixed")], "k1", &[RYW], &[]),
    // 10. Latency alone makes reads stale. Overlapping quorums restore the session guarantees, and a
    // register restores linearizability too.
    broken(
        "latency-alone",
        &[],
        "k1",
        &[RYW],
        &[
            "client 2's write of v153 (A7)",
            "client 2's write of v157 (C7)",
            "client 1's read of v153 (A7)",
        ],
    ),
    broken("latency-alone", &[], "k2", &[RYW, MR], &[]),
    broken("latency-alone", &QUORUMS, "k1", &[], &[]),
    broken("latency-alone", &QUORUMS, "k2", &[], &[]),
    fine("latency-alone", &[QUORUMS[0], QUORUMS[1], REGISTER], "k1"),
    fine("latency-alone", &[QUORUMS[0], QUORUMS[1], REGISTER], "k2"),
    // 11. Two views of the ring do not overlap.
    broken(
        "two-views",
        &[],
        "cart",
        &[],
        &[
            "your write of old (A1) through A",
            "your write of new (A2) through A",
            "your read of old (A1) through D",
        ],
    ),
];

fn words(witness: Option<&WitnessFrame>) -> Vec<&str> {
    let operations = witness.into_iter().flat_map(|witness| &witness.operations);
    operations.map(|operation| operation.words.as_str()).collect()
}

fn verdict(scenario: &str, changes: &[(&str, &str)], key: &str) -> Verdict {
    run_with(scenario, changes).lab.verdict(key).expect("a client asked for the key")
}

#[test]
fn each_broken_guarantee_and_each_remedy_has_the_expected_verdict() {
    for expected in &EXPECTED {
        let Expected { scenario, changes, key, linearizable, broken, witness } = expected;
        let verdict = verdict(scenario, changes, key);
        let place = format!("{scenario} {changes:?} {key}: {verdict:#?}");
        assert_eq!(verdict.linearizable, Some(*linearizable), "{place}");
        let is_broken = |it: &&SessionVerdict| !it.holds;
        let found: Vec<&str> =
            verdict.sessions.iter().filter(is_broken).map(|it| it.guarantee).collect();
        assert_eq!(&found, broken, "{place}");
        assert_eq!(verdict.sessions.len(), 4);
        assert_eq!((verdict.left_out, &verdict.unknown), (0, &None), "{place}");
        assert_eq!(verdict.witness.is_some(), !linearizable, "{place}");
        if !witness.is_empty() {
            assert_eq!(&words(verdict.witness.as_ref()), witness, "{place}");
        }
        for session in &verdict.sessions {
            let operations = words(session.witness.as_ref()).len();
            assert_eq!(operations, if session.holds { 0 } else { 2 }, "{place}");
        }
    }
}

#[test]
fn a_witness_explains_the_violation_in_words() {
    let why = |scenario: &str, key: &str| {
        verdict(scenario, &[], key).witness.expect("a contradiction").why
    };
    assert_eq!(
        why("two-views", "cart"),
        "Your write of old (A1) through A was over before your write of new (A2) through A began, so old \
         (A1) came before new (A2); your write of new (A2) through A was over before your read of old (A1) \
         through D began, so new (A2) came before old (A1)."
    );
    assert_eq!(
        why("merged-cart", "cart"),
        "A register holds one value, and your read of milk (A2) | milk, bread, tea (C1) through E returned \
         two."
    );
    assert_eq!(
        why("resurrection", "cart"),
        "No order explains these three operations: the furthest is your write of milk (A1) through A, your \
         delete through A, which leaves nothing, and your read of milk (A1) through A cannot come next."
    );
    let dropped = verdict("dropped-update", &[], "cart");
    let session = dropped.sessions.iter().find(|it| it.guarantee == RYW).expect("it has a verdict");
    assert_eq!(
        session.witness.as_ref().expect("it is broken").why,
        "Your write of milk, bread (C1) through C was over before your read of milk (A1) through C began, \
         which shows neither that write nor what came after it."
    );
}

#[test]
fn a_key_whose_value_is_read_again_after_its_expiry_is_not_linearizable() {
    let clocks = verdict("clocks", &[], "cart");
    assert_eq!(clocks.linearizable, Some(false));
    assert_eq!(
        words(clocks.witness.as_ref()),
        [
            "your write of milk (A1) through A",
            "the expiry of milk (A1)",
            "your read of nothing through C",
            "your read of milk (A1) through A",
        ]
    );
    let right = verdict("clocks", &[("cluster.clocks", "[]")], "cart");
    assert_eq!(right.linearizable, Some(true), "{right:#?}");
}
