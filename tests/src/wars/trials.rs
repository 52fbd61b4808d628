//! Trials in a cluster: writes, and reads of the written keys.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use ringside_lab::pbs::{Coordinator, Delay, Preset, ReadsTo};
use ringside_random::{Draws, Latency, Seed};
use ringside_sim::{
    Channels, Cluster, Config, CoordinatorChoice, Entry, EntryKind, Legs, Outcome, Regions, Service,
};
use ringside_store::settings::{Ask, QuorumRules, ReadRepair, Settings};
use ringside_store::{
    Duration, Event, Instant, Key, NodeId, Operation, Partitioning, Quorum, RequestId, Response,
    Value,
};

/// The number of nodes: large enough that most are no replicas of a key, and a multiple of WAN's three
/// regions.
pub const NODES: u16 = 9;
const REGIONS: u16 = 3;
/// The most trials in one cluster: each leaves a key behind.
const BATCH: u32 = 1_000;
/// Longer than any operation takes: a timeout would be a failure.
const NEVER: Duration = Duration::from_secs(1_000_000_000);

/// The settings of the trials.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The delays.
    pub preset: Preset,
    /// N, R and W.
    pub sizes: (u16, u16, u16),
    /// The replicas that a read contacts.
    pub reads_to: ReadsTo,
    /// The node that coordinates.
    pub coordinator: Coordinator,
}

/// The measurements of the trials.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The number of trials.
    pub trials: u32,
    /// The number of fresh reads, for each of the times.
    pub fresh: Vec<u32>,
    /// The latency of each read, in microseconds, ascending.
    pub reads_us: Vec<u64>,
    /// The latency of each write, in microseconds, ascending.
    pub writes_us: Vec<u64>,
    /// The number of queue events that the clusters handled.
    pub handled: u64,
}

/// Runs trials with reads at each of the times, in microseconds after the write's quorum.
///
/// # Panics
///
/// If an operation fails, which none can under these assumptions.
pub fn measure(setup: &Setup, times_us: &[u64], trials: u32, seed: u64) -> Measured {
    measure_with(setup, times_us, trials, seed, &mut |_, _| {})
}

/// The same as [`measure`], and passes each journal entry to `sink`, with the number of its cluster.
///
/// # Panics
///
/// The same as [`measure`].
pub fn measure_with(
    setup: &Setup,
    times_us: &[u64],
    trials: u32,
    seed: u64,
    sink: &mut dyn FnMut(u32, &Entry),
) -> Measured {
    let fresh = vec![0; times_us.len()];
    let (reads_us, writes_us) = (Vec::new(), Vec::new());
    let mut measured = Measured { trials, fresh, reads_us, writes_us, handled: 0 };
    for (batch, first) in (0..).zip((0..trials).step_by(BATCH as usize)) {
        let seed = Seed::new(seed).child(u64::from(batch));
        let mut run = Run::new(setup, times_us, seed);
        run.write_all(BATCH.min(trials - first));
        run.finish(&mut measured, &mut |entry| sink(batch, entry));
        measured.handled += run.cluster.handled();
    }
    measured.reads_us.sort_unstable();
    measured.writes_us.sort_unstable();
    measured
}

/// An operation in progress.
#[derive(Clone, Copy, Debug)]
struct PendingOperation {
    began: Instant,
    /// The key, by number.
    key: u32,
    /// The index of a read's time after the write's quorum, or `None` for the write.
    time: Option<usize>,
}

/// Some trials in one cluster.
struct Run<'setup> {
    setup: &'setup Setup,
    times_us: &'setup [u64],
    cluster: Cluster,
    draws: Draws,
    keys: Vec<Key>,
    pending: BTreeMap<RequestId, PendingOperation>,
    /// The reads to begin: the moment, the key's number and the index of the time.
    due: BinaryHeap<Reverse<(Instant, u32, usize)>>,
    /// The number of journal entries that were read.
    seen: u64,
}

impl<'setup> Run<'setup> {
    fn new(setup: &'setup Setup, times_us: &'setup [u64], seed: Seed) -> Self {
        let cluster = Cluster::new(config(setup, seed.child(0).draws().bits()));
        Self {
            setup,
            times_us,
            cluster: cluster.expect("a cluster without a load"),
            draws: seed.child(1).draws(),
            keys: Vec::new(),
            pending: BTreeMap::new(),
            due: BinaryHeap::new(),
            seen: 0,
        }
    }

    /// Begins all writes, now.
    fn write_all(&mut self, trials: u32) {
        let names = (0_u32..).map(|number| Key::new(&format!("k{number}")));
        let is_suitable = |key: &Key| {
            // In WAN each replica is in a different region.
            let list = self.cluster.preference_list(key);
            let regions: BTreeSet<u16> = list.iter().map(|node| node.0 % REGIONS).collect();
            self.setup.preset != Preset::Wan || regions.len() == list.len()
        };
        self.keys = names.filter(is_suitable).take(trials as usize).collect();
        for key in 0..trials {
            self.begin(key, None);
        }
    }

    /// Begins the write of a key, or a read of it, now.
    fn begin(&mut self, key: u32, time: Option<usize>) {
        let name = &self.keys[key as usize];
        let through = match self.setup.coordinator {
            // The clients choose the coordinator.
            Coordinator::Replica | Coordinator::Any { .. } => None,
            Coordinator::Apart => {
                let replicas = self.cluster.preference_list(name);
                let others = (0..NODES).map(NodeId).filter(|node| !replicas.contains(node));
                let others: Vec<NodeId> = others.collect();
                Some(others[self.draws.below(others.len() as u64) as usize])
            }
        };
        let (operation, value) = match time {
            None => (Operation::Put, Some(Value::new("v"))),
            Some(_) => (Operation::Get, None),
        };
        let request = self.cluster.request(operation, name, value, through).expect("a known node");
        let operation = PendingOperation { began: self.cluster.now(), key, time };
        self.pending.insert(request, operation);
    }

    /// Runs until all operations have returned.
    fn finish(&mut self, measured: &mut Measured, sink: &mut dyn FnMut(&Entry)) {
        self.read_journal(measured, sink);
        while !self.pending.is_empty() || !self.due.is_empty() {
            let next = self.due.peek().map(|Reverse((at, ..))| *at);
            if !self.cluster.step(next.unwrap_or(Instant::from_us(u64::MAX))) {
                let Some(Reverse((at, key, time))) = self.due.pop() else {
                    panic!("{} operations never return", self.pending.len());
                };
                self.cluster.advance(at, u64::MAX);
                self.begin(key, Some(time));
            }
            self.read_journal(measured, sink);
        }
    }

    /// Reads the journal entries since the last time.
    fn read_journal(&mut self, measured: &mut Measured, sink: &mut dyn FnMut(&Entry)) {
        let written = self.cluster.journal().written();
        for entry in self.cluster.journal().since(self.seen) {
            sink(entry);
            let Entry { at, kind: what, .. } = entry;
            match what {
                EntryKind::Node { event: Event::QuorumMet { request, .. }, .. } => {
                    let Some(PendingOperation { key, time: None, .. }) = self.pending.get(request)
                    else {
                        continue;
                    };
                    for (time, &us) in self.times_us.iter().enumerate() {
                        self.due.push(Reverse((*at + Duration::from_us(us), *key, time)));
                    }
                }
                EntryKind::Returned { request, outcome } => {
                    let operation = self.pending.remove(request).expect("it was begun");
                    measured.count(operation, *at, outcome);
                }
                _ => {}
            }
        }
        self.seen = written;
        self.cluster.journal_mut().forget_before(written);
    }
}

impl Measured {
    /// Counts an operation that has returned to its client, without a delay on the way.
    fn count(&mut self, operation: PendingOperation, at: Instant, outcome: &Outcome) {
        let took_us = at.since(operation.began).as_us();
        match (outcome, operation.time) {
            (Outcome::Answered(Response::Stored { .. }), None) => self.writes_us.push(took_us),
            (Outcome::Answered(Response::Found { siblings, .. }), Some(time)) => {
                self.reads_us.push(took_us);
                self.fresh[time] += u32::from(!siblings.is_empty());
            }
            other => panic!("an operation failed: {other:?}"),
        }
    }
}

fn config(setup: &Setup, seed: u64) -> Config {
    let (n, r, w) = setup.sizes;
    let fits = setup.preset.legs();
    let leg = |delay: &Delay| Some(delay.to_latency().expect("the fits are no tables"));
    let legs = Legs { w: leg(&fits.w), a: leg(&fits.a), r: leg(&fits.r), s: leg(&fits.s) };
    let ask = if setup.reads_to == ReadsTo::All { Ask::All } else { Ask::Quorum };
    let quorum = QuorumRules { ask, ..QuorumRules::default() };
    let apart = Duration::from_us((fits.remote_ms * 1e3) as u64);
    Config {
        seed,
        nodes: NODES,
        partitioning: Partitioning::RandomTokens { tokens: 8 },
        quorum: Quorum::new(n, r, w).expect("a possible quorum"),
        request_timeout: NEVER,
        settings: Settings { quorum, read_repair: ReadRepair::Off, ..Settings::default() },
        service: Service::default(),
        clocks: BTreeMap::new(),
        channels: Channels {
            // No node sends a message that is on none of the legs.
            latency: Latency::Constant { us: 1_000_000 },
            legs,
            regions: Some(Regions { count: REGIONS, apart }),
            client_latency: Latency::Constant { us: 0 },
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            links: BTreeMap::new(),
        },
        coordinator: match setup.coordinator {
            Coordinator::Any { .. } => CoordinatorChoice::Any,
            Coordinator::Apart | Coordinator::Replica => CoordinatorChoice::Replica,
        },
        client_timeout: NEVER,
        load: None,
    }
}
