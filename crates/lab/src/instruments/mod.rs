//! Measurements of a run: the oracle, the SLO boards, the staleness curve.
//!
//! The oracle and the meters depend neither on the store nor on the simulator. This module feeds them from
//! the journal of a run and from observations of every copy.

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

/// The factor by which the compressed board divides the durations of an SLO: an hour becomes a minute.
const COMPRESSION: f64 = 60.0;

/// The instruments of a run.
#[derive(Clone, Debug)]
pub(crate) struct Instruments {
    monitor: Monitor<RingsideStore>,
    quorums: QuorumMeter,
    /// The present N: the number of replicas of a key.
    n: u16,
    /// The latest mark since it was last taken, or `None` if nothing stood out.
    stands_out: Option<MarkKind>,
    /// The number of alert changes of the compressed board at the previous reading.
    alerts: u64,
}

impl Instruments {
    /// Makes the instruments of a run, at time zero.
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

    /// Passes an event to the oracle, and counts its findings.
    fn feed(&mut self, at: Instant, call: impl FnOnce(&mut Oracle<RingsideStore>, u64)) {
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

    /// Whether an alert of the compressed board has begun or ended since the previous call.
    pub(crate) const fn take_alert(&mut self) -> bool {
        let seen =
            std::mem::replace(&mut self.alerts, self.monitor.alert_changes(Timescale::Compressed));
        seen != self.alerts
    }

    /// Lists the status of every key ever used, in the order of first use.
    pub(crate) fn key_statuses(&self) -> impl Iterator<Item = KeyStatus<'_, RingsideStore>> {
        self.monitor.oracle().key_statuses()
    }

    /// Returns the number of stale reads so far.
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

    /// Returns the counts and histograms behind [`Lab::measured`]. They can be summed over several runs.
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

    /// Lists the points of the measured staleness curve that have reads, by time since the commit. The curve
    /// restarts whenever a setting changes on which predictions depend.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.instruments.monitor.curve()
    }

    /// Lists the measurements under each (N, R, W) that has been in force, in the order of N, R and W.
    pub fn by_quorum(&self) -> Vec<QuorumFigures> {
        self.instruments.quorums.figures(self.now())
    }
}
