//! Instruments on whole runs, compared with a naive observer that keeps everything and looks at every disk
//! after every step.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_lab::{BuiltIn, Command, Duration, Entry, Instant, Lab, NodeId, RequestId, Scenario};
use ringside_sim::{ClientId, EntryKind, Outcome};
use ringside_store::version::{Dot, Siblings};
use ringside_store::{Key, Response};

/// An acknowledged write.
#[derive(Clone, Debug)]
struct Acknowledged {
    key: Key,
    dot: Dot,
    version: Siblings,
    client: ClientId,
    at: Instant,
    /// The time at which all replicas were first seen to have it.
    converged: Option<Instant>,
}

/// A read that met its quorum.
#[derive(Clone, Debug)]
struct Read {
    key: Key,
    client: ClientId,
    began: Instant,
    ended: Instant,
    /// The number of writes of all keys that had been acknowledged, and of reads that had ended, when it
    /// began.
    before: (usize, usize),
    answer: Siblings,
}

#[derive(Clone, Debug)]
struct Begun {
    key: Key,
    at: Instant,
    before: (usize, usize),
}

/// A record of all operations. Everything is computed at the end, except the time at which all replicas
/// hold a write.
#[derive(Default)]
struct Naive {
    begun: BTreeMap<RequestId, Begun>,
    writes: Vec<Acknowledged>,
    reads: Vec<Read>,
    failed: u64,
}

/// Whether versions hold a write, or a version whose writer had seen it.
fn has(held: &Siblings, dot: Dot) -> bool {
    held.iter().any(|version| version.dot == dot || version.past.contains(dot))
}

impl Naive {
    fn take(&mut self, entry: &Entry) {
        match &entry.kind {
            EntryKind::Invoked { request, key, .. } => {
                let before = (self.writes.len(), self.reads.len());
                let begun = Begun { key: key.clone(), at: entry.at, before };
                self.begun.insert(*request, begun);
            }
            EntryKind::Returned { request, outcome } => {
                let Begun { key, at: began, before } = self.begun[request].clone();
                let (client, at) = (ClientId::of(*request), entry.at);
                match outcome {
                    Outcome::Answered(Response::Found { siblings, .. }) => {
                        let answer = siblings.clone();
                        self.reads.push(Read { key, client, began, ended: at, before, answer });
                    }
                    Outcome::Answered(Response::Stored { version }) => {
                        let (dot, version) = (version.dot, Siblings::of(version.clone()));
                        let converged = None;
                        self.writes.push(Acknowledged { key, dot, version, client, at, converged });
                    }
                    _ => self.failed += 1,
                }
            }
            _ => {}
        }
    }

    /// Looks at every disk, and notes the writes that all replicas now hold.
    fn look(&mut self, lab: &Lab) {
        let disks: Vec<_> = lab.cluster().nodes().map(|node| node.disk).collect();
        for write in self.writes.iter_mut().filter(|write| write.converged.is_none()) {
            let replicas = lab.cluster().preference_list(&write.key);
            let holds = |node: &NodeId| {
                disks[node.index()].get(&write.key).is_some_and(|it| has(it, write.dot))
            };
            if replicas.iter().all(holds) {
                write.converged = Some(lab.now());
            }
        }
    }

    /// Returns the writes that a read missed: those after the last one that it contains.
    fn missed<'a>(&'a self, read: &'a Read) -> Vec<&'a Acknowledged> {
        let earlier = self.writes[..read.before.0].iter().filter(|write| write.key == read.key);
        let earlier: Vec<&Acknowledged> = earlier.collect();
        if earlier.last().is_none_or(|newest| has(&read.answer, newest.dot)) {
            return Vec::new();
        }
        let highest = earlier.iter().rposition(|write| has(&read.answer, write.dot));
        earlier[highest.map_or(0, |it| it + 1)..].to_vec()
    }

    fn missed_own(&self, read: &Read) -> bool {
        let own = self.writes[..read.before.0]
            .iter()
            .rfind(|write| write.key == read.key && write.client == read.client);
        own.is_some_and(|own| !has(&read.answer, own.dot))
    }

    fn went_back(&self, read: &Read) -> bool {
        let mut earlier = self.reads[..read.before.1]
            .iter()
            .filter(|earlier| earlier.key == read.key && earlier.client == read.client);
        earlier.any(|earlier| earlier.answer.iter().any(|it| !has(&read.answer, it.dot)))
    }

    /// Counts the pairs of key and replica that lack a write which no other acknowledged write follows.
    fn debt(&self, lab: &Lab) -> u64 {
        let disks: Vec<_> = lab.cluster().nodes().map(|node| node.disk).collect();
        let mut pairs = std::collections::BTreeSet::new();
        for write in &self.writes {
            let mut others =
                self.writes.iter().filter(|it| it.key == write.key && it.dot != write.dot);
            if others.any(|other| has(&other.version, write.dot)) {
                continue;
            }
            for node in &lab.cluster().preference_list(&write.key) {
                if !disks[node.index()].get(&write.key).is_some_and(|it| has(it, write.dot)) {
                    pairs.insert((write.key.clone(), *node));
                }
            }
        }
        pairs.len() as u64
    }
}

fn scenario(seed: u64, (r, w): (u16, u16), on: bool, shared: bool) -> Scenario {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.seed = seed;
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, r, w);
    scenario.network.loss = 0.03;
    scenario.load.on = true;
    (scenario.load.rate, scenario.load.read_share) = (150.0, 0.6);
    (scenario.load.keys, scenario.load.shared_keys) = (6, shared);
    scenario.store.hints.on = on;
    scenario.store.anti_entropy.on = on;
    scenario.store.gossip.on = true;
    scenario.store.quorum.sloppy = on && shared;
    scenario
}

fn commands() -> impl Strategy<Value = Vec<(u64, Command)>> {
    let node = || (0..5_u16).prop_map(NodeId);
    let command = prop_oneof![
        node().prop_map(Command::Crash),
        node().prop_map(Command::Restart),
        node().prop_map(Command::Isolate),
        Just(Command::Heal),
        Just(Command::Join(NodeId(5))),
        node().prop_map(Command::Leave),
        (1..4_u16, 1..4_u16).prop_map(|(r, w)| Command::Quorum { n: 3, r, w }),
        Just(Command::Quorum { n: 2, r: 1, w: 1 }),
    ];
    prop::collection::vec((0..900_u64, command), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn instruments_agree_with_the_naive_record(
        seed: u64,
        quorum in (1..4_u16, 1..4_u16),
        on: bool,
        shared: bool,
        commands in commands(),
    ) {
        let mut lab = Lab::open(scenario(seed, quorum, on, shared)).expect("it can be opened");
        let mut naive = Naive::default();
        let mut number = 0;
        let mut run_to = |lab: &mut Lab, naive: &mut Naive, until: Instant| {
            while lab.now() <= until && lab.step() {
                let written = lab.cluster().journal().written();
                lab.journal(number..written).for_each(|entry| naive.take(entry));
                number = written;
                naive.look(lab);
            }
        };
        for (ms, command) in commands {
            let until = lab.now() + Duration::from_ms(ms);
            run_to(&mut lab, &mut naive, until);
            // A command that the cluster's state does not allow is refused, and changes nothing.
            _ = lab.command(command);
            // A command may reduce the replicas that must hold a write.
            naive.look(&lab);
        }
        let until = lab.now() + Duration::from_ms(1_500);
        run_to(&mut lab, &mut naive, until);

        let measured = lab.measured();
        let us = |value: Option<f64>| value.map_or(0, |ms| (ms * 1e3).round() as u64);
        let staleness = &measured.staleness;
        prop_assert_eq!(staleness.reads, naive.reads.len() as u64);
        let missed: Vec<_> = naive.reads.iter().map(|read| (read, naive.missed(read))).collect();
        let stale = missed.iter().filter(|(_, missed)| !missed.is_empty());
        prop_assert_eq!(staleness.stale, stale.clone().count() as u64);
        let oldest = stale.clone().map(|(read, missed)| read.began.since(missed[0].at).as_us()).max();
        prop_assert_eq!(us(staleness.age_ms.max), oldest.unwrap_or(0));
        let furthest = stale.map(|(_, missed)| missed.len() as u64).max();
        prop_assert_eq!(staleness.version_lag.max.unwrap_or(0), furthest.unwrap_or(0));
        let lags: usize = missed.iter().map(|(_, missed)| missed.len()).sum();
        let mean = staleness.version_lag.mean.unwrap_or(0.0);
        prop_assert!((mean * missed.len() as f64 - lags as f64).abs() < 1e-6 * lags.max(1) as f64);

        let (converged, pending): (Vec<_>, Vec<_>) =
            naive.writes.iter().partition(|write| write.converged.is_some());
        let convergence = &measured.convergence_ms;
        prop_assert_eq!(convergence.writes, converged.len() as u64);
        prop_assert_eq!(convergence.pending, pending.len() as u64);
        prop_assert_eq!(convergence.lost, 0);
        let slowest = converged.iter().filter_map(|it| Some(it.converged?.since(it.at).as_us())).max();
        prop_assert_eq!(us(convergence.max), slowest.unwrap_or(0));

        let conflicts = naive.reads.iter().filter(|read| read.answer.len() > 1).count();
        prop_assert_eq!(measured.conflicts.reads, conflicts as u64);
        prop_assert_eq!(measured.debt.pairs, naive.debt(&lab));
        prop_assert_eq!(measured.debt.accrued - measured.debt.paid, measured.debt.pairs);
        let sessions = &measured.sessions;
        let count = |broken: &dyn Fn(&Read) -> bool| naive.reads.iter().filter(|it| broken(it)).count() as u64;
        prop_assert_eq!(sessions.read_your_writes, count(&|read| naive.missed_own(read)));
        prop_assert_eq!(sessions.monotonic_reads, count(&|read| naive.went_back(read)));
        let (met, failed) = (naive.reads.len() + naive.writes.len(), naive.failed);
        prop_assert_eq!(measured.quorums.met, met as u64);
        prop_assert_eq!(measured.quorums.failed_reads + measured.quorums.failed_writes, failed);
        let hints: u32 = lab.cluster().nodes().map(|node| node.disk.hints().len()).sum();
        prop_assert_eq!(measured.hint_queue.held, u64::from(hints));
        let ended = naive.reads.iter().map(|read| read.ended).max();
        prop_assert!(ended.is_none_or(|ended| ended <= lab.now()));
    }
}

#[test]
fn instruments_do_not_depend_on_time_slices() {
    let run = |most: u64| {
        let mut lab = Lab::open(scenario(3, (1, 1), true, true)).expect("it can be opened");
        for second in 1..=20 {
            while !lab.advance(Instant::ZERO + Duration::from_ms(1_000 * second), most) {}
            if second == 5 {
                lab.command(Command::Isolate(NodeId(1))).expect("B is there");
            }
        }
        let boards = [
            ringside_lab::instruments::Timescale::Full,
            ringside_lab::instruments::Timescale::Compressed,
        ]
        .map(|it| lab.board(it));
        (lab.measured(), lab.series(), boards, lab.curve(), lab.by_quorum())
    };
    let whole = run(u64::MAX);
    assert!(whole.0.staleness.stale > 0 && whole.1.len() > 10 && !whole.3.is_empty());
    assert_eq!(whole, run(1));
    assert_eq!(whole, run(777));
}

#[test]
fn operations_are_counted_under_the_quorum_that_is_in_force() {
    let mut lab = Lab::open(scenario(3, (2, 2), false, false)).expect("it can be opened");
    lab.advance_to(Instant::ZERO + Duration::from_ms(4_000));
    lab.command(Command::Quorum { n: 3, r: 1, w: 1 }).expect("possible");
    lab.advance_to(Instant::ZERO + Duration::from_ms(10_000));
    let [weak, strict] = lab.by_quorum()[..] else { panic!("two quorums were in force") };
    assert_eq!((weak.quorum.r(), strict.quorum.r()), (1, 2));
    assert!(
        (weak.in_force_ms - 6_000.0).abs() < 1e-9 && (strict.in_force_ms - 4_000.0).abs() < 1e-9
    );
    let measured = lab.measured();
    assert_eq!(weak.reads + strict.reads, measured.staleness.reads);
    assert_eq!(weak.stale + strict.stale, measured.staleness.stale);
    assert_eq!(strict.stale, 0, "overlapping quorums without a failure miss nothing");
    assert!(weak.read_p99_ms < strict.read_p99_ms, "{weak:?} {strict:?}");
}
