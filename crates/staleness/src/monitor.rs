//! The monitor: the oracle and the meters together.

use crate::oracle::{Oracle, OracleLimits, StoreModel};
use crate::report::{CurvePoint, Measured, Sessions, Window};
use crate::sli::Meters;
use crate::slo::{Board, Slo, Timescale};
use crate::{Finding, Gauges, Tallies};

/// The oracle, and the meters that count what it finds.
///
/// It passes the events of the run to the [`Oracle`], in order, and closes each second of virtual time
/// before the events after it. Times are in microseconds and never go back. Results do not depend on when
/// they are read.
#[derive(Clone, Debug)]
pub struct Monitor<S: StoreModel> {
    oracle: Oracle<S>,
    meters: Meters,
}

impl<S: StoreModel> Monitor<S> {
    /// Creates the instruments of a run that begins at time zero with an empty store. One of the two boards
    /// has all durations of the SLO divided by `compression`, which is 1 or more.
    pub fn new(ring: S::Ring, limits: OracleLimits, slo: Slo, compression: f64) -> Self {
        Self { oracle: Oracle::new(ring, limits), meters: Meters::new(slo, compression) }
    }

    /// Advances time to an event, calls the oracle for it, and passes each finding to `on_finding`.
    pub fn observe(
        &mut self,
        at: u64,
        call: impl FnOnce(&mut Oracle<S>),
        mut on_finding: impl FnMut(&Finding),
    ) {
        self.advance_to(at, &mut on_finding);
        call(&mut self.oracle);
        self.record(at, &mut on_finding);
    }

    /// Advances time, and passes each finding to `on_finding`. A value that expires changes results by
    /// itself, so this is called before results are read.
    pub fn advance_to(&mut self, at: u64, mut on_finding: impl FnMut(&Finding)) {
        while let Some(wake) = self.oracle.wakes_at().filter(|wake| *wake <= at) {
            self.close_seconds(wake);
            self.oracle.advance_to(wake);
            self.record(wake, &mut on_finding);
        }
        self.close_seconds(at);
    }

    /// Returns the gauges as of the last call.
    pub fn gauges(&self) -> Gauges {
        self.oracle.gauges()
    }

    /// The oracle.
    pub const fn oracle(&self) -> &Oracle<S> {
        &self.oracle
    }

    /// Returns everything measured so far.
    pub fn measured(&self, now: u64) -> Measured {
        let (gauges, sessions) = (self.oracle.gauges(), self.oracle.sessions());
        self.meters.measured(now, gauges, sessions, self.oracle.given_up())
    }

    /// Returns the counts and histograms that add up over runs.
    pub fn tallies(&self) -> Tallies {
        let sessions: Sessions = self.oracle.sessions();
        self.meters.tallies(self.oracle.gauges(), &sessions, self.oracle.given_up())
    }

    /// Lists the windows of the time series, oldest first; see [`Meters::series`].
    pub fn series(&self, now: u64) -> Vec<Window> {
        self.meters.series(now, self.oracle.gauges())
    }

    /// Returns the status of the run against its SLO.
    pub fn board(&self, timescale: Timescale) -> Board {
        self.meters.board(timescale)
    }

    /// Returns how often an alert of a board began or ended; see [`Meters::alert_changes`].
    pub const fn alert_changes(&self, timescale: Timescale) -> u64 {
        self.meters.alert_changes(timescale)
    }

    /// Lists the points of the measured staleness curve that have reads.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.meters.curve()
    }

    /// Resets the curve, because a setting that it depends on has changed.
    pub fn restart_curve(&mut self) {
        self.meters.restart_curve();
    }

    /// The SLO of the boards.
    pub const fn slo(&self) -> &Slo {
        self.meters.slo()
    }

    fn close_seconds(&mut self, at: u64) {
        if self.meters.is_due(at) {
            let pending = self.oracle.pending_by_second();
            self.meters.advance_to(at, self.oracle.gauges(), pending);
        }
    }

    /// Counts the new findings of the oracle.
    fn record(&mut self, at: u64, on_finding: &mut impl FnMut(&Finding)) {
        for finding in self.oracle.drain() {
            on_finding(&finding);
            self.meters.record(at, &finding);
        }
    }
}
