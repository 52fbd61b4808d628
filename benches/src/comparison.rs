//! A contest: one thing done our way and by peers, in turns, the best round of each compared.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Does a batch of operations, and gives how many they were.
type Work = Box<dyn FnMut() -> u64>;

/// How long one round of a side should take at least, so that the clock's own grain does not count.
const ROUND: Duration = Duration::from_millis(8);

/// One way of doing the thing.
struct Side {
    name: String,
    work: Work,
    /// How many batches make a round.
    batches: u32,
    /// The time of an operation in the best round so far.
    best_ns: f64,
}

/// One thing, our way of doing it and the peers'.
///
/// The sides take turns, so that whatever else the machine does in one round slows them all. Of each
/// the best round counts, because others can only slow it down.
pub(crate) struct Comparison {
    group: &'static str,
    what: String,
    rounds: u32,
    sides: Vec<Side>,
}

/// What one peer took for an operation, beside what we took.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The part of the store that it is about.
    pub(crate) group: &'static str,
    /// The operation.
    pub(crate) what: String,
    /// Our time for one, in nanoseconds.
    pub(crate) ours_ns: f64,
    /// The peer, with its version.
    pub(crate) peer: String,
    /// Its time for one, in nanoseconds.
    pub(crate) peer_ns: f64,
    /// Its time over ours: above 1 we are ahead.
    pub(crate) ratio: f64,
}

impl Comparison {
    /// Begins a contest with our own side: `work` does a batch and gives how many operations it was.
    pub(crate) fn new(
        group: &'static str,
        what: impl Into<String>,
        rounds: u32,
        work: impl FnMut() -> u64 + 'static,
    ) -> Self {
        Self { group, what: what.into(), rounds, sides: Vec::new() }.against("ours", work)
    }

    /// Adds a peer.
    pub(crate) fn against(
        mut self,
        name: impl Into<String>,
        work: impl FnMut() -> u64 + 'static,
    ) -> Self {
        self.sides.push(Side::new(name.into(), Box::new(work)));
        self
    }

    /// Runs all rounds; gives a row for each peer.
    pub(crate) fn run(mut self) -> Vec<Row> {
        for side in &mut self.sides {
            side.prepare();
        }
        for _ in 0..self.rounds {
            for side in &mut self.sides {
                side.take_turn();
            }
        }
        let [ours, peers @ ..] = &self.sides[..] else { return Vec::new() };
        let row = |peer: &Side| Row {
            group: self.group,
            what: self.what.clone(),
            ours_ns: ours.best_ns,
            peer: peer.name.clone(),
            peer_ns: peer.best_ns,
            ratio: peer.best_ns / ours.best_ns,
        };
        peers.iter().map(row).collect()
    }
}

impl Side {
    fn new(name: String, work: Work) -> Self {
        Self { name, work, batches: 1, best_ns: f64::INFINITY }
    }

    /// Warms up, and finds out how many batches fill a round.
    fn prepare(&mut self) {
        loop {
            let (took, _) = self.round();
            if took >= ROUND {
                return;
            }
            self.batches *= 2;
        }
    }

    fn take_turn(&mut self) {
        let (took, operations) = self.round();
        let ns = took.as_nanos() as f64 / operations.max(1) as f64;
        self.best_ns = self.best_ns.min(ns);
    }

    fn round(&mut self) -> (Duration, u64) {
        let start = Instant::now();
        let operations = (0..self.batches).map(|_| (self.work)()).sum();
        (start.elapsed(), operations)
    }
}
