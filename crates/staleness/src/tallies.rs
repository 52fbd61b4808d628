//! The counts of a run, in a form that adds up over runs.

use serde::{Deserialize, Serialize};

use crate::histogram::Histogram;
use crate::pbs::Share;

/// The counts of the instruments over a whole run, or over several runs together.
///
/// [`crate::Measured`] has quantiles and shares, which can't be joined. This has the counts and
/// histograms behind them: those of two runs add up to those of both. Times are in microseconds of
/// virtual time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tallies {
    /// Gets.
    pub reads: OperationTally,
    /// Puts and deletes.
    pub writes: OperationTally,
    /// Reads that were stale.
    pub stale: u64,
    /// Staleness age of all reads that met their quorum; a fresh one's is zero.
    pub age_us: Histogram,
    /// Version lag of all reads that met their quorum; a fresh one's is zero.
    pub lag: Histogram,
    /// The time that acknowledged writes took to reach all their replicas.
    pub convergence_us: Histogram,
    /// Acknowledged writes that had not converged at the end.
    pub pending: u64,
    /// Acknowledged writes that were dropped: all their replicas agree, without them.
    pub lost: u64,
    /// Writes given up before they converged, because too many were pending.
    pub given_up: u64,
    /// Reads that returned two siblings or more.
    pub conflicts: u64,
    /// Merges at replicas that left more siblings than there were.
    pub conflict_merges: u64,
    /// The surviving branches of them all.
    pub conflict_versions: u64,
    /// Divergent pairs of key and intended replica at the end.
    pub debt: u64,
    /// Hints held at the end.
    pub hints: u64,
    /// Reads that lacked what their client had read before.
    pub monotonic_reads: u64,
    /// Reads that lacked what their client had written before.
    pub read_your_writes: u64,
}

/// The operations of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationTally {
    /// Operations that met their quorum.
    pub ok: u64,
    /// Operations that did not, were refused, or were not answered in time.
    pub failed: u64,
    /// The latency of those that met it.
    pub latency_us: Histogram,
}

impl OperationTally {
    /// Adds the operations of another run.
    fn merge(&mut self, other: &Self) {
        let Self { ok, failed, latency_us } = other;
        add(&mut self.ok, *ok);
        add(&mut self.failed, *failed);
        self.latency_us.merge(latency_us);
    }

    /// Returns the share of operations that met their quorum, or `None` without operations.
    pub fn availability(&self) -> Option<f64> {
        let all = self.ok.saturating_add(self.failed);
        (all > 0).then(|| self.ok as f64 / all as f64)
    }
}

impl Tallies {
    /// Adds the counts of another run.
    pub fn merge(&mut self, other: &Self) {
        // Each field is named, so that a new one can't be forgotten.
        let Self {
            reads,
            writes,
            stale,
            age_us,
            lag,
            convergence_us,
            pending,
            lost,
            given_up,
            conflicts,
            conflict_merges,
            conflict_versions,
            debt,
            hints,
            monotonic_reads,
            read_your_writes,
        } = other;
        self.reads.merge(reads);
        self.writes.merge(writes);
        self.age_us.merge(age_us);
        self.lag.merge(lag);
        self.convergence_us.merge(convergence_us);
        for (sum, more) in [
            (&mut self.stale, stale),
            (&mut self.pending, pending),
            (&mut self.lost, lost),
            (&mut self.given_up, given_up),
            (&mut self.conflicts, conflicts),
            (&mut self.conflict_merges, conflict_merges),
            (&mut self.conflict_versions, conflict_versions),
            (&mut self.debt, debt),
            (&mut self.hints, hints),
            (&mut self.monotonic_reads, monotonic_reads),
            (&mut self.read_your_writes, read_your_writes),
        ] {
            add(sum, *more);
        }
    }

    /// Returns the share of stale reads among those that met their quorum, with its 95% interval, or `None`
    /// without reads.
    pub fn stale_rate(&self) -> Option<Share> {
        (self.reads.ok > 0).then(|| Share::of(self.stale.min(self.reads.ok), self.reads.ok))
    }
}

/// Adds up without a wrap: a file may claim any count.
fn add(sum: &mut u64, more: u64) {
    *sum = sum.saturating_add(more);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One event to count.
    #[derive(Clone, Copy, Debug)]
    enum Event {
        Read { latency_us: u64, age_us: u64, lag: u64, branches: u8 },
        Write { latency_us: u64, converged_us: Option<u64> },
        Failed { read: bool },
        Violation,
    }

    fn event() -> impl Strategy<Value = Event> {
        let us = || 0..5_000_000_u64;
        prop_oneof![
            (us(), us(), 0..4_u64, 1..4_u8).prop_map(|(latency_us, age_us, lag, branches)| {
                Event::Read { latency_us, age_us: if lag > 0 { age_us } else { 0 }, lag, branches }
            }),
            (us(), prop::option::of(us()))
                .prop_map(|(latency_us, converged_us)| Event::Write { latency_us, converged_us }),
            any::<bool>().prop_map(|read| Event::Failed { read }),
            Just(Event::Violation),
        ]
    }

    fn count(tallies: &mut Tallies, event: Event) {
        match event {
            Event::Read { latency_us, age_us, lag, branches } => {
                tallies.reads.ok += 1;
                tallies.reads.latency_us.record(latency_us);
                tallies.age_us.record(age_us);
                tallies.lag.record(lag);
                tallies.stale += u64::from(lag > 0);
                tallies.conflicts += u64::from(branches > 1);
                tallies.conflict_versions += u64::from(branches);
                tallies.hints += lag;
            }
            Event::Write { latency_us, converged_us } => {
                tallies.writes.ok += 1;
                tallies.writes.latency_us.record(latency_us);
                match converged_us {
                    Some(took_us) => tallies.convergence_us.record(took_us),
                    None => tallies.pending += 1,
                }
                tallies.debt += u64::from(converged_us.is_none());
                tallies.lost += latency_us % 2;
            }
            Event::Failed { read: true } => tallies.reads.failed += 1,
            Event::Failed { read: false } => tallies.writes.failed += 1,
            Event::Violation => {
                tallies.monotonic_reads += 1;
                tallies.read_your_writes += 2;
                tallies.conflict_merges += 3;
                tallies.given_up += 4;
            }
        }
    }

    fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Tallies {
        let mut tallies = Tallies::default();
        events.into_iter().for_each(|&event| count(&mut tallies, event));
        tallies
    }

    #[test]
    fn without_operations_there_is_no_share() {
        let empty = Tallies::default();
        assert_eq!((empty.stale_rate(), empty.reads.availability()), (None, None));
    }

    proptest! {
        // A case makes some forty histograms: few are enough.
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Parts of the events are merged in any order and grouping, in memory or by way of JSON.
        #[test]
        fn merging_is_associative_and_commutative(
            events in prop::collection::vec((event(), 0..5_usize), 0..60),
            order in Just([0, 1, 2, 3, 4]).prop_shuffle(),
            first_group in 0..=5_usize,
            written: bool,
        ) {
            let part = |index: &usize| {
                let tallies = of(events.iter().filter(|(_, part)| part == index).map(|(it, _)| it));
                if !written {
                    return tallies;
                }
                let text = serde_json::to_string(&tallies).expect("it is JSON");
                serde_json::from_str(&text).expect("it was written")
            };
            let group = |indexes: &[usize]| {
                indexes.iter().map(part).fold(Tallies::default(), |mut sum, more| {
                    sum.merge(&more);
                    sum
                })
            };
            let (one, other) = order.split_at(first_group);
            let mut joined = group(one);
            joined.merge(&group(other));
            prop_assert_eq!(joined, of(events.iter().map(|(event, _)| event)));
        }
    }
}
