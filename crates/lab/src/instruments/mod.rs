//! Measurements of a run: the oracle, the SLO boards, the staleness curve.
//!
//! The oracle and the meters use none of our other crates. Here they receive the run: from the journal, and
//! from an observer that sees every copy.

mod feed;
mod predict;
mod quorums;
pub mod runbook;
mod store_adapter;
mod summary;

pub use predict::ModelParameters;
pub use quorums::QuorumFigures;
pub use ringside_staleness::slo::Timescale;
pub use ringside_staleness::{
    Ages, ClientSessions, Conflicts, Convergence, CurvePoint, Debt, HintQueue, Lags, Measured,
    Quorums, Repairs, ReplicaLag, Sessions, Staleness, Tallies, Window,
};
pub(crate) use store_adapter::{Replicas, RingsideStore};
pub use summary::{Messages, Operations, Quantiles, Report, RingReport, Summary};

use ringside_staleness::oracle::{KeyStatus, Oracle, OracleLimits};
use ringside_staleness::slo::{Board, Slo};
use ringside_staleness::{Finding, Monitor};
use ringside_store::{Instant, Quorum};

use crate::lab::Lab;
use crate::timeline::MarkKind;
use quorums::QuorumMeter;

/// By how much the durations of an SLO are divided for its other board: an hour becomes a minute.
const COMPRESSION: f64 = 60.0;

/// The instruments of a run.
#[derive(Clone, Debug)]
pub(crate) struct Instruments {
    monitor: Monitor<RingsideStore>,
    quorums: QuorumMeter,
    /// N, as the replicas of keys are found by.
    n: u16,
    /// The mark of the latest entry, or `None` if it does not stand out.
    stands_out: Option<MarkKind>,
    /// The number of alert changes of the compressed board at the previous reading.
    alerts: u64,
}

impl Instruments {
    /// Makes the instruments of a run that begins now.
    pub(crate) fn new(slo: Slo, replicas: Replicas, quorum: Quorum) -> Self {
        let n = replicas.n;
        Self {
            monitor: Monitor::new(replicas, OracleLimits::default(), slo, COMPRESSION),
            quorums: QuorumMeter::new(quorum),
            n,
            stands_out: None,
            alerts: 0,
        }
    }

    /// Passes an event at a time to the oracle, and counts its findings.
    fn tell(&mut self, at: Instant, call: impl FnOnce(&mut Oracle<RingsideStore>, u64)) {
        let Self { monitor, quorums, stands_out, .. } = self;
        let at_us = at.as_us();
        monitor.observe(
            at_us,
            |oracle| call(oracle, at_us),
            |finding| {
                if matches!(finding, Finding::Read(read) if read.is_stale()) {
                    *stands_out = Some(MarkKind::StaleRead);
                }
                quorums.record(finding);
            },
        );
    }

    /// Advances time without an event.
    pub(crate) fn pass(&mut self, now: Instant) {
        self.monitor.advance_to(now.as_us(), |_| ());
    }

    /// Whether an alert of the compressed board, which a class looks at, has begun or ended since
    /// this was last asked.
    pub(crate) const fn take_alert(&mut self) -> bool {
        let seen =
            std::mem::replace(&mut self.alerts, self.monitor.alert_changes(Timescale::Compressed));
        seen != self.alerts
    }

    /// Lists how every key stands that was ever named.
    pub(crate) fn key_statuses(&self) -> impl Iterator<Item = KeyStatus<'_, RingsideStore>> {
        self.monitor.oracle().key_statuses()
    }

    /// Counts the stale reads so far.
    pub(crate) fn stale_reads(&self) -> u64 {
        self.quorums.stale()
    }

    /// Returns the mark of the events since the previous call, and clears it.
    pub(crate) const fn take_stands_out(&mut self) -> Option<MarkKind> {
        self.stands_out.take()
    }
}

impl Lab {
    /// Returns everything that the instruments have measured so far.
    pub fn measured(&self) -> Measured {
        self.instruments.monitor.measured(self.now().as_us())
    }

    /// Returns the counts and histograms behind [`Lab::measured`], which add up over runs.
    pub fn tallies(&self) -> Tallies {
        self.instruments.monitor.tallies()
    }

    /// Lists the windows of the time series, oldest first, over the whole run: 600 at most, of equal
    /// length but for the last one, which is not over.
    pub fn series(&self) -> Vec<Window> {
        self.instruments.monitor.series(self.now().as_us())
    }

    /// Returns the status of the run against its SLO.
    pub fn board(&self, timescale: Timescale) -> Board {
        self.instruments.monitor.board(timescale)
    }

    /// Lists the points of the measured staleness curve that have reads, by time since the commit. It is
    /// reset whenever a setting changes on which a prediction depends.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.instruments.monitor.curve()
    }

    /// Lists what was measured under each (N, R, W) that was in force so far, in the order of N, R
    /// and W.
    pub fn by_quorum(&self) -> Vec<QuorumFigures> {
        self.instruments.quorums.figures(self.now())
    }
}
