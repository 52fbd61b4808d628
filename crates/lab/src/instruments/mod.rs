//! What was measured of a run: the oracle's word, the SLO boards, the staleness curve.
//!
//! The oracle and the meters know nothing of ours. Here they are told of the run: by the journal, and by
//! what an observer sees who sees every copy.

mod feed;
mod quorums;
mod truth;

use ringside_staleness::oracle::{Limits, Oracle};
use ringside_staleness::slo::{Board, Slo, Timescale};
use ringside_staleness::{CurvePoint, Finding, Measured, Meters, Tallies, Window};
use ringside_store::{Instant, Quorum};

use crate::Lab;
use crate::marks::MarkKind;
use quorums::Quorums;
use truth::Ours;

pub use quorums::QuorumFigures;
pub(crate) use truth::Replicas;

/// By how much the durations of an SLO are divided for its other board: an hour becomes a minute.
const COMPRESSION: f64 = 60.0;

/// The instruments of a run.
#[derive(Clone, Debug)]
pub(crate) struct Instruments {
    oracle: Oracle<Ours>,
    meters: Meters,
    quorums: Quorums,
    /// N, as the replicas of keys are found by.
    n: u16,
    /// What of the last thing told stands out.
    stands_out: Option<MarkKind>,
    /// How often an alert of the compressed board had begun or ended when that was last asked.
    alerts: u64,
}

impl Instruments {
    /// Makes the instruments of a run that begins now.
    pub(crate) fn new(slo: Slo, replicas: Replicas, quorum: Quorum) -> Self {
        let n = replicas.n;
        Self {
            oracle: Oracle::new(replicas, Limits::default()),
            meters: Meters::new(slo, COMPRESSION),
            quorums: Quorums::new(quorum),
            n,
            stands_out: None,
            alerts: 0,
        }
    }

    /// Tells the oracle something that happens at a time, and counts what it finds.
    fn tell(&mut self, at: Instant, call: impl FnOnce(&mut Oracle<Ours>, u64)) {
        self.pass(at);
        let at_us = at.as_us();
        call(&mut self.oracle, at_us);
        self.count(at_us);
    }

    /// Lets time pass, which changes something by itself where a value expires.
    pub(crate) fn pass(&mut self, now: Instant) {
        let now_us = now.as_us();
        while let Some(wake) = self.oracle.wakes_at().filter(|wake| *wake <= now_us) {
            self.close_seconds(wake);
            self.oracle.advance_to(wake);
            self.count(wake);
        }
        self.close_seconds(now_us);
    }

    fn close_seconds(&mut self, now_us: u64) {
        if self.meters.is_due(now_us) {
            let (gauges, pending) = (self.oracle.gauges(), self.oracle.pending_by_second());
            self.meters.advance_to(now_us, gauges, pending);
        }
    }

    fn count(&mut self, at_us: u64) {
        for finding in self.oracle.drain() {
            if matches!(&finding, Finding::Read(read) if read.is_stale()) {
                self.stands_out = Some(MarkKind::StaleRead);
            }
            self.quorums.record(&finding);
            self.meters.record(at_us, &finding);
        }
    }

    /// Tells whether an alert of the compressed board, which a class looks at, has begun or ended since
    /// this was last asked.
    pub(crate) const fn take_alert(&mut self) -> bool {
        let seen =
            std::mem::replace(&mut self.alerts, self.meters.alert_changes(Timescale::Compressed));
        seen != self.alerts
    }

    /// Counts the stale reads so far.
    pub(crate) fn stale_reads(&self) -> u64 {
        self.quorums.stale()
    }

    /// Takes out what stands out of what was told since this was last asked.
    pub(crate) const fn take_stands_out(&mut self) -> Option<MarkKind> {
        self.stands_out.take()
    }
}

impl Lab {
    /// Gives everything that the instruments say of the run so far.
    pub fn measured(&self) -> Measured {
        let Instruments { oracle, meters, .. } = &self.instruments;
        let (gauges, sessions) = (oracle.gauges(), oracle.sessions());
        meters.measured(self.now().as_us(), gauges, sessions, oracle.given_up())
    }

    /// Gives the counts and histograms behind [`Lab::measured`], which add up over runs.
    pub fn tallies(&self) -> Tallies {
        let Instruments { oracle, meters, .. } = &self.instruments;
        meters.tallies(oracle.gauges(), &oracle.sessions(), oracle.given_up())
    }

    /// Lists the windows of the time series, oldest first, over the whole run: 600 at most, of equal
    /// length but for the last one, which is not over.
    pub fn series(&self) -> Vec<Window> {
        let Instruments { oracle, meters, .. } = &self.instruments;
        meters.series(self.now().as_us(), oracle.gauges())
    }

    /// Tells how the run stands against its SLO.
    pub fn board(&self, timescale: Timescale) -> Board {
        self.instruments.meters.board(timescale)
    }

    /// Lists the points of the measured staleness curve, by time since the commit, those with reads
    /// alone. It starts anew whenever something changes that a prediction hangs on.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.instruments.meters.curve()
    }

    /// Lists what was measured under each (N, R, W) that was in force so far, in the order of N, R
    /// and W.
    pub fn by_quorum(&self) -> Vec<QuorumFigures> {
        self.instruments.quorums.figures(self.now())
    }
}
