//! Writes, and reads of what they wrote, in a real cluster.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use ringside_lab::pbs::{Coordinator, Delay, Preset, ReadsTo};
use ringside_random::{Draws, Latency, Seed};
use ringside_sim::{
    Channels, Cluster, Config, CoordinatorChoice, Entry, Legs, Outcome, Regions, Service, What,
};
use ringside_store::settings::{Ask, QuorumRules, ReadRepair, Settings};
use ringside_store::{
    Duration, Event, Instant, Key, NodeId, Operation, Partitioning, Quorum, RequestId, Response,
    Value,
};

/// How many nodes there are: so many that most are no replicas of a key, and that each of WAN's three
/// regions has as many.
pub const NODES: u16 = 9;
const REGIONS: u16 = 3;
/// How many trials one cluster takes: each leaves a key behind.
const BATCH: u32 = 1_000;
/// Longer than any operation takes: a timeout would be a failure.
const NEVER: Duration = Duration::from_secs(1_000_000_000);

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The delays.
    pub preset: Preset,
    /// N, R and W.
    pub sizes: (u16, u16, u16),
    /// Whom reads ask.
    pub reads_to: ReadsTo,
    /// Who coordinates.
    pub coordinator: Coordinator,
}

/// What the trials came to.
#[derive(Clone, Debug)]
pub struct Measured {
    /// How many there were.
    pub trials: u32,
    /// How many reads were fresh, for each of the times.
    pub fresh: Vec<u32>,
    /// How long each read took, in microseconds, in ascending order.
    pub reads_us: Vec<u64>,
    /// How long each write took, in microseconds, in ascending order.
    pub writes_us: Vec<u64>,
    /// How many things the clusters took off their queues.
    pub handled: u64,
}

/// Runs trials with reads at each of the times, in microseconds after the write's quorum.
///
/// # Panics
///
/// Panics where an operation fails, which none can.
pub fn measure(setup: &Setup, times_us: &[u64], trials: u32, seed: u64) -> Measured {
    measure_with(setup, times_us, trials, seed, &mut |_, _| {})
}

/// As [`measure`], and shows each journal entry to `sink`, with the number of its cluster.
///
/// # Panics
///
/// As [`measure`].
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
        let luck = Seed::new(seed).child(u64::from(batch));
        let mut run = Run::new(setup, times_us, luck);
        run.write_all(BATCH.min(trials - first));
        run.finish(&mut measured, &mut |entry| sink(batch, entry));
        measured.handled += run.cluster.handled();
    }
    measured.reads_us.sort_unstable();
    measured.writes_us.sort_unstable();
    measured
}

/// What is known of an operation.
#[derive(Clone, Copy, Debug)]
struct Asked {
    began: Instant,
    /// The key, by number.
    key: u32,
    /// For a read the time after the write's quorum, by number; none for the write.
    time: Option<usize>,
}

/// Some trials in one cluster.
struct Run<'setup> {
    setup: &'setup Setup,
    times_us: &'setup [u64],
    cluster: Cluster,
    luck: Draws,
    keys: Vec<Key>,
    asked: BTreeMap<RequestId, Asked>,
    /// The reads that are due: when, of which key, and for which of the times.
    due: BinaryHeap<Reverse<(Instant, u32, usize)>>,
    seen: u64,
}

impl<'setup> Run<'setup> {
    fn new(setup: &'setup Setup, times_us: &'setup [u64], luck: Seed) -> Self {
        let cluster = Cluster::new(config(setup, luck.child(0).draws().bits()));
        Self {
            setup,
            times_us,
            cluster: cluster.expect("a cluster without a load"),
            luck: luck.child(1).draws(),
            keys: Vec::new(),
            asked: BTreeMap::new(),
            due: BinaryHeap::new(),
            seen: 0,
        }
    }

    /// Begins the writes, all of them now.
    fn write_all(&mut self, trials: u32) {
        let names = (0_u32..).map(|number| Key::new(&format!("k{number}")));
        let is_apt = |key: &Key| {
            // WAN has each replica in a region of its own.
            let list = self.cluster.preference_list(key);
            let regions: BTreeSet<u16> = list.iter().map(|node| node.0 % REGIONS).collect();
            self.setup.preset != Preset::Wan || regions.len() == list.len()
        };
        self.keys = names.filter(is_apt).take(trials as usize).collect();
        for key in 0..trials {
            self.ask(key, None);
        }
    }

    /// Begins the write of a key, or a read of it, now.
    fn ask(&mut self, key: u32, time: Option<usize>) {
        let name = &self.keys[key as usize];
        let through = match self.setup.coordinator {
            // The clients choose by themselves.
            Coordinator::Replica | Coordinator::Any { .. } => None,
            Coordinator::Apart => {
                let replicas = self.cluster.preference_list(name);
                let strangers = (0..NODES).map(NodeId).filter(|node| !replicas.contains(node));
                let strangers: Vec<NodeId> = strangers.collect();
                Some(strangers[self.luck.below(strangers.len() as u64) as usize])
            }
        };
        let (operation, value) = match time {
            None => (Operation::Put, Some(Value::new("v"))),
            Some(_) => (Operation::Get, None),
        };
        let request = self.cluster.request(operation, name, value, through).expect("a known node");
        self.asked.insert(request, Asked { began: self.cluster.now(), key, time });
    }

    /// Runs until all that was asked is answered.
    fn finish(&mut self, measured: &mut Measured, sink: &mut dyn FnMut(&Entry)) {
        self.look(measured, sink);
        while !self.asked.is_empty() || !self.due.is_empty() {
            let next = self.due.peek().map(|Reverse((at, ..))| *at);
            if !self.cluster.step(next.unwrap_or(Instant::from_us(u64::MAX))) {
                let Some(Reverse((at, key, time))) = self.due.pop() else {
                    panic!("{} operations are never answered", self.asked.len());
                };
                self.cluster.advance(at, u64::MAX);
                self.ask(key, Some(time));
            }
            self.look(measured, sink);
        }
    }

    /// Looks at what has happened since the last time.
    fn look(&mut self, measured: &mut Measured, sink: &mut dyn FnMut(&Entry)) {
        let written = self.cluster.journal().written();
        for entry in self.cluster.journal().since(self.seen) {
            sink(entry);
            let Entry { at, what, .. } = entry;
            match what {
                What::Node { event: Event::QuorumMet { request, .. }, .. } => {
                    let Some(Asked { key, time: None, .. }) = self.asked.get(request) else {
                        continue;
                    };
                    for (time, &us) in self.times_us.iter().enumerate() {
                        self.due.push(Reverse((*at + Duration::from_us(us), *key, time)));
                    }
                }
                What::Returned { request, outcome } => {
                    let asked = self.asked.remove(request).expect("it was asked");
                    measured.count(asked, *at, outcome);
                }
                _ => {}
            }
        }
        self.seen = written;
        self.cluster.journal_mut().forget_before(written);
    }
}

impl Measured {
    /// Counts an operation that its client, who is no way off, has the answer of.
    fn count(&mut self, asked: Asked, at: Instant, outcome: &Outcome) {
        let took_us = at.since(asked.began).as_us();
        match (outcome, asked.time) {
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
            // No other message goes between nodes.
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
