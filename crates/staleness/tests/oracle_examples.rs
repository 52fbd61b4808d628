//! What the oracle finds, one short story at a time.

mod toy;

use ringside_staleness::oracle::{Limits, Oracle};
use ringside_staleness::{Finding, Read, Sort, Write};

use toy::world::first_ring;
use toy::{Ring, Toy, Versions};

const KEY: u8 = 0;
/// The intended replicas of the key.
const A: u8 = 0;
const B: u8 = 1;
const C: u8 = 2;
/// None of them.
const D: u8 = 3;

/// An oracle on its own, with a request's number for each operation.
struct Story {
    oracle: Oracle<Toy>,
    requests: u32,
}

impl Story {
    fn new() -> Self {
        Self::within(Limits::default())
    }

    fn within(limits: Limits) -> Self {
        Self { oracle: Oracle::new(first_ring(), limits), requests: 0 }
    }

    fn invoke(&mut self, at: u64, client: u8, sort: Sort) -> u32 {
        self.requests += 1;
        self.oracle.invoked(at, self.requests, client, &KEY, sort);
        self.requests
    }

    /// A client writes at an instant; nodes store it, and the client is told at once.
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
        let request = self.invoke(at, client, Sort::Write);
        nodes.iter().for_each(|node| self.oracle.holds(at, *node, &KEY, version));
        let write = *version.0.keys().next().expect("one version");
        self.oracle.wrote(at, request, write, version, vanishes);
        self.found()
    }

    fn hold(&mut self, at: u64, node: u8, copy: &Versions) -> Vec<Finding> {
        self.oracle.holds(at, node, &KEY, copy);
        self.found()
    }

    /// A client reads, and is answered at once.
    fn read(&mut self, at: u64, client: u8, answer: &Versions) -> Read {
        let request = self.invoke(at, client, Sort::Read);
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
    let (mut story, v) = (Story::new(), chain(2));
    story.write(10, 1, &v[0], &[A, B]);
    let read = story.read(50, 2, &v[0]);
    assert_eq!(read, Read { branches: 1, since_commit_us: Some(40), ..Read::default() });
    assert!(!read.is_stale());
    // What follows the newest write is as good, though nobody was told of it yet.
    assert!(!story.read(60, 2, &v[1]).is_stale());
}

#[test]
fn a_write_that_is_acknowledged_during_a_read_is_not_missed() {
    let (mut story, v) = (Story::new(), chain(2));
    story.write(10, 1, &v[0], &[A, B]);
    let request = story.invoke(20, 2, Sort::Read);
    story.write(25, 1, &v[1], &[A, B]);
    let read = story.answer(30, request, &v[0]);
    assert_eq!((read.lag, read.age_us, read.latency_us), (0, 0, 10));
}

#[test]
fn staleness_counts_from_the_oldest_write_that_was_missed() {
    let (mut story, v) = (Story::new(), chain(3));
    for (at, version) in [10, 100, 250].into_iter().zip(&v) {
        story.write(at, 1, version, &[A, B]);
    }
    let read = story.read(1_000, 2, &v[0]);
    assert_eq!((read.lag, read.age_us, read.since_commit_us), (2, 900, Some(750)));
}

#[test]
fn an_instant_at_the_coordinators_is_what_a_curve_is_drawn_by() {
    let (mut story, v) = (Story::new(), chain(1));
    let request = story.invoke(0, 1, Sort::Write);
    story.oracle.coordinated(5, request);
    story.oracle.committed(30, request, 2, 3);
    story.oracle.wrote(40, request, 0, &v[0], None);
    assert!(story.found().contains(&Finding::Write(Write { latency_us: 40, replica_lag: 1 })));
    let request = story.invoke(100, 2, Sort::Read);
    story.oracle.coordinated(104, request);
    story.oracle.coordinated(110, request);
    assert_eq!(story.answer(120, request, &v[0]).since_commit_us, Some(80));
}

#[test]
fn a_wiped_replica_misses_all() {
    let (mut story, v) = (Story::new(), chain(3));
    for (at, version) in [10, 100, 250].into_iter().zip(&v) {
        story.write(at, 1, version, &[A, B, C]);
    }
    assert_eq!(story.oracle.gauges().debt, 0);
    story.oracle.wiped(300, C);
    assert_eq!(story.found(), [Finding::Accrued { pairs: 1 }]);
    let read = story.read(1_000, 2, &nothing());
    assert_eq!((read.lag, read.age_us, read.branches), (3, 990, 0));
    // All three had converged before: the wipe makes debt, and no write pending again.
    assert_eq!(story.oracle.gauges().pending, 0);
}

#[test]
fn nothing_is_missed_where_a_tombstone_was_collected() {
    let (mut story, v) = (Story::new(), chain(3));
    story.write(10, 1, &v[0], &[A, B, C]);
    story.read(11, 1, &v[0]);
    story.vanishing(100, 1, &v[1], &[A, B], Some(100));
    story.hold(200, C, &nothing());
    assert_eq!((story.oracle.gauges().debt, story.oracle.gauges().pending), (0, 0));
    story.hold(200, A, &nothing());
    let read = story.read(300, 1, &nothing());
    assert_eq!(read, Read { since_commit_us: Some(200), ..Read::default() });
    // A new value is missed all the same, by those who have nothing.
    story.write(400, 1, &v[2], &[B, C]);
    let read = story.read(500, 1, &nothing());
    assert_eq!((read.lag, read.age_us, read.missed_own), (1, 100, true));
}

#[test]
fn a_value_expires_at_its_own_time() {
    let (mut story, v) = (Story::new(), chain(1));
    story.vanishing(10, 1, &v[0], &[A, B], Some(700));
    assert_eq!(story.read(600, 2, &nothing()).lag, 1);
    assert_eq!(story.oracle.wakes_at(), Some(700));
    story.oracle.advance_to(5_000);
    let converged = Finding::Converged { took_us: 690 };
    assert_eq!(story.found(), [converged, Finding::Paid { pairs: 1 }]);
    assert_eq!(story.read(700, 2, &nothing()).lag, 0);
}

#[test]
fn concurrent_writes_are_siblings_and_all_of_them_are_owed() {
    let mut story = Story::new();
    let (left, right) = (Versions::of(0, []), Versions::of(1, []));
    let both = left.merged(&right);
    story.write(10, 1, &left, &[A]);
    story.write(20, 2, &right, &[B]);
    assert_eq!(story.oracle.gauges().debt, 3, "A lacks one, B the other, C both");
    assert_eq!(
        story.hold(30, A, &both),
        [Finding::Merged { branches: 2 }, Finding::Paid { pairs: 1 }]
    );
    assert!(story.hold(40, A, &both).is_empty(), "no more of them than before");
    story.hold(50, B, &both);
    let found = story.hold(60, C, &both);
    assert!(found.contains(&Finding::Converged { took_us: 50 }));
    assert!(found.contains(&Finding::Converged { took_us: 40 }));
    let read = story.read(70, 3, &left);
    assert_eq!((read.lag, read.age_us), (1, 50), "it has the first, and not the second");
    assert_eq!(story.read(80, 3, &both).branches, 2);
}

#[test]
fn the_last_write_wins_and_another_is_lost() {
    let mut story = Story::new();
    let (early, late) = (Versions::of(0, []), Versions::of(1, []));
    story.write(10, 1, &early, &[A]);
    for node in [B, C] {
        story.hold(20, node, &late);
    }
    // A merges its own away: nobody has it any more, whatever some node keeps for others.
    story.oracle.hints(25, D, 7, 70, Some(1));
    let found = story.hold(30, A, &late);
    // A lacks it as well for as long as the write is owed: not at all.
    assert_eq!(found, [Finding::Lost, Finding::Accrued { pairs: 1 }, Finding::Paid { pairs: 3 }]);
    assert_eq!((story.oracle.gauges().pending, story.oracle.gauges().debt), (0, 0));
}

#[test]
fn a_write_with_a_slow_clock_is_lost_at_once() {
    let mut story = Story::new();
    let fast = Versions::of(0, []);
    story.write(10, 1, &fast, &[A, B, C]);
    // All replicas acknowledge the second write, and none keeps it.
    let found = story.write(20, 2, &Versions::of(1, []), &[]);
    assert!(found.contains(&Finding::Lost), "{found:?}");
}

#[test]
fn a_write_that_a_stand_in_keeps_is_late_and_not_lost() {
    let (mut story, v) = (Story::new(), chain(2));
    story.write(10, 1, &v[0], &[A, B, C]);
    story.oracle.hints(19, D, 1, 10, Some(19));
    let found = story.write(20, 1, &v[1], &[]);
    assert_eq!(found, [Finding::Write(Write::default()), Finding::Accrued { pairs: 3 }]);
    for node in [A, B, C] {
        story.hold(1_020, node, &v[1]);
    }
    story.oracle.hints(1_020, D, 0, 0, None);
    assert_eq!(story.oracle.gauges().pending, 0);

    // The same where the stand-in has it as a copy of its own.
    let mut story = Story::new();
    story.write(10, 1, &v[0], &[A, B, C]);
    story.hold(15, D, &v[1]);
    assert!(!story.write(20, 1, &v[1], &[]).contains(&Finding::Lost));
    assert!(story.hold(30, D, &nothing()).contains(&Finding::Lost), "now nobody has it");
}

#[test]
fn a_partition_heals_and_all_converges_at_once() {
    let (mut story, v) = (Story::new(), chain(1_000));
    for (at, version) in (0..).step_by(1_000).zip(&v) {
        story.write(at, 1, version, &[A, B]);
    }
    let gauges = story.oracle.gauges();
    assert_eq!((gauges.pending, gauges.oldest_pending, gauges.debt), (1_000, Some(0), 1));
    assert_eq!(story.oracle.pending_by_second().iter().collect::<Vec<_>>(), [(&0, &1_000)]);
    let found = story.hold(2_000_000, C, &v[499]);
    assert_eq!(found.len(), 500, "half of them");
    assert_eq!(found[499], Finding::Converged { took_us: 1_501_000 });
    let found = story.hold(3_000_000, C, &v[999]);
    assert_eq!((found.len(), found.last()), (501, Some(&Finding::Paid { pairs: 1 })));
    assert_eq!(found[0], Finding::Converged { took_us: 2_500_000 });
    assert!(story.oracle.pending_by_second().is_empty());
}

#[test]
fn a_join_is_owed_all_keys_that_it_takes_over() {
    let (mut story, v) = (Story::new(), chain(1));
    let converged = Finding::Converged { took_us: 0 };
    assert!(story.write(10, 1, &v[0], &[A, B, C]).contains(&converged));
    story.oracle.assigned(20, Ring { nodes: vec![A, D, B, C], n: 3 });
    assert_eq!(story.found(), [Finding::Accrued { pairs: 1 }]);
    assert_eq!(story.hold(30, D, &v[0]), [Finding::Paid { pairs: 1 }]);
    assert!(story.hold(40, C, &nothing()).is_empty(), "C may forget what is not its own");
    story.oracle.assigned(50, first_ring());
    assert_eq!(story.found(), [Finding::Accrued { pairs: 1 }], "and owes it when it is again");
}

#[test]
fn only_what_a_client_was_told_before_a_read_began_can_go_back() {
    let (mut story, v) = (Story::new(), chain(2));
    story.write(10, 9, &v[0], &[A, B, C]);
    story.write(20, 9, &v[1], &[A]);
    let first = story.invoke(30, 1, Sort::Read);
    let second = story.invoke(31, 1, Sort::Read);
    assert!(!story.answer(40, first, &v[1]).went_back);
    assert!(!story.answer(41, second, &v[0]).went_back, "it began before the first returned");
    let third = story.read(50, 1, &v[0]);
    assert!(third.went_back && !third.missed_own);
    assert!(!story.read(51, 2, &v[0]).went_back, "another client was told nothing");
    assert!(story.read(52, 9, &v[0]).missed_own);
    let sessions = story.oracle.sessions();
    assert_eq!((sessions.monotonic_reads, sessions.read_your_writes), (1, 1));
    let clients: Vec<u64> = sessions.clients.iter().map(|it| it.client).collect();
    assert_eq!(clients, [1, 9]);
}

#[test]
fn an_answer_behind_what_is_remembered_is_behind_by_at_least_that() {
    let limits = Limits { writes: 10, pending: 4, sessions: 1 };
    let (mut story, v) = (Story::within(limits), chain(100));
    for (at, version) in (10..).step_by(10).zip(&v) {
        story.write(at, 1, version, &[A, B]);
    }
    let read = story.read(2_000, 2, &v[0]);
    assert_eq!((read.lag, read.age_us), (10, 2_000 - 910));
    // Of nothing it is known to have missed all, since the very first.
    let read = story.read(2_000, 2, &nothing());
    assert_eq!((read.lag, read.age_us), (100, 1_990));
    assert_eq!((story.oracle.gauges().pending, story.oracle.given_up()), (4, 96));
    assert_eq!(story.oracle.gauges().oldest_pending, Some(970));
    let found = story.hold(3_000, C, &v[99]);
    assert_eq!(found.iter().filter(|it| matches!(it, Finding::Converged { .. })).count(), 4);
}

#[test]
fn an_answer_far_behind_is_so_however_often_it_is_given() {
    let (mut story, v) = (Story::new(), chain(300));
    let mut written = 0;
    for upto in [100, 101, 180, 300] {
        for version in &v[written..upto] {
            story.write(upto as u64, 1, version, &[A, B]);
        }
        written = upto;
        for old in [0, 7, 59] {
            assert_eq!(story.read(400, 2, &v[old]).lag, (upto - 1 - old) as u64);
        }
    }
}

#[test]
fn of_too_many_concurrent_writes_the_oldest_is_given_up() {
    let mut story = Story::new();
    for write in 0..100 {
        story.write(u64::from(write), 1, &Versions::of(write, []), &[A]);
    }
    let gauges = story.oracle.gauges();
    assert_eq!((gauges.pending, gauges.oldest_pending, gauges.debt), (64, Some(36), 3));
    assert_eq!(story.oracle.given_up(), 36);
    // Who has what the frontier still has owes nothing.
    let newest = (36..100).fold(nothing(), |all, write| all.merged(&Versions::of(write, [])));
    for node in [A, B, C] {
        story.hold(200, node, &newest);
    }
    assert_eq!((story.oracle.gauges().pending, story.oracle.gauges().debt), (0, 0));
}

#[test]
fn a_session_that_is_used_outlives_one_that_is_not() {
    let (mut story, v) = (Story::within(Limits { sessions: 2, ..Limits::default() }), chain(2));
    story.write(10, 9, &v[0], &[A, B, C]);
    story.read(20, 1, &v[1]);
    for (at, client) in [(30, 2), (40, 3), (50, 4)] {
        story.read(at, client, &v[1]);
        assert!(story.read(at + 1, 1, &v[0]).went_back, "client 1 is remembered");
    }
    assert!(!story.read(60, 2, &v[0]).went_back, "client 2 is not");
}
