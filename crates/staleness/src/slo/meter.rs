//! Counting and measuring for one objective.

use std::collections::BTreeMap;

use super::{Indicator, Objective};
use crate::finding::Finding;
use crate::sli::{Bins, rank};
use crate::units::{SECOND_US, ms};

/// The number of rules of an objective: the warning, and the page.
pub(super) const RULES: usize = 2;

/// The number of reads or writes that count for an objective, and of those above each of its limits: the
/// target first, and then the limit of each rule.
///
/// The counts are exact, and so are the judgements, which depend on them alone: a histogram only gives
/// the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ObjectiveCounts {
    pub(super) events: u64,
    pub(super) over: [u64; 1 + RULES],
}

impl ObjectiveCounts {
    pub(super) fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.over.iter_mut().zip(other.over).for_each(|(over, more)| *over += more);
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        self.events -= other.events;
        self.over.iter_mut().zip(other.over).for_each(|(over, less)| *over -= less);
    }
}

/// The acknowledged writes that have not converged at the end of some second.
///
/// Of each write only the second of its acknowledgement is known. It counts by the least age that it can
/// have, so that no alert comes too early; it may come a second late.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingWrites<'a> {
    by_second: &'a BTreeMap<u64, u32>,
    total: u64,
    end_s: u64,
}

impl<'a> PendingWrites<'a> {
    pub(crate) const fn new(by_second: &'a BTreeMap<u64, u32>, total: u64) -> Self {
        Self { by_second, total, end_s: 0 }
    }

    /// Returns the same writes at the end of another second.
    pub(super) const fn at(self, end_s: u64) -> Self {
        Self { end_s, ..self }
    }

    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// Counts the writes older than `limit_us`: all but the few young ones.
    fn older_than(&self, limit_us: u64) -> u64 {
        let first_young = self.end_s.saturating_sub(limit_us.div_ceil(SECOND_US));
        let young: u64 =
            self.by_second.range(first_young..).map(|(_, count)| u64::from(*count)).sum();
        self.total.saturating_sub(young)
    }

    /// Lists ages in microseconds with their counts, oldest first.
    fn oldest_first(self) -> impl Iterator<Item = (u64, u64)> + 'a {
        self.by_second.iter().map(move |(second, count)| {
            let age_s = self.end_s.saturating_sub(*second + 1);
            (age_s * SECOND_US + 1, u64::from(*count))
        })
    }
}

/// An objective's indicator and its limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct ObjectiveMeter {
    pub(super) indicator: Indicator,
    /// The target, the warning's limit and the page's, in the indicator's unit.
    limits: [f64; 1 + RULES],
    /// The limits in whole microseconds, for an age or a time.
    limits_us: [u64; 1 + RULES],
}

impl ObjectiveMeter {
    pub(super) fn new(objective: &Objective) -> Self {
        let limits = [objective.target, objective.warning.above, objective.page.above];
        Self { indicator: objective.indicator, limits, limits_us: limits.map(whole_us) }
    }

    /// Counts a finding, if it counts for this objective.
    pub(super) fn count(&self, finding: &Finding, counted: &mut ObjectiveCounts) {
        let us = match (self.indicator, finding) {
            (Indicator::StalenessAge { .. }, Finding::Read(read)) => read.age_us,
            (Indicator::Convergence { .. }, Finding::Converged { took_us }) => *took_us,
            (Indicator::StaleReadRate, Finding::Read(read)) => {
                counted.events += 1;
                counted.over.iter_mut().for_each(|over| *over += u64::from(read.is_stale()));
                return;
            }
            _ => return,
        };
        counted.events += 1;
        let limits = counted.over.iter_mut().zip(self.limits_us);
        limits.for_each(|(over, limit_us)| *over += u64::from(us > limit_us));
    }

    /// Whether writes that have not converged count too.
    pub(super) const fn counts_pending(&self) -> bool {
        matches!(self.indicator, Indicator::Convergence { .. })
    }

    /// Returns the share of events that may be bad.
    pub(super) fn allowed(&self) -> f64 {
        match self.indicator {
            Indicator::StalenessAge { quantile } | Indicator::Convergence { quantile } => {
                1.0 - quantile
            }
            Indicator::StaleReadRate => self.limits[0],
        }
    }
}

/// Returns the most whole microseconds that are not above a limit in milliseconds.
fn whole_us(limit_ms: f64) -> u64 {
    let us = (limit_ms * 1_000.0) as u64;
    // The product may be a rounding error short of a whole number.
    if ms(us.saturating_add(1)) <= limit_ms { us.saturating_add(1) } else { us }
}

/// The measurements for one objective over a span of time that has just ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    meter: &'a ObjectiveMeter,
    counted: ObjectiveCounts,
    bins: &'a Bins,
    pending: Option<PendingWrites<'a>>,
}

impl<'a> Span<'a> {
    /// Creates a span from its counts and its histograms of ages and convergence. Writes that are pending
    /// at its end are added, if the indicator counts them.
    pub(super) fn new(
        meter: &'a ObjectiveMeter,
        mut counted: ObjectiveCounts,
        [ages, convergence]: [&'a Bins; 2],
        pending: PendingWrites<'a>,
    ) -> Self {
        let (bins, pending) =
            if meter.counts_pending() { (convergence, Some(pending)) } else { (ages, None) };
        if let Some(pending) = pending {
            let over = meter.limits_us.map(|limit_us| pending.older_than(limit_us));
            counted.add(&ObjectiveCounts { events: pending.total, over });
        }
        Self { meter, counted, bins, pending }
    }

    pub(super) const fn counted(&self) -> ObjectiveCounts {
        self.counted
    }

    /// Whether the indicator is above the limit of a rule; without events it is not.
    pub(super) fn is_above(&self, rule: usize) -> bool {
        self.exceeds(1 + rule)
    }

    fn exceeds(&self, limit: usize) -> bool {
        let ObjectiveCounts { events, over } = self.counted;
        if events == 0 {
            return false;
        }
        match self.meter.indicator {
            Indicator::StalenessAge { quantile } | Indicator::Convergence { quantile } => {
                events - over[limit] < rank(quantile, events)
            }
            Indicator::StaleReadRate => {
                over[limit] as f64 / events as f64 > self.meter.limits[limit]
            }
        }
    }

    /// Returns the indicator, or `None` without events. It is on the same side of each limit as the exact
    /// counts are.
    pub(super) fn value(&self) -> Option<f64> {
        let ObjectiveCounts { events, over } = self.counted;
        if events == 0 {
            return None;
        }
        let (Indicator::StalenessAge { quantile } | Indicator::Convergence { quantile }) =
            self.meter.indicator
        else {
            return Some(over[0] as f64 / events as f64);
        };
        let pending = self.pending.into_iter().flat_map(PendingWrites::oldest_first);
        let value = ms(self.bins.largest_us(events - rank(quantile, events) + 1, pending));
        let limits = self.meter.limits.iter().enumerate();
        Some(limits.fold(value, |value, (number, limit)| {
            if self.exceeds(number) { value.max(*limit) } else { value.min(*limit) }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_microseconds_stay_whole() {
        for us in (0..3_000).chain(999_000..1_001_000) {
            assert_eq!(whole_us(ms(us)), us);
            assert_eq!(whole_us(ms(us) + 0.000_5), us);
        }
    }
}
