//! Findings of the oracle in short scenarios.

mod toy;

use ringside_staleness::oracle::{Oracle, OracleLimits};
use ringside_staleness::{Finding, OperationKind, Read, Write};

use toy::world::first_ring;
use toy::{Ring, Toy, Versions};

const KEY: u8 = 0;
/// The intended replicas of the key.
const A: u8 = 0;
const B: u8 = 1;
const C: u8 = 2;
/// A node that is not an intended replica.
const D: u8 = 3;

/// An oracle with numbered requests.
struct Scenario {
    oracle: Oracle<Toy>,
    requests: u32,
}

impl Scenario {
    fn new() -> Self {
        Self::within(OracleLimits::default())
    }

    fn within(limits: OracleLimits) -> Self {
        Self { oracle: Oracle::new(first_ring(), limits), requests: 0 }
    }

    fn invoke(&mut self, at: u64, client: u8, sort: OperationKind) -> u32 {
        self.requests += 1;
        self.oracle.invoked(at, self.requests, client, &KEY, sort);
        self.requests
    }

    /// A client writes at an instant; nodes store the write, and it is acknowledged at once.
    fn write(&mut self, at: u64, client: u8, version: &Versions, nodes: &[u8]) -> Vec<Finding> {
        self.vanishing(at, client, version, nodes, None)
    }

    fn vanishing(
        &mut self,
        at: u64,
        client: u8,
        version: &Versions,
        nodes: &[u8],
        vanishes: Option<u64>,
    ) -> Vec<Finding> {
        let request = self.invoke(at, client, OperationKind::Write);
        nodes.iter().for_each(|node| self.oracle.holds(at, *node, &KEY, version));
        let write = *version.0.keys().next().expect("one version");
        self.oracle.wrote(at, request, write, version, vanishes);
        self.found()
    }

    fn hold(&mut self, at: u64, node: u8, copy: &Versions) -> Vec<Finding> {
        self.oracle.holds(at, node, &KEY, copy);
        self.found()
    }

    /// A client reads, and gets the answer at once.
    fn read(&mut self, at: u64, client: u8, answer: &Versions) -> Read {
        let request = self.invoke(at, client, OperationKind::Read);
        self.answer(at, request, answer)
    }

    fn answer(&mut self, at: u64, request: u32, answer: &Versions) -> Read {
        self.found();
        self.oracle.read(at, request, answer);
        match self.found()[..] {
            [Finding::Read(read)] => read,
            ref other => panic!("a read finds one thing: {other:?}"),
        }
    }

    fn found(&mut self) -> Vec<Finding> {
        self.oracle.drain().collect()
    }
}

fn chain(versions: u32) -> Vec<Versions> {
    (0..versions).map(|write| Versions::of(write, 0..write)).collect()
}

fn nothing() -> Versions {
    Versions::default()
}

#[test]
fn a_read_that_returns_the_newest_write_is_fresh() {
    let (mut scenario, v) = (Scenario::new(), chain(2));
    scenario.write(10, 1, &v[0], &[A, B]);
    let read = scenario.read(50, 2, &v[0]);
    assert_eq!(read, Read { branches: 1, since_commit_us: Some(40), ..Read::default() });
    assert!(!read.is_stale());
    // A version that follows the newest write is as good, though it is not acknowledged yet.
    assert!(!scenario.read(60, 2, &v[1]).is_stale());
}

#[test]
fn a_write_that_is_acknowledged_during_a_read_is_not_missed() {
    let (mut scenario, v) = (Scenario::new(), chain(2));
    scenario.write(10, 1, &v[0], &[A, B]);
    let request = scenario.invoke(20, 2, OperationKind::Read);
    scenario.write(25, 1, &v[1], &[A, B]);
    let read = scenario.answer(30, request, &v[0]);
    assert_eq!((read.lag, read.age_us, read.latency_us), (0, 0, 10));
}

#[test]
fn staleness_counts_from_the_oldest_write_that_was_missed() {
    let (mut scenario, v) = (Scenario::new(), chain(3));
    for (at, version) in [10, 100, 250].into_iter().zip(&v) {
        scenario.write(at, 1, version, &[A, B]);
    }
    let read = scenario.read(1_000, 2, &v[0]);
    assert_eq!((read.lag, read.age_us, read.since_commit_us), (2, 900, Some(750)));
}

#[test]
fn time_since_commit_is_measured_at_the_coordinators() {
    let (mut scenario, v) = (Scenario::new(), chain(1));
    let request = scenario.invoke(0, 1, OperationKind::Write);
    scenario.oracle.coordinated(5, request);
    scenario.oracle.committed(30, request, 2, 3);
    scenario.oracle.wrote(40, request, 0, &v[0], None);
    assert!(scenario.found().contains(&Finding::Write(Write { latency_us: 40, replica_lag: 1 })));
    let request = scenario.invoke(100, 2, OperationKind::Read);
    scenario.oracle.coordinated(104, request);
    scenario.oracle.coordinated(110, request);
    assert_eq!(scenario.answer(120, request, &v[0]).since_commit_us, Some(80));
}

#[test]
fn a_wiped_replica_misses_all_writes() {
    let (mut scenario, v) = (Scenario::new(), chain(3));
    for (at, version) in [10, 100, 250].into_iter().zip(&v) {
        scenario.write(at, 1, version, &[A, B, C]);
    }
    assert_eq!(scenario.oracle.gauges().debt, 0);
    scenario.oracle.wiped(300, C);
    assert_eq!(scenario.found(), [Finding::Accrued { pairs: 1 }]);
    let read = scenario.read(1_000, 2, &nothing());
    assert_eq!((read.lag, read.age_us, read.branches), (3, 990, 0));
    // All three had converged before: the wipe makes debt, and no write pending again.
    assert_eq!(scenario.oracle.gauges().pending, 0);
}

#[test]
fn a_collected_tombstone_is_not_missed() {
    let (mut scenario, v) = (Scenario::new(), chain(3));
    scenario.write(10, 1, &v[0], &[A, B, C]);
    scenario.read(11, 1, &v[0]);
    scenario.vanishing(100, 1, &v[1], &[A, B], Some(100));
    scenario.hold(200, C, &nothing());
    assert_eq!((scenario.oracle.gauges().debt, scenario.oracle.gauges().pending), (0, 0));
    scenario.hold(200, A, &nothing());
    let read = scenario.read(300, 1, &nothing());
    assert_eq!(read, Read { since_commit_us: Some(200), ..Read::default() });
    // A new value is missed all the same by an empty answer.
    scenario.write(400, 1, &v[2], &[B, C]);
    let read = scenario.read(500, 1, &nothing());
    assert_eq!((read.lag, read.age_us, read.missed_own), (1, 100, true));
}

#[test]
fn a_value_vanishes_when_it_expires() {
    let (mut scenario, v) = (Scenario::new(), chain(1));
    scenario.vanishing(10, 1, &v[0], &[A, B], Some(700));
    assert_eq!(scenario.read(600, 2, &nothing()).lag, 1);
    assert_eq!(scenario.oracle.wakes_at(), Some(700));
    scenario.oracle.advance_to(5_000);
    let converged = Finding::Converged { took_us: 690 };
    assert_eq!(scenario.found(), [converged, Finding::Paid { pairs: 1 }]);
    assert_eq!(scenario.read(700, 2, &nothing()).lag, 0);
}

#[test]
fn concurrent_writes_are_siblings_and_all_count_as_debt() {
    let mut scenario = Scenario::new();
    let (left, right) = (Versions::of(0, []), Versions::of(1, []));
    let both = left.merged(&right);
    scenario.write(10, 1, &left, &[A]);
    scenario.write(20, 2, &right, &[B]);
    assert_eq!(scenario.oracle.gauges().debt, 3, "A lacks one, B the other, C both");
    assert_eq!(
        scenario.hold(30, A, &both),
        [Finding::Merged { branches: 2 }, Finding::Paid { pairs: 1 }]
    );
    assert!(scenario.hold(40, A, &both).is_empty(), "no more of them than before");
    scenario.hold(50, B, &both);
    let found = scenario.hold(60, C, &both);
    assert!(found.contains(&Finding::Converged { took_us: 50 }));
    assert!(found.contains(&Finding::Converged { took_us: 40 }));
    let read = scenario.read(70, 3, &left);
    assert_eq!((read.lag, read.age_us), (1, 50), "it has the first, and not the second");
    assert_eq!(scenario.read(80, 3, &both).branches, 2);
}

#[test]
fn the_last_write_wins_and_the_other_is_lost() {
    let mut scenario = Scenario::new();
    let (early, late) = (Versions::of(0, []), Versions::of(1, []));
    scenario.write(10, 1, &early, &[A]);
    for node in [B, C] {
        scenario.hold(20, node, &late);
    }
    // A merges its own away: no node has it any more, whatever hints there are.
    scenario.oracle.hints(25, D, 7, 70, Some(1));
    let found = scenario.hold(30, A, &late);
    // A lacks it as well while the write counts as debt: for no time at all.
    assert_eq!(found, [Finding::Lost, Finding::Accrued { pairs: 1 }, Finding::Paid { pairs: 3 }]);
    assert_eq!((scenario.oracle.gauges().pending, scenario.oracle.gauges().debt), (0, 0));
}

#[test]
fn a_write_with_a_slow_clock_is_lost_at_once() {
    let mut scenario = Scenario::new();
    let fast = Versions::of(0, []);
    scenario.write(10, 1, &fast, &[A, B, C]);
    // All replicas acknowledge the second write, and none keeps it.
    let found = scenario.write(20, 2, &Versions::of(1, []), &[]);
    assert!(found.contains(&Finding::Lost), "{found:?}");
}

#[test]
fn a_write_that_a_fallback_holds_is_late_and_not_lost() {
    let (mut scenario, v) = (Scenario::new(), chain(2));
    scenario.write(10, 1, &v[0], &[A, B, C]);
    scenario.oracle.hints(19, D, 1, 10, Some(19));
    let found = scenario.write(20, 1, &v[1], &[]);
    assert_eq!(found, [Finding::Write(Write::default()), Finding::Accrued { pairs: 3 }]);
    for node in [A, B, C] {
        scenario.hold(1_020, node, &v[1]);
    }
    scenario.oracle.hints(1_020, D, 0, 0, None);
    assert_eq!(scenario.oracle.gauges().pending, 0);

    // The same if the fallback has it as a copy of its own.
    let mut scenario = Scenario::new();
    scenario.write(10, 1, &v[0], &[A, B, C]);
    scenario.hold(15, D, &v[1]);
    assert!(!scenario.write(20, 1, &v[1], &[]).contains(&Finding::Lost));
    assert!(scenario.hold(30, D, &nothing()).contains(&Finding::Lost), "now no node has it");
}

#[test]
fn all_writes_converge_at_once_when_a_partition_heals() {
    let (mut scenario, v) = (Scenario::new(), chain(1_000));
    for (at, version) in (0..).step_by(1_000).zip(&v) {
        scenario.write(at, 1, version, &[A, B]);
    }
    let gauges = scenario.oracle.gauges();
    assert_eq!((gauges.pending, gauges.oldest_pending, gauges.debt), (1_000, Some(0), 1));
    assert_eq!(scenario.oracle.pending_by_second().iter().collect::<Vec<_>>(), [(&0, &1_000)]);
    let found = scenario.hold(2_000_000, C, &v[499]);
    assert_eq!(found.len(), 500, "half of them");
    assert_eq!(found[499], Finding::Converged { took_us: 1_501_000 });
    let found = scenario.hold(3_000_000, C, &v[999]);
    assert_eq!((found.len(), found.last()), (501, Some(&Finding::Paid { pairs: 1 })));
    assert_eq!(found[0], Finding::Converged { took_us: 2_500_000 });
    assert!(scenario.oracle.pending_by_second().is_empty());
}

#[test]
fn a_joining_node_adds_debt_for_the_keys_it_takes_over() {
    let (mut scenario, v) = (Scenario::new(), chain(1));
    let converged = Finding::Converged { took_us: 0 };
    assert!(scenario.write(10, 1, &v[0], &[A, B, C]).contains(&converged));
    scenario.oracle.assigned(20, Ring { nodes: vec![A, D, B, C], n: 3 });
    assert_eq!(scenario.found(), [Finding::Accrued { pairs: 1 }]);
    assert_eq!(scenario.hold(30, D, &v[0]), [Finding::Paid { pairs: 1 }]);
    assert!(
        scenario.hold(40, C, &nothing()).is_empty(),
        "C may drop a key that it is no replica of"
    );
    scenario.oracle.assigned(50, first_ring());
    assert_eq!(
        scenario.found(),
        [Finding::Accrued { pairs: 1 }],
        "and adds debt when it is one again"
    );
}

#[test]
fn a_read_goes_back_only_behind_answers_from_before_it_began() {
    let (mut scenario, v) = (Scenario::new(), chain(2));
    scenario.write(10, 9, &v[0], &[A, B, C]);
    scenario.write(20, 9, &v[1], &[A]);
    let first = scenario.invoke(30, 1, OperationKind::Read);
    let second = scenario.invoke(31, 1, OperationKind::Read);
    assert!(!scenario.answer(40, first, &v[1]).went_back);
    assert!(!scenario.answer(41, second, &v[0]).went_back, "it began before the first returned");
    let third = scenario.read(50, 1, &v[0]);
    assert!(third.went_back && !third.missed_own);
    assert!(!scenario.read(51, 2, &v[0]).went_back, "another client has seen nothing");
    assert!(scenario.read(52, 9, &v[0]).missed_own);
    let sessions = scenario.oracle.sessions();
    assert_eq!((sessions.monotonic_reads, sessions.read_your_writes), (1, 1));
    let clients: Vec<u64> = sessions.clients.iter().map(|it| it.client).collect();
    assert_eq!(clients, [1, 9]);
}

#[test]
fn an_answer_older_than_all_remembered_writes_is_behind_by_those() {
    let limits = OracleLimits { writes: 10, pending: 4, sessions: 1 };
    let (mut scenario, v) = (Scenario::within(limits), chain(100));
    for (at, version) in (10..).step_by(10).zip(&v) {
        scenario.write(at, 1, version, &[A, B]);
    }
    let read = scenario.read(2_000, 2, &v[0]);
    assert_eq!((read.lag, read.age_us), (10, 2_000 - 910));
    // An empty answer is known to have missed all, since the very first.
    let read = scenario.read(2_000, 2, &nothing());
    assert_eq!((read.lag, read.age_us), (100, 1_990));
    assert_eq!((scenario.oracle.gauges().pending, scenario.oracle.given_up()), (4, 96));
    assert_eq!(scenario.oracle.gauges().oldest_pending, Some(970));
    let found = scenario.hold(3_000, C, &v[99]);
    assert_eq!(found.iter().filter(|it| matches!(it, Finding::Converged { .. })).count(), 4);
}

#[test]
fn a_repeated_answer_far_behind_has_the_right_lag() {
    let (mut scenario, v) = (Scenario::new(), chain(300));
    let mut written = 0;
    for upto in [100, 101, 180, 300] {
        for version in &v[written..upto] {
            scenario.write(upto as u64, 1, version, &[A, B]);
        }
        written = upto;
        for old in [0, 7, 59] {
            assert_eq!(scenario.read(400, 2, &v[old]).lag, (upto - 1 - old) as u64);
        }
    }
}

#[test]
fn the_oldest_of_too_many_concurrent_writes_is_given_up() {
    let mut scenario = Scenario::new();
    for write in 0..100 {
        scenario.write(u64::from(write), 1, &Versions::of(write, []), &[A]);
    }
    let gauges = scenario.oracle.gauges();
    assert_eq!((gauges.pending, gauges.oldest_pending, gauges.debt), (64, Some(36), 3));
    assert_eq!(scenario.oracle.given_up(), 36);
    // A replica that has the writes of the frontier adds no debt.
    let newest = (36..100).fold(nothing(), |all, write| all.merged(&Versions::of(write, [])));
    for node in [A, B, C] {
        scenario.hold(200, node, &newest);
    }
    assert_eq!((scenario.oracle.gauges().pending, scenario.oracle.gauges().debt), (0, 0));
}

#[test]
fn an_unused_session_is_evicted_before_a_used_one() {
    let (mut scenario, v) =
        (Scenario::within(OracleLimits { sessions: 2, ..OracleLimits::default() }), chain(2));
    scenario.write(10, 9, &v[0], &[A, B, C]);
    scenario.read(20, 1, &v[1]);
    for (at, client) in [(30, 2), (40, 3), (50, 4)] {
        scenario.read(at, client, &v[1]);
        assert!(scenario.read(at + 1, 1, &v[0]).went_back, "client 1 is remembered");
    }
    assert!(!scenario.read(60, 2, &v[0]).went_back, "client 2 is not");
}
