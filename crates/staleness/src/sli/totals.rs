//! The measurements over the whole run.

use std::collections::VecDeque;

use super::bins::rank;
use super::tally::Tally;
use crate::finding::{Finding, Gauges, OperationKind};
use crate::histogram::Histogram;
use crate::report::{
    Ages, Conflicts, Convergence, Debt, HintQueue, Lags, Measured, Quorums, Repairs, ReplicaLag,
    Sessions, Staleness,
};
use crate::tallies::Tallies;
use crate::units::ms;

/// The number of seconds over which the flow of debt is averaged.
const FLOW_S: u64 = 60;
/// The number of counts of replica lag; the last one includes all greater lags.
const LAGS: usize = 8;

/// Counts and histograms of the whole run.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    /// The counts that add up over runs, without the gauges at the end. Its histograms of age, lag and
    /// convergence lack the zeros.
    tallies: Tallies,
    ages: ZerosAndMax,
    lags: ZerosAndMax,
    convergence: ZerosAndMax,
    lag_sum: u128,
    replica_lags: [u64; LAGS],
    replica_lag_sum: u64,
    accrued: u64,
    paid: u64,
    most_debt: u64,
    most_hints: u64,
    repairs: Repairs,
    /// The pairs that accrued and that were paid in each of the latest seconds.
    flow: VecDeque<(u64, u64)>,
}

/// The zeros and the maximum of some values, counted beside a histogram of the others: most values are
/// zero, and a histogram has three digits of the maximum only.
#[derive(Clone, Copy, Debug, Default)]
struct ZerosAndMax {
    zeros: u64,
    max: u64,
}

impl ZerosAndMax {
    fn record(&mut self, histogram: &mut Histogram, value: u64) {
        if value == 0 {
            self.zeros += 1;
        } else {
            self.max = self.max.max(value);
            histogram.record(value);
        }
    }

    fn count(self, histogram: &Histogram) -> u64 {
        self.zeros + histogram.count()
    }

    fn max(self, histogram: &Histogram) -> Option<u64> {
        (self.count(histogram) > 0).then_some(self.max)
    }

    fn quantile(self, histogram: &Histogram, quantile: f64) -> Option<u64> {
        let count = self.count(histogram);
        if count == 0 {
            return None;
        }
        let Some(rank @ 1..) = rank(quantile, count).checked_sub(self.zeros) else {
            return Some(0);
        };
        // Half a rank less, so that no rounding error yields the next rank.
        let among = (rank as f64 - 0.5) / histogram.count() as f64;
        histogram.quantile(among).map(|value| value.min(self.max))
    }

    /// Returns the histogram with the zeros.
    fn whole(self, histogram: &Histogram) -> Histogram {
        let mut whole = histogram.clone();
        if self.zeros > 0 {
            whole.record_n(0, self.zeros);
        }
        whole
    }
}

impl Totals {
    /// Counts a finding.
    pub(super) fn record(&mut self, finding: &Finding) {
        let tallies = &mut self.tallies;
        match finding {
            Finding::Read(read) => {
                tallies.reads.ok += 1;
                tallies.reads.latency_us.record(read.latency_us);
                tallies.stale += u64::from(read.is_stale());
                self.ages.record(&mut tallies.age_us, read.age_us);
                self.lags.record(&mut tallies.lag, read.lag);
                self.lag_sum += u128::from(read.lag);
                if read.branches >= 2 {
                    tallies.conflicts += 1;
                    tallies.conflict_versions += u64::from(read.branches);
                }
            }
            Finding::Write(write) => {
                tallies.writes.ok += 1;
                tallies.writes.latency_us.record(write.latency_us);
                self.replica_lags[usize::from(write.replica_lag).min(LAGS - 1)] += 1;
                self.replica_lag_sum += u64::from(write.replica_lag);
            }
            Finding::Failed(OperationKind::Read) => tallies.reads.failed += 1,
            Finding::Failed(OperationKind::Write) => tallies.writes.failed += 1,
            Finding::Converged { took_us } => {
                self.convergence.record(&mut tallies.convergence_us, *took_us);
            }
            Finding::Lost => tallies.lost += 1,
            Finding::Merged { branches } => {
                tallies.conflict_merges += 1;
                tallies.conflict_versions += u64::from(*branches);
            }
            Finding::Accrued { pairs } => self.accrued += u64::from(*pairs),
            Finding::Paid { pairs } => self.paid += u64::from(*pairs),
            Finding::ReadRepaired => self.repairs.read_repairs += 1,
            Finding::Differing { keys } => self.repairs.merkle_found += u64::from(*keys),
            Finding::Fixed => self.repairs.merkle_fixed += 1,
        }
    }

    /// Adds a closed second, and `idle_s` more without findings after it.
    pub(super) fn close(&mut self, second: &Tally, idle_s: u64, gauges: Gauges) {
        self.most_debt = self.most_debt.max(gauges.debt);
        self.most_hints = self.most_hints.max(gauges.hints);
        self.flow.push_back((second.accrued, second.paid));
        self.flow.extend((0..idle_s.min(FLOW_S)).map(|_| (0, 0)));
        let too_many = self.flow.len().saturating_sub(FLOW_S as usize);
        self.flow.drain(..too_many);
    }

    /// Returns the counts that add up over runs, as of now.
    pub(super) fn tallies(&self, gauges: Gauges, sessions: &Sessions, given_up: u64) -> Tallies {
        Tallies {
            pending: gauges.pending,
            given_up,
            debt: gauges.debt,
            hints: gauges.hints,
            monotonic_reads: sessions.monotonic_reads,
            read_your_writes: sessions.read_your_writes,
            age_us: self.ages.whole(&self.tallies.age_us),
            lag: self.lags.whole(&self.tallies.lag),
            convergence_us: self.convergence.whole(&self.tallies.convergence_us),
            ..self.tallies.clone()
        }
    }

    /// Returns all measurements as of now.
    pub(super) fn measured(
        &self,
        now_us: u64,
        gauges: Gauges,
        sessions: Sessions,
        given_up: u64,
    ) -> Measured {
        let since = |at_us| ms(now_us.saturating_sub(at_us));
        let Tallies { reads, writes, .. } = &self.tallies;
        Measured {
            staleness: self.staleness(),
            convergence_ms: self.convergence(now_us, gauges, given_up),
            conflicts: Conflicts {
                reads: self.tallies.conflicts,
                merges: self.tallies.conflict_merges,
                conflict_versions_total: self.tallies.conflict_versions,
            },
            quorums: Quorums {
                met: reads.ok + writes.ok,
                failed_reads: reads.failed,
                failed_writes: writes.failed,
            },
            replica_lag: self.replica_lag(),
            debt: self.debt(gauges),
            hint_queue: HintQueue {
                held: gauges.hints,
                bytes: gauges.hint_bytes,
                oldest_ms: gauges.oldest_hint.map(since),
                most: self.most_hints,
            },
            repairs: self.repairs.clone(),
            sessions,
        }
    }

    fn convergence(&self, now_us: u64, gauges: Gauges, given_up: u64) -> Convergence {
        let times = &self.tallies.convergence_us;
        let time = |share| self.convergence.quantile(times, share).map(ms);
        let oldest = gauges.oldest_pending.map(|at_us| ms(now_us.saturating_sub(at_us)));
        Convergence {
            writes: self.convergence.count(times),
            p50: time(0.5),
            p99: time(0.99),
            p99_9: time(0.999),
            max: self.convergence.max(times).map(ms),
            pending: gauges.pending,
            oldest_pending: oldest,
            lost: self.tallies.lost,
            given_up,
        }
    }

    fn staleness(&self) -> Staleness {
        let Tallies { reads, stale, age_us, lag, .. } = &self.tallies;
        let reads = reads.ok;
        let per_read = |sum: f64| (reads > 0).then(|| sum / reads as f64);
        let age = |share| self.ages.quantile(age_us, share).map(ms);
        Staleness {
            reads,
            stale: *stale,
            stale_rate: per_read(*stale as f64),
            age_ms: Ages {
                p50: age(0.5),
                p95: age(0.95),
                p99: age(0.99),
                max: self.ages.max(age_us).map(ms),
            },
            version_lag: Lags {
                mean: per_read(self.lag_sum as f64),
                p99: self.lags.quantile(lag, 0.99),
                max: self.lags.max(lag),
            },
        }
    }

    fn replica_lag(&self) -> ReplicaLag {
        let writes: u64 = self.replica_lags.iter().sum();
        let used =
            self.replica_lags.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        ReplicaLag {
            mean: (writes > 0).then(|| self.replica_lag_sum as f64 / writes as f64),
            writes: self.replica_lags[..used].to_vec(),
        }
    }

    fn debt(&self, gauges: Gauges) -> Debt {
        let seconds = self.flow.len().max(1) as f64;
        let (accrued, paid) = self
            .flow
            .iter()
            .fold((0, 0), |(accrued, paid), (more, less)| (accrued + more, paid + less));
        Debt {
            pairs: gauges.debt,
            most: self.most_debt,
            accrued: self.accrued,
            paid: self.paid,
            accrual_per_s: accrued as f64 / seconds,
            payoff_per_s: paid as f64 / seconds,
        }
    }
}
