//! Comparisons: one operation done by Ringside and by peers in turns, by the best round of each.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Does a batch of operations and returns their number.
type Work = Box<dyn FnMut() -> u64>;

/// The shortest duration of one round, so that the clock's resolution does not matter.
const ROUND: Duration = Duration::from_millis(8);

/// One implementation of the operation.
struct Side {
    name: String,
    work: Work,
    /// The number of batches in a round.
    batches: u32,
    /// The time of one operation in the best round so far.
    best_ns: f64,
}

/// One operation, with Ringside's implementation and those of peers.
///
/// The sides take turns, so that other work of the machine during a round slows all of them. The best
/// round of each counts, because other work can only slow it down.
pub(crate) struct Comparison {
    group: &'static str,
    what: String,
    rounds: u32,
    sides: Vec<Side>,
}

/// The time of one operation for a peer and for Ringside.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The group in the table.
    pub(crate) group: &'static str,
    /// The operation.
    pub(crate) what: String,
    /// Ringside's time, in nanoseconds.
    pub(crate) ours_ns: f64,
    /// The peer, with its version.
    pub(crate) peer: String,
    /// The peer's time, in nanoseconds.
    pub(crate) peer_ns: f64,
    /// The peer's time over Ringside's: above 1 Ringside is faster.
    pub(crate) ratio: f64,
}

impl Comparison {
    /// Creates a comparison with Ringside's side: `work` does a batch and returns its number of
    /// operations.
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

    /// Runs all rounds and returns one row per peer.
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

    /// Warms up, and finds the number of batches that fill a round.
    fn prepare(&mut self) {
        loop {
            let (took, _) = self.round();
            if took >= ROUND {
                return;
            }
            self.batches *= 2;
        }
    }

    /// Runs one round and keeps its time if it is the best.
    fn take_turn(&mut self) {
        let (took, operations) = self.round();
        let ns = took.as_nanos() as f64 / operations.max(1) as f64;
        self.best_ns = self.best_ns.min(ns);
    }

    /// Runs one round and returns its time and its number of operations.
    fn round(&mut self) -> (Duration, u64) {
        let start = Instant::now();
        let operations = (0..self.batches).map(|_| (self.work)()).sum();
        (start.elapsed(), operations)
    }
}
