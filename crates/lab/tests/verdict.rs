//! Verdicts on whole runs, compared with three other views of the same runs: the checkers on the
//! transcript, the oracle, and a naive record of every answer.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringside_lab::checker::register;
use ringside_lab::checker::register::{Contradiction, SearchLimits};
use ringside_lab::checker::{Call, Completion, Datum, History, RecordedHistory, read};
use ringside_lab::export::Transcript;
use ringside_lab::scenario::LatencyModel;
use ringside_lab::settings::{Ask, Order, ReadRepair};
use ringside_lab::timeline::MarkKind;
use ringside_lab::verdict::Verdict;
use ringside_lab::{
    BUILT_IN, BuiltIn, ClientId, Command, CoordinatorChoice, Duration, Entry, Instant, Lab, NodeId,
    Operation, RequestId, Scenario,
};
use ringside_sim::{EntryKind, Outcome};
use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Key, Response};

/// A run with its transcript.
struct Run {
    lab: Lab,
    transcript: Transcript,
    text: Vec<u8>,
    entries: Vec<Entry>,
}

impl Run {
    fn open(scenario: Scenario) -> Self {
        let lab = Lab::open(scenario).expect("it can be opened");
        let transcript = Transcript::new(&lab);
        Self { lab, transcript, text: Vec::new(), entries: Vec::new() }
    }

    fn advance(&mut self, until: Instant) {
        let Self { lab, transcript, text, entries } = self;
        lab.advance_with(until, u64::MAX, &mut |entry| {
            transcript.take(entry, text).expect("memory takes everything");
            entries.push(entry.clone());
        });
    }

    /// Executes a command. Its entries in the journal go to the transcript, too.
    fn command(&mut self, command: Command) {
        self.advance(self.lab.now());
        let written = self.lab.cluster().journal().written();
        // A command that the cluster's state does not allow is refused, and changes nothing.
        _ = self.lab.command(command);
        let now = self.lab.cluster().journal().written();
        for entry in self.lab.journal(written..now) {
            self.transcript.take(entry, &mut self.text).expect("memory takes everything");
            self.entries.push(entry.clone());
        }
    }

    fn record(&self) -> RecordedHistory {
        read(&self.text).unwrap_or_else(|error| panic!("{error}"))
    }

    fn verdicts(&self) -> BTreeMap<String, Verdict> {
        let mut verdicts = BTreeMap::new();
        for entry in &self.entries {
            if let EntryKind::Invoked { key, .. } = &entry.kind {
                let verdict = || self.lab.verdict(key.name()).expect("a client asked for the key");
                verdicts.entry(key.name().to_owned()).or_insert_with(verdict);
            }
        }
        verdicts
    }
}

fn text(datum: &Datum) -> String {
    datum.to_string()
}

/// Counts the operations on a key that clients requested.
fn asked(history: &History<Datum, Datum>, key: &Datum) -> u64 {
    let of = history.operations().iter().filter(|it| it.key == *key && it.process < 1 << 16);
    of.count() as u64
}

/// Compares the verdicts of a run with those of the checkers on its transcript. Returns the number of keys
/// that were linearizable, and the number that were not.
fn agree(run: &Run, place: &str) -> (u32, u32) {
    let record = run.record();
    let report = register::check(&record.history, &Datum::Nil, SearchLimits::default());
    let verdicts = run.verdicts();
    assert_eq!(report.keys.len(), verdicts.len(), "{place}");
    let mut counts = (0, 0);
    for key in &report.keys {
        let verdict = &verdicts[&text(&key.key)];
        let place = format!("{place}: {:?}\n{verdict:#?}", key.verdict);
        assert_eq!((verdict.operations, verdict.left_out), (asked(&record.history, &key.key), 0));
        match &key.verdict {
            register::Verdict::Linearizable => {
                assert_eq!(verdict.linearizable, Some(true), "{place}");
                assert!(verdict.witness.is_none() && verdict.unknown.is_none(), "{place}");
                counts.0 += 1;
            }
            register::Verdict::Violated(witness) => {
                assert_eq!(verdict.linearizable, Some(false), "{place}");
                let failed = matches!(
                    witness.contradiction,
                    Contradiction::NeverWritten { failed: Some(_), .. }
                );
                assert!(!failed, "a failed write is never read: {place}");
                counts.1 += 1;
            }
            register::Verdict::Unknown(exhausted) => panic!("{exhausted}: {place}"),
        }
    }
    counts
}

#[test]
fn verdicts_on_each_built_in_scenario_agree_with_its_transcript() {
    let mut counts = (0, 0);
    for built_in in BUILT_IN {
        let scenario = built_in.scenario().expect("it can be read");
        let until = Instant::ZERO + scenario.duration;
        let mut run = Run::open(scenario);
        run.advance(until);
        let (good, bad) = agree(&run, built_in.name);
        counts = (counts.0 + good, counts.1 + bad);
    }
    assert!(counts.0 > 100 && counts.1 > 50, "{counts:?}");
}

/// A write or a read with its versions, in the naive record of every answer.
#[derive(Clone, Debug)]
struct Had {
    client: ClientId,
    is_write: bool,
    versions: Siblings,
    began: u64,
    ended: u64,
}

/// Lists the operations on each key whose clients received an answer.
fn had(entries: &[Entry]) -> BTreeMap<String, Vec<Had>> {
    let mut open: BTreeMap<RequestId, (Key, u64)> = BTreeMap::new();
    let mut had: BTreeMap<String, Vec<Had>> = BTreeMap::new();
    for entry in entries {
        match &entry.kind {
            EntryKind::Invoked { request, key, .. } => {
                open.insert(*request, (key.clone(), entry.number));
            }
            EntryKind::Returned { request, outcome: Outcome::Answered(response) } => {
                let (key, began) = open[request].clone();
                let (versions, is_write) = match response {
                    Response::Found { siblings, .. } => (siblings.clone(), false),
                    Response::Stored { version } => (Siblings::of(version.clone()), true),
                    Response::Unavailable { .. } => continue,
                };
                let (client, ended) = (ClientId::of(*request), entry.number);
                let list = had.entry(key.name().to_owned()).or_default();
                list.push(Had { client, is_write, versions, began, ended });
            }
            _ => {}
        }
    }
    had
}

/// Whether the first set of versions includes the second, by the contexts of the writers.
fn causally(newer: &Siblings, older: &Siblings) -> bool {
    let has = |dot: Dot| newer.iter().any(|it| it.dot == dot || it.past.contains(dot));
    older.iter().all(|version| has(version.dot))
}

/// Whether the first set includes the second, where the highest rank wins, or the latest stamp: all clocks
/// are right here.
fn by_stamp(newer: &Siblings, older: &Siblings) -> bool {
    let standing = |it: &Version| (it.rank, it.written, it.dot);
    let latest = |set: &Siblings| set.iter().map(|it| standing(it)).max();
    latest(newer) >= latest(older)
}

/// Returns for each guarantee, in the order of the verdicts, whether all pairs of operations keep it.
fn guarantees_hold(list: &[Had], includes: fn(&Siblings, &Siblings) -> bool) -> [bool; 4] {
    [(true, false), (false, false), (false, true), (true, true)].map(|(first, second)| {
        let kept = |a: &Had, b: &Had| {
            let concerns = a.client == b.client && a.ended < b.began;
            !concerns
                || a.is_write != first
                || b.is_write != second
                || includes(&b.versions, &a.versions)
        };
        list.iter().all(|a| list.iter().all(|b| kept(a, b)))
    })
}

/// The rule by which one of two versions replaces the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Dotted,
    LastWriteWins,
    Register,
}

fn scenario(seed: u64, (r, w): (u16, u16), kind: Kind, shared: bool) -> Scenario {
    let mut scenario =
        BuiltIn::find("healthy").expect("it is built in").scenario().expect("it can be read");
    scenario.seed = seed;
    (scenario.cluster.n, scenario.cluster.r, scenario.cluster.w) = (3, r, w);
    scenario.load.on = true;
    (scenario.load.rate, scenario.load.read_share) = (120.0, 0.6);
    (scenario.load.keys, scenario.load.shared_keys) = (4, shared);
    scenario.load.delete_share = 0.1;
    scenario.store.quorum.register = kind == Kind::Register;
    if kind == Kind::LastWriteWins {
        scenario.store.versions.order = Order::LastWriteWins;
    }
    scenario
}

fn put(key: &str, value: &str, through: Option<NodeId>) -> Command {
    Command::Put { key: key.to_owned(), value: value.to_owned(), through, ttl: None }
}

fn commands() -> impl Strategy<Value = Vec<(u64, Command)>> {
    let node = || (0..5_u16).prop_map(NodeId);
    let key = || prop_oneof![Just("k0".to_owned()), Just("cart".to_owned())];
    let command = prop_oneof![
        node().prop_map(Command::Crash),
        node().prop_map(Command::Restart),
        node().prop_map(Command::Isolate),
        node().prop_map(Command::Pause),
        node().prop_map(Command::Resume),
        Just(Command::Heal),
        (key(), node()).prop_map(|(key, node)| put(&key, "blue", Some(node))),
        key().prop_map(|key| put(&key, "blue", None)),
        (key(), node()).prop_map(|(key, node)| Command::Get { key, through: Some(node) }),
    ];
    prop::collection::vec((0..500_u64, command), 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn verdicts_agree_with_the_transcript_and_with_the_naive_record(
        seed: u64,
        quorum in (1..4_u16, 1..4_u16),
        kind in prop::sample::select(vec![Kind::Dotted, Kind::LastWriteWins, Kind::Register]),
        shared: bool,
        commands in commands(),
    ) {
        // A register's quorums must overlap.
        let quorum = if kind == Kind::Register { (2, 2) } else { quorum };
        let mut run = Run::open(scenario(seed, quorum, kind, shared));
        for (ms, command) in commands {
            run.advance(run.lab.now() + Duration::from_ms(ms));
            run.command(command);
        }
        run.advance(run.lab.now() + Duration::from_ms(1_500));
        let (_, bad) = agree(&run, "a random run");
        prop_assert!(kind != Kind::Register || bad == 0, "a register is linearizable");
        let includes = if kind == Kind::Dotted { causally } else { by_stamp };
        for (key, list) in had(&run.entries) {
            let verdict = run.lab.verdict(&key).expect("a client asked for the key");
            let found: Vec<bool> = verdict.sessions.iter().map(|it| it.holds).collect();
            // Writes whose clients received no answer may break more guarantees.
            let known = guarantees_hold(&list, includes);
            for (index, (found, known)) in found.iter().zip(known).enumerate() {
                prop_assert!(known || !found, "{key}: {index} {verdict:#?}");
                let writes_are_known = index < 2;
                prop_assert!(!writes_are_known || *found == known, "{key}: {index} {verdict:#?}");
            }
        }
    }
}

/// The properties of a key's writes.
#[derive(Clone, Debug, Default)]
struct Writes {
    client: Option<ClientId>,
    open: u32,
    /// Whether all writes are by one client, one after the other, and succeeded.
    are_plain: bool,
    stale_reads: u32,
}

/// Returns for each key the properties of its writes, and the number of its reads that the oracle calls
/// stale.
fn writes(run: &mut Run) -> BTreeMap<String, Writes> {
    let mut keys: BTreeMap<String, Writes> = BTreeMap::new();
    let mut asked: BTreeMap<RequestId, (String, Operation)> = BTreeMap::new();
    for entry in &run.entries {
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, .. } => {
                asked.insert(*request, (key.name().to_owned(), *operation));
                let start = || Writes { are_plain: true, ..Writes::default() };
                let writes = keys.entry(key.name().to_owned()).or_insert_with(start);
                if *operation != Operation::Get {
                    let client = ClientId::of(*request);
                    let same = *writes.client.get_or_insert(client) == client;
                    writes.are_plain &= same && writes.open == 0;
                    writes.open += 1;
                }
            }
            EntryKind::Returned { request, outcome } => {
                let (key, operation) = &asked[request];
                let writes = keys.get_mut(key).expect("it was asked for");
                if *operation != Operation::Get {
                    writes.open -= 1;
                    writes.are_plain &= outcome.is_ok();
                }
            }
            _ => {}
        }
    }
    for mark in run.lab.take_marks() {
        if let (MarkKind::StaleRead, Some(request)) = (mark.kind, mark.request) {
            keys.get_mut(&asked[&request].0).expect("it was asked for").stale_reads += 1;
        }
    }
    keys
}

/// A stale read after an acknowledged write contradicts the order of real time if no other write overlaps.
#[test]
fn keys_with_stale_reads_by_the_oracle_are_not_linearizable() {
    let (mut stale_keys, mut fresh_keys, mut back, mut own) = (0, 0, 0, 0);
    for seed in 0..24 {
        let mut scenario = scenario(seed, (1, 1), Kind::Dotted, false);
        (scenario.load.rate, scenario.load.keys) = (40.0, 8);
        scenario.load.delete_share = 0.0;
        scenario.store.read_repair = ReadRepair::Off;
        if seed % 2 == 0 {
            // Each read asks another replica, and writes are slow: reads go back.
            scenario.network.latency = LatencyModel::Exponential { mean: Duration::from_ms(80) };
            (scenario.store.quorum.ask, scenario.cluster.coordinator) =
                (Ask::Quorum, CoordinatorChoice::Any);
        }
        let mut run = Run::open(scenario);
        run.advance(Instant::ZERO + Duration::from_secs(12));
        for (key, writes) in writes(&mut run) {
            if !writes.are_plain || writes.open > 0 {
                continue;
            }
            let verdict = run.lab.verdict(&key).expect("a client asked for the key");
            if writes.stale_reads > 0 {
                assert_eq!(verdict.linearizable, Some(false), "seed {seed}: {verdict:#?}");
                stale_keys += 1;
            } else {
                fresh_keys += 1;
            }
        }
        let verdicts = run.verdicts();
        let broken = |index: usize| verdicts.values().any(|it| !it.sessions[index].holds);
        let sessions = run.lab.measured().sessions;
        assert!(broken(0) || sessions.read_your_writes == 0, "seed {seed}: {sessions:?}");
        assert_eq!(broken(1), sessions.monotonic_reads > 0, "seed {seed}: {sessions:?}");
        own += u32::from(sessions.read_your_writes > 0);
        back += u32::from(sessions.monotonic_reads > 0);
    }
    assert!(stale_keys > 20 && fresh_keys > 20, "{stale_keys} {fresh_keys}");
    assert!(own > 8 && (4..22).contains(&back), "{own} {back}");
}

/// No client ever reads a write that was refused, even by nodes that are full, stopped, or too few.
#[test]
fn a_failed_write_is_never_read() {
    let (mut failed, mut unsure_and_seen) = (0, 0);
    let kinds = [Kind::Dotted, Kind::LastWriteWins, Kind::Register];
    for seed in 0..15 {
        let mut scenario = scenario(seed, (2, 3), kinds[seed as usize % 3], seed % 2 == 0);
        scenario.store.quorum.most_in_progress = Some(2);
        // Two deletes can't be distinguished by what a read finds.
        scenario.load.delete_share = 0.0;
        scenario.cluster.nodes = 4;
        let mut run = Run::open(scenario);
        let commands = [
            Command::Isolate(NodeId(0)),
            Command::Crash(NodeId(1)),
            Command::Crash(NodeId(2)),
            Command::Heal,
            Command::Crash(NodeId(0)),
            Command::Crash(NodeId(3)),
            Command::Restart(NodeId(0)),
            Command::Restart(NodeId(1)),
            Command::Restart(NodeId(2)),
            Command::Restart(NodeId(3)),
            Command::Remove { node: NodeId(1), by: Some(NodeId(0)) },
            Command::Remove { node: NodeId(2), by: Some(NodeId(0)) },
        ];
        for command in commands {
            run.advance(run.lab.now() + Duration::from_ms(400));
            run.command(command);
            run.command(put("k1", "by hand", None));
        }
        run.advance(run.lab.now() + Duration::from_secs(3));
        agree(&run, "a run with faults");
        let record = run.record();
        let operations = record.history.operations();
        let values = operations.iter().filter(|it| matches!(it.end, Completion::Ok(_)));
        let values: Vec<(&Datum, &Datum)> =
            values.filter_map(|it| Some((&it.key, it.call.observed()?))).collect();
        for operation in operations {
            let Call::Write(value) = &operation.call else { continue };
            let is_in = |found: &Datum| match found {
                Datum::List(siblings) => siblings.contains(value),
                one => one == value,
            };
            let is_seen = values.iter().any(|(key, it)| **key == operation.key && is_in(it));
            match operation.end {
                Completion::Fail(_) => {
                    assert!(!is_seen, "seed {seed}: {operation:?}");
                    failed += 1;
                }
                Completion::Info(_) => unsure_and_seen += u32::from(is_seen),
                Completion::Ok(_) => {}
            }
        }
    }
    assert!(failed > 150 && unsure_and_seen > 2, "{failed} {unsure_and_seen}");
}

/// A paused node may coordinate a write long after its client has given up.
#[test]
fn a_write_that_completes_after_its_client_gave_up_is_linearizable() {
    let mut scenario = scenario(1, (2, 2), Kind::Dotted, false);
    scenario.load.on = false;
    let mut run = Run::open(scenario);
    let commands = [
        Command::Pause(NodeId(0)),
        put("cart", "late", Some(NodeId(0))),
        Command::Get { key: "cart".to_owned(), through: Some(NodeId(1)) },
        Command::Resume(NodeId(0)),
        Command::Get { key: "cart".to_owned(), through: Some(NodeId(1)) },
    ];
    for command in commands {
        run.command(command);
        run.advance(run.lab.now() + Duration::from_secs(2));
    }
    agree(&run, "a paused node");
    let verdict = run.lab.verdict("cart").expect("a client asked for the key");
    assert_eq!(verdict.linearizable, Some(true), "{verdict:#?}");
    let seen = had(&run.entries)["cart"].iter().map(|it| it.versions.len()).collect::<Vec<_>>();
    assert_eq!(seen, [0, 1], "the second read found it");
}

/// A read that finds nothing, because the tombstone was dropped, is not older than the delete.
#[test]
fn dropped_tombstones_break_no_session() {
    let (mut collected, mut nothing_after_something) = (0, 0);
    for seed in 0..6 {
        let mut scenario = scenario(seed, (2, 2), Kind::Dotted, false);
        (scenario.load.delete_share, scenario.load.keys, scenario.load.rate) = (0.5, 40, 40.0);
        scenario.store.deletes.grace = Some(Duration::from_ms(500));
        let mut run = Run::open(scenario);
        run.advance(Instant::ZERO + Duration::from_secs(20));
        let report = run.lab.summary().report();
        collected += serde_json::to_value(&report).expect("plain data")["tombstones"]["collected"]
            .as_u64()
            .expect("a number");
        let had = had(&run.entries);
        for (key, verdict) in run.verdicts() {
            let ryw = &verdict.sessions[0];
            assert!(ryw.holds, "seed {seed} {key}: {ryw:#?}");
            let list = &had[&key];
            let is_later = |a: &Had, b: &Had| a.client == b.client && a.ended < b.began;
            let nothing = list.iter().filter(|it| !it.is_write && it.versions.is_empty());
            let after = nothing.filter(|it| list.iter().any(|a| a.is_write && is_later(a, it)));
            nothing_after_something += after.count();
        }
    }
    assert!(
        collected > 100 && nothing_after_something > 5,
        "{collected} {nothing_after_something}"
    );
}

/// Without deletes, a read that finds nothing of its client's writes breaks read your writes.
#[test]
fn a_read_of_nothing_without_deletes_breaks_read_your_writes() {
    let mut found = 0;
    for seed in 0..20 {
        let mut scenario = scenario(seed, (1, 1), Kind::Dotted, false);
        (scenario.load.delete_share, scenario.load.keys, scenario.load.rate) = (0.0, 60, 200.0);
        scenario.store.deletes.grace = Some(Duration::from_ms(1_000));
        scenario.store.quorum.ask = Ask::Quorum;
        scenario.cluster.coordinator = CoordinatorChoice::Any;
        scenario.network.latency = LatencyModel::Exponential { mean: Duration::from_ms(80) };
        let mut run = Run::open(scenario);
        run.advance(Instant::ZERO + Duration::from_secs(3));
        let had = had(&run.entries);
        for (key, list) in &had {
            let known = guarantees_hold(list, causally);
            let verdict = run.lab.verdict(key).expect("a client asked for the key");
            assert_eq!(verdict.sessions[0].holds, known[0], "seed {seed} {key}");
            let witness = verdict.sessions[0].witness.as_ref();
            let read = witness.and_then(|witness| witness.operations.last());
            found += u32::from(read.is_some_and(|it| it.words.ends_with("read of nothing")));
        }
    }
    assert!(found > 3, "{found}");
}

#[test]
fn a_verdict_does_not_depend_on_time_slices_and_a_copy_keeps_its_own() {
    let run = |most: u64| {
        let mut lab = Lab::open(scenario(5, (1, 1), Kind::Dotted, true)).expect("it can be opened");
        let mut copy = None;
        for ms in [2_000, 6_000] {
            while !lab.advance(Instant::ZERO + Duration::from_ms(ms), most) {}
            copy.get_or_insert_with(|| lab.clone());
        }
        (lab.verdict("k0"), lab.history_length("k0"), copy.expect("it was made"))
    };
    let (verdict, length, mut copy) = run(u64::MAX);
    for most in [1, 777] {
        assert_eq!((&verdict, length), (&run(most).0, run(most).1));
    }
    assert!(copy.history_length("k0") < length);
    assert_eq!(
        copy.verdict("k0"),
        run(1).2.verdict("k0"),
        "the copy has the verdict of its own moment"
    );
    copy.advance_to(Instant::ZERO + Duration::from_ms(6_000));
    assert_eq!((copy.verdict("k0"), copy.history_length("k0")), (verdict, length));
    assert_eq!((copy.verdict("nowhere"), copy.history_length("nowhere")), (None, 0));
}
