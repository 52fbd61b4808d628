//! Measurements under each (N, R, W) of a run.

use std::collections::BTreeMap;

use ringside_staleness::{Finding, Histogram, OperationKind};
use ringside_store::{Instant, Quorum};
use serde::Serialize;

/// The measurements while one (N, R, W) was in force: a row of the playbook.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct QuorumFigures {
    /// N, R and W.
    pub quorum: Quorum,
    /// The total time for which it has been in force, in milliseconds of virtual time.
    pub in_force_ms: f64,
    /// The number of reads that met their quorum.
    pub reads: u64,
    /// The number of these reads that were stale.
    pub stale: u64,
    /// The number of writes that met their quorum.
    pub writes: u64,
    /// The number of operations that did not succeed.
    pub failed: u64,
    /// The 99th percentile of the latency of reads in milliseconds, or `None` if there were none.
    pub read_p99_ms: Option<f64>,
    /// The 99th percentile of the latency of writes in milliseconds, or `None` if there were none.
    pub write_p99_ms: Option<f64>,
}

/// The counts under each (N, R, W).
#[derive(Clone, Debug)]
pub(super) struct QuorumMeter {
    counted: BTreeMap<(u16, u16, u16), Counted>,
    now: Quorum,
    since: Instant,
}

#[derive(Clone, Debug, Default)]
struct Counted {
    in_force_us: u64,
    stale: u64,
    failed: u64,
    reads_us: Histogram,
    writes_us: Histogram,
}

const fn place(quorum: Quorum) -> (u16, u16, u16) {
    (quorum.n(), quorum.r(), quorum.w())
}

impl QuorumMeter {
    /// Makes a meter with the (N, R, W) in force at time zero.
    pub(super) fn new(quorum: Quorum) -> Self {
        let counted = BTreeMap::from([(place(quorum), Counted::default())]);
        Self { counted, now: quorum, since: Instant::ZERO }
    }

    /// Switches to another (N, R, W). Operations in progress count under the new one, though they keep the
    /// one that they began with: these are few.
    pub(super) fn change(&mut self, at: Instant, quorum: Quorum) {
        let counted = self.counted.entry(place(self.now)).or_default();
        counted.in_force_us += at.since(self.since).as_us();
        (self.now, self.since) = (quorum, at);
        self.counted.entry(place(quorum)).or_default();
    }

    /// Counts a finding under the (N, R, W) in force.
    pub(super) fn record(&mut self, finding: &Finding) {
        let is_operation =
            matches!(finding, Finding::Read(_) | Finding::Write(_) | Finding::Failed(_));
        if !is_operation {
            return;
        }
        let counted = self.counted.entry(place(self.now)).or_default();
        match finding {
            Finding::Read(read) => {
                counted.stale += u64::from(read.is_stale());
                counted.reads_us.record(read.latency_us);
            }
            Finding::Write(write) => counted.writes_us.record(write.latency_us),
            Finding::Failed(OperationKind::Read | OperationKind::Write) => counted.failed += 1,
            _ => {}
        }
    }

    /// Returns the number of stale reads so far.
    pub(super) fn stale(&self) -> u64 {
        self.counted.values().map(|counted| counted.stale).sum()
    }

    /// Lists the measurements so far, in the order of N, R and W.
    pub(super) fn figures(&self, now: Instant) -> Vec<QuorumFigures> {
        let p99 = |it: &Histogram| it.quantile(0.99).map(|us| us as f64 / 1e3);
        let row = |(place, counted): (&(u16, u16, u16), &Counted)| {
            let &(n, r, w) = place;
            let quorum = Quorum::new(n, r, w).ok()?;
            let running = if quorum == self.now { now.since(self.since).as_us() } else { 0 };
            Some(QuorumFigures {
                quorum,
                in_force_ms: (counted.in_force_us + running) as f64 / 1e3,
                reads: counted.reads_us.count(),
                stale: counted.stale,
                writes: counted.writes_us.count(),
                failed: counted.failed,
                read_p99_ms: p99(&counted.reads_us),
                write_p99_ms: p99(&counted.writes_us),
            })
        };
        self.counted.iter().filter_map(row).collect()
    }
}
