//! The counts of a second or of a window of the series.

use super::bins::{Bins, PackedBins};
use crate::finding::{Finding, Gauges};
use crate::report::{Ages, Window};
use crate::units::ms;

/// Counts and histograms of the findings in a span of time; two of them add up without loss.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally<B = Bins> {
    stale: u64,
    conflicts: u64,
    merges: u64,
    failed: u64,
    pub(super) accrued: u64,
    pub(super) paid: u64,
    pub(super) ages: B,
    pub(super) convergence: B,
    read_latency: B,
    write_latency: B,
}

impl Tally {
    /// Counts a finding.
    pub(super) fn record(&mut self, finding: &Finding) {
        match finding {
            Finding::Read(read) => {
                self.stale += u64::from(read.is_stale());
                self.conflicts += u64::from(read.branches >= 2);
                self.ages.record(read.age_us);
                self.read_latency.record(read.latency_us);
            }
            Finding::Write(write) => self.write_latency.record(write.latency_us),
            Finding::Failed(_) => self.failed += 1,
            Finding::Converged { took_us } => self.convergence.record(*took_us),
            Finding::Merged { .. } => self.merges += 1,
            Finding::Accrued { pairs } => self.accrued += u64::from(*pairs),
            Finding::Paid { pairs } => self.paid += u64::from(*pairs),
            Finding::Lost | Finding::ReadRepaired | Finding::Differing { .. } | Finding::Fixed => {}
        }
    }

    /// Adds the counts of another span.
    pub(super) fn add(&mut self, other: &Self) {
        self.stale += other.stale;
        self.conflicts += other.conflicts;
        self.merges += other.merges;
        self.failed += other.failed;
        self.accrued += other.accrued;
        self.paid += other.paid;
        self.ages.add(&other.ages);
        self.convergence.add(&other.convergence);
        self.read_latency.add(&other.read_latency);
        self.write_latency.add(&other.write_latency);
    }

    /// Resets all counts, and keeps the memory.
    pub(super) fn clear(&mut self) {
        let Self { mut ages, mut convergence, mut read_latency, mut write_latency, .. } =
            std::mem::take(self);
        for bins in [&mut ages, &mut convergence, &mut read_latency, &mut write_latency] {
            bins.clear();
        }
        *self = Self { ages, convergence, read_latency, write_latency, ..Self::default() };
    }

    /// Packs the histograms of a closed span.
    pub(super) fn pack(&self) -> Tally<PackedBins> {
        self.with(Bins::pack)
    }

    /// Returns the figures of the span as a window, with the gauges at its end.
    pub(super) fn window(&self, from_us: u64, to_us: u64, gauges: Gauges) -> Window {
        let age = |quantile| self.ages.quantile_us(quantile).map(ms);
        Window {
            from_ms: ms(from_us),
            to_ms: ms(to_us),
            reads: self.ages.count(),
            stale: self.stale,
            age_ms: Ages {
                p50: age(0.5),
                p95: age(0.95),
                p99: age(0.99),
                max: (self.ages.count() > 0).then(|| ms(self.ages.max_us())),
            },
            converged: self.convergence.count(),
            convergence_ms: tail(&self.convergence),
            pending: gauges.pending,
            oldest_pending_ms: gauges.oldest_pending.map(|at_us| ms(to_us.saturating_sub(at_us))),
            conflicts: self.conflicts,
            conflict_merges: self.merges,
            debt: gauges.debt,
            accrued: self.accrued,
            paid: self.paid,
            hints: gauges.hints,
            hint_bytes: gauges.hint_bytes,
            failed: self.failed,
            writes: self.write_latency.count(),
            read_ms: tail(&self.read_latency),
            write_ms: tail(&self.write_latency),
        }
    }
}

impl Tally<PackedBins> {
    /// Restores the histograms.
    pub(super) fn unpack(&self) -> Tally {
        self.with(PackedBins::unpack)
    }
}

impl<B> Tally<B> {
    /// Returns the same counts with the histograms converted.
    fn with<C>(&self, form: impl Fn(&B) -> C) -> Tally<C> {
        let Self { stale, conflicts, merges, failed, accrued, paid, .. } = *self;
        Tally {
            stale,
            conflicts,
            merges,
            failed,
            accrued,
            paid,
            ages: form(&self.ages),
            convergence: form(&self.convergence),
            read_latency: form(&self.read_latency),
            write_latency: form(&self.write_latency),
        }
    }
}

/// Returns the median, 99% and 99.9% in milliseconds.
fn tail(bins: &Bins) -> [Option<f64>; 3] {
    [0.5, 0.99, 0.999].map(|quantile| bins.quantile_us(quantile).map(ms))
}
