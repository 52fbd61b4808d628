//! Service level indicators: findings counted into totals, a time series, two boards and a curve.
//!
//! Virtual time is divided into whole seconds. The findings of a second are counted once, and the counts
//! are passed on when the second is over:
//!
//! ```text
//!   finding --+--> totals of the run, the curve        at once
//!             |
//!             +--> the second --+--> series            windows of 1, 2, 4... seconds
//!                   (Tally)     +--> board, full       the SLO as it is
//!                               +--> board, compressed the SLO with durations divided
//! ```
//!
//! Memory is bounded, whatever the length of the run. Results depend on the findings and their times
//! alone, not on when they are read nor on how time is advanced between them.

mod bins;
mod curve;
mod series;
mod tally;
mod totals;

use std::collections::BTreeMap;

pub(crate) use bins::{Bins, rank};

use crate::finding::{Finding, Gauges};
use crate::report::{CurvePoint, Measured, Sessions, Window};
use crate::slo::{Board, ObjectiveCounts, PendingWrites, Slo, SloWatch, Timescale};
use crate::tallies::Tallies;
use crate::units::SECOND_US;
use curve::Curve;
use series::Series;
use tally::Tally;
use totals::Totals;

/// The instruments that count the oracle's findings.
///
/// Time is advanced before the findings at that time are counted: [`advance_to`](Self::advance_to) comes
/// first, and then [`record`](Self::record) for each finding. Two meters with the same findings at the
/// same times agree in everything.
///
/// ```
/// use std::collections::BTreeMap;
/// use ringside_staleness::slo::Slo;
/// use ringside_staleness::{Finding, Gauges, Meters, Read, Sessions};
///
/// let mut meters = Meters::new(Slo::default(), 60.0);
/// let stale = Read { age_us: 340_000, lag: 2, ..Read::default() };
/// let findings = [(100, Read::default()), (2_500_000, stale)];
/// for (at_us, read) in findings {
///     if meters.is_due(at_us) {
///         meters.advance_to(at_us, Gauges::default(), &BTreeMap::new());
///     }
///     meters.record(at_us, &Finding::Read(read));
/// }
///
/// let measured = meters.measured(2_500_000, Gauges::default(), Sessions::default(), 0);
/// assert_eq!(measured.staleness.stale_rate, Some(0.5));
/// assert_eq!(measured.staleness.age_ms.max, Some(340.0));
/// assert_eq!(meters.series(2_500_000, Gauges::default()).len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Meters {
    slo: Slo,
    /// The number of the open second, from zero.
    second: u64,
    /// The counts of the open second.
    tally: Tally,
    /// The counts of the open second for each objective.
    counted: Vec<ObjectiveCounts>,
    totals: Totals,
    series: Series,
    full: SloWatch,
    compressed: SloWatch,
    curve: Curve,
}

impl Meters {
    /// Creates the instruments of a run that begins at time zero, with two boards: one for the SLO as it
    /// is, and one with all its durations divided by `compression`, which is 1 or more.
    ///
    /// The SLO should have passed its [`check`](Slo::check). Another one does no harm, but its results are
    /// meaningless.
    pub fn new(slo: Slo, compression: f64) -> Self {
        Self {
            second: 0,
            tally: Tally::default(),
            counted: vec![ObjectiveCounts::default(); slo.objectives.len()],
            totals: Totals::default(),
            series: Series::new(Tally::default()),
            full: SloWatch::new(&slo, 1.0),
            compressed: SloWatch::new(&slo, compression),
            curve: Curve::new(),
            slo,
        }
    }

    /// Counts a finding. Time must have been [advanced](Self::advance_to) to it before.
    pub fn record(&mut self, at_us: u64, finding: &Finding) {
        debug_assert_eq!(at_us / SECOND_US, self.second, "time is advanced before what happens");
        self.totals.record(finding);
        self.tally.record(finding);
        self.full.count(finding, &mut self.counted);
        if let Finding::Read(read) = finding
            && let Some(since_commit_us) = read.since_commit_us
        {
            self.curve.record(since_commit_us, !read.is_stale());
        }
    }

    /// Whether a second that ended at or before a time is not closed yet.
    pub const fn is_due(&self, at_us: u64) -> bool {
        at_us >= (self.second + 1) * SECOND_US
    }

    /// Closes every second that ended at or before a time.
    ///
    /// The gauges are those of that moment, before its findings; they are valid since the last finding.
    /// `pending` counts the acknowledged writes that have not converged by the second of their
    /// acknowledgement; `gauges.pending` is their total.
    pub fn advance_to(&mut self, at_us: u64, gauges: Gauges, pending: &BTreeMap<u64, u32>) {
        if !self.is_due(at_us) {
            return;
        }
        let now_s = at_us / SECOND_US;
        let idle_s = now_s - self.second - 1;
        self.totals.close(&self.tally, idle_s, gauges);
        self.series.close(&self.tally, now_s, gauges);
        let pending = PendingWrites::new(pending, gauges.pending);
        for board in [&mut self.full, &mut self.compressed] {
            board.add(&self.counted, &self.tally.ages, &self.tally.convergence);
            board.advance_to(now_s, pending);
        }
        self.tally.clear();
        self.counted.fill(ObjectiveCounts::default());
        self.second = now_s;
    }

    /// Returns everything measured so far. Sessions and the writes given up are counted elsewhere, and
    /// passed through.
    pub fn measured(
        &self,
        now_us: u64,
        gauges: Gauges,
        sessions: Sessions,
        given_up: u64,
    ) -> Measured {
        self.totals.measured(now_us, gauges, sessions, given_up)
    }

    /// Returns the counts and histograms that add up over runs.
    pub fn tallies(&self, gauges: Gauges, sessions: &Sessions, given_up: u64) -> Tallies {
        self.totals.tallies(gauges, sessions, given_up)
    }

    /// Lists the windows of the time series, oldest first: 600 at most, of equal length except for the last
    /// one, which is open.
    pub fn series(&self, now_us: u64, gauges: Gauges) -> Vec<Window> {
        self.series.windows(&self.tally, now_us, gauges)
    }

    /// Returns the status of the run against its SLO, as of the latest sixtieth of the window that is over.
    pub fn board(&self, timescale: Timescale) -> Board {
        match timescale {
            Timescale::Full => self.full.board(),
            Timescale::Compressed => self.compressed.board(),
        }
    }

    /// Returns how often an alert of a board began or ended so far. A caller that has seen this number has
    /// seen all changes.
    pub const fn alert_changes(&self, timescale: Timescale) -> u64 {
        match timescale {
            Timescale::Full => self.full.alert_changes(),
            Timescale::Compressed => self.compressed.alert_changes(),
        }
    }

    /// Lists the points of the measured staleness curve that have reads.
    pub fn curve(&self) -> Vec<CurvePoint> {
        self.curve.points()
    }

    /// Resets the curve, because a setting that it depends on has changed.
    pub fn restart_curve(&mut self) {
        self.curve = Curve::new();
    }

    /// The SLO of the boards.
    pub const fn slo(&self) -> &Slo {
        &self.slo
    }
}
