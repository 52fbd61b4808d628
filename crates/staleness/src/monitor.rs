//! The oracle and the meters, together.

use crate::oracle::{Limits, Oracle, Store};
use crate::report::{CurvePoint, Measured, Sessions, Window};
use crate::sli::Meters;
use crate::slo::{Board, Slo, Timescale};
use crate::{Finding, Gauges, Tallies};

/// The oracle, and the meters that count what it finds.
///
/// It is told of the run by calls of the [`Oracle`], in the order in which things happen, and closes each
/// second of virtual time before what happens after it. Times are in microseconds and never go back. What it says
/// does not hang on when somebody looks.
#[derive(Clone, Debug)]
pub struct Monitor<S: Store> {
    oracle: Oracle<S>,
    meters: Meters,
}

impl<S: Store> Monitor<S> {
    /// Makes the instruments of a run that begins at zero with a store that holds nothing. One of the two
    /// boards has all durations of the SLO divided by the compression, 1 or more.
    pub fn new(ring: S::Ring, limits: Limits, slo: Slo, compression: f64) -> Self {
        Self { oracle: Oracle::new(ring, limits), meters: Meters::new(slo, compression) }
    }

    /// Tells the oracle what happens at a time, by one call of it; `heed` sees what it finds.
    pub fn tell(
        &mut self,
        at: u64,
        call: impl FnOnce(&mut Oracle<S>),
        mut heed: impl FnMut(&Finding),
    ) {
        self.advance_to(at, &mut heed);
        call(&mut self.oracle);
        self.record(at, &mut heed);
    }

    /// Lets time pass, which changes something by itself where a value expires: whoever looks at an
    /// instant calls this first. `heed` sees what is found.
    pub fn advance_to(&mut self, at: u64, mut heed: impl FnMut(&Finding)) {
        while let Some(wake) = self.oracle.wakes_at().filter(|wake| *wake <= at) {
            self.close_seconds(wake);
            self.oracle.advance_to(wake);
            self.record(wake, &mut heed);
        }
        self.close_seconds(at);
    }

    /// Gives what is so as of the last call.
    pub fn gauges(&self) -> Gauges {
        self.oracle.gauges()
    }

    /// Gives the oracle, to look at.
    pub const fn oracle(&self) -> &Oracle<S> {
        &self.oracle
    }

    /// Tells everything that was measured so far.
    pub fn measured(&self, now: u64) -> Measured {
        let (gauges, sessions) = (self.oracle.gauges(), self.oracle.sessions());
        self.meters.measured(now, gauges, sessions, self.oracle.given_up())
    }

    /// Tells the counts and histograms that add up over runs.
    pub fn tallies(&self) -> Tallies {
        let sessions: Sessions = self.oracle.sessions();
        self.meters.tallies(self.oracle.gauges(), &sessions, self.oracle.given_up())
    }

    /// Lists the windows of the time series, oldest first; see [`Meters::series`].
    pub fn series(&self, now: u64) -> Vec<Window> {
        self.meters.series(now, self.oracle.gauges())
    }

    /// Tells how the run stands against its SLO.
    pub fn board(&self, timescale: Timescale) -> Board {
        self.meters.board(timescale)
    }

    /// Tells how often an alert of a board began or ended; see [`Meters::alert_changes`].
    pub const fn alert_changes(&self, timescale: Timescale) -> u64 {
        self.meters.alert_changes(timescale)
    }

    /// Lists the points of the measured staleness curve, those with reads alone.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.meters.curve()
    }

    /// Begins the curve anew: what it hangs on has changed.
    pub fn restart_curve(&mut self) {
        self.meters.restart_curve();
    }

    /// Tells the SLO of the boards.
    pub const fn slo(&self) -> &Slo {
        self.meters.slo()
    }

    fn close_seconds(&mut self, at: u64) {
        if self.meters.is_due(at) {
            let pending = self.oracle.pending_by_second();
            self.meters.advance_to(at, self.oracle.gauges(), pending);
        }
    }

    fn record(&mut self, at: u64, heed: &mut impl FnMut(&Finding)) {
        for finding in self.oracle.drain() {
            heed(&finding);
            self.meters.record(at, &finding);
        }
    }
}
