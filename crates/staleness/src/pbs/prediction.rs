//! A prediction in progress: trials that run in slices, and their sums.

use std::ops::Range;

use super::closed_form::k_staleness;
use super::delay::LONGEST_MS;
use super::delay_histogram::{DelayHistogram, bucket};
use super::report::{KStaleness, Point, PredictionReport, Quantile, Share};
use super::trial::{TrialOutcome, Trials};
use super::trial_set::TrialSet;
use super::wars::Wars;

/// The most times of one prediction.
const TIMES_MAX: usize = 4_096;

/// The reason why a prediction can't be made for some times.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TimesError {
    /// A time, in milliseconds, is negative, no number, or above 1,000 days.
    #[error("t is {0} ms, but must be from zero to 1,000 days")]
    NotATime(f64),
    /// There are more than 4,096 times.
    #[error("there are more than {TIMES_MAX} times")]
    TooMany,
}

/// The reason why two predictions can't be merged. Neither has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They differ in settings, delays, times or seed.
    #[error("the predictions differ in settings, delays, times or seed")]
    Different,
    /// Both have counted the same trial.
    #[error("the predictions have trials in common")]
    Overlapping,
}

/// A Monte Carlo prediction by WARS (Bailis et al., VLDB 2012, section 5.1).
///
/// Trials have ordinals, and the randomness of a trial depends on the seed and its ordinal alone. So the
/// result depends on which trials were run, not on their order, their slices, or the threads that ran
/// them: give each thread a prediction of its own with the same arguments and other ordinals, and merge.
///
/// It takes 1.4 MB, regardless of the number of trials.
#[derive(Clone, Debug)]
pub struct Prediction {
    wars: Wars,
    seed: u64,
    trials: Trials,
    done: TrialSet,
    threshold: DelayHistogram,
    read: DelayHistogram,
    write: DelayHistogram,
    times: Times,
}

/// The requested times, and the counts that make their shares exact: the histogram has the number of
/// thresholds in the buckets before that of a time, and `within` the number in that bucket up to the time.
#[derive(Clone, Debug)]
struct Times {
    /// The times, without duplicates.
    ascending_ms: Vec<f64>,
    within: Vec<u32>,
    /// Whether any time falls into a bucket, by bucket.
    marked: Vec<bool>,
}

impl Times {
    fn new(times_ms: &[f64]) -> Result<Self, TimesError> {
        if times_ms.len() > TIMES_MAX {
            return Err(TimesError::TooMany);
        }
        if let Some(&ms) = times_ms.iter().find(|ms| !(0.0..=LONGEST_MS).contains(*ms)) {
            return Err(TimesError::NotATime(ms));
        }
        // Minus zero differs from zero in its bits only.
        let mut times_ms: Vec<f64> = times_ms.iter().map(|ms| ms + 0.0).collect();
        times_ms.sort_by(f64::total_cmp);
        times_ms.dedup();
        let ascending_ms = times_ms;
        let mut marked = vec![false; bucket(f64::INFINITY) as usize + 1];
        ascending_ms.iter().for_each(|&ms| marked[bucket(ms) as usize] = true);
        Ok(Self { within: vec![0; ascending_ms.len()], ascending_ms, marked })
    }

    /// Counts a positive threshold.
    #[inline]
    fn record(&mut self, threshold_ms: f64) {
        let bucket_index = bucket(threshold_ms);
        if self.marked[bucket_index as usize] {
            let first = self.ascending_ms.partition_point(|&ms| ms < threshold_ms);
            let times = self.ascending_ms[first..].iter().zip(&mut self.within[first..]);
            let in_bucket = times.take_while(|(ms, _)| bucket(**ms) == bucket_index);
            in_bucket.for_each(|(_, within)| *within += 1);
        }
    }
}

impl Prediction {
    /// Creates a prediction of `P(consistent)` at some times, in milliseconds after the write's
    /// acknowledgement. No trial has run yet: call [`Prediction::run`].
    ///
    /// # Errors
    ///
    /// Refuses a time that is negative, no number or above 1,000 days, and more than 4,096 times.
    pub fn new(wars: Wars, times_ms: &[f64], seed: u64) -> Result<Self, TimesError> {
        let [threshold, read, write] = [(); 3].map(|()| DelayHistogram::new());
        let (times, trials) = (Times::new(times_ms)?, Trials::new(&wars, seed));
        Ok(Self { wars, seed, trials, done: TrialSet::default(), threshold, read, write, times })
    }

    /// Runs the trials of a range of ordinals, except those already counted.
    pub fn run(&mut self, ordinals: Range<u32>) {
        for range in self.done.missing(&ordinals) {
            let (threshold, read, write) = (&mut self.threshold, &mut self.read, &mut self.write);
            self.trials.run(range.clone(), |outcome| {
                let TrialOutcome { threshold_ms, read_ms, write_ms } = outcome;
                threshold.record(threshold_ms);
                read.record(read_ms);
                write.record(write_ms);
                if threshold_ms > 0.0 {
                    self.times.record(threshold_ms);
                }
            });
            self.done.insert(range);
        }
    }

    /// Adds the trials of another prediction of the same settings, delays, times and seed.
    ///
    /// # Errors
    ///
    /// Refuses a prediction that differs in any of these, or that shares trials with this one. Nothing
    /// has changed then.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeError> {
        let is_same = self.seed == other.seed
            && self.wars == other.wars
            && self.times.ascending_ms == other.times.ascending_ms;
        if !is_same {
            return Err(MergeError::Different);
        }
        let ranges = other.done.ranges();
        if ranges.iter().any(|range| self.done.missing(range) != [range.clone()]) {
            return Err(MergeError::Overlapping);
        }
        ranges.iter().for_each(|range| self.done.insert(range.clone()));
        self.threshold.add(&other.threshold);
        self.read.add(&other.read);
        self.write.add(&other.write);
        let within = self.times.within.iter_mut().zip(&other.times.within);
        within.for_each(|(within, more)| *within += more);
        Ok(())
    }

    /// The settings and delays.
    pub const fn wars(&self) -> &Wars {
        &self.wars
    }

    /// The number of trials that have run.
    pub fn trials(&self) -> u32 {
        self.done.count()
    }

    /// Returns the chance of a fresh read at each of the times, ascending; empty before the first trial.
    /// The counts behind them are exact at each time.
    pub fn p_consistent(&self) -> Vec<Point> {
        let trials = self.trials();
        if trials == 0 {
            return Vec::new();
        }
        let Times { ascending_ms, within, .. } = &self.times;
        let before = self.threshold.counts_before(ascending_ms.iter().map(|&ms| bucket(ms)));
        let counts = before.iter().zip(within).map(|(before, within)| before + within);
        let point = |(&t_ms, count)| Point { t_ms, share: Share::of(count, trials) };
        ascending_ms.iter().zip(counts).map(point).collect()
    }

    /// Returns the chance that a read is fresh when it starts at the moment of the write's
    /// acknowledgement, or `None` before the first trial.
    pub fn p_at_once(&self) -> Option<Share> {
        let trials = self.trials();
        (trials > 0).then(|| Share::of(self.threshold.zeros(), trials))
    }

    /// Returns t-visibility: the time after the acknowledgement from which on a share of reads, from 0 to
    /// 1, is fresh (section 3.4); `None` before the first trial.
    pub fn t_visibility(&self, share: f64) -> Option<Quantile> {
        self.quantile(&self.threshold, share)
    }

    /// Returns a quantile, from 0 to 1, of the reads' latency, or `None` before the first trial.
    pub fn read_latency(&self, quantile: f64) -> Option<Quantile> {
        self.quantile(&self.read, quantile)
    }

    /// Returns a quantile, from 0 to 1, of the writes' latency, or `None` before the first trial.
    pub fn write_latency(&self, quantile: f64) -> Option<Quantile> {
        self.quantile(&self.write, quantile)
    }

    fn quantile(&self, histogram: &DelayHistogram, quantile: f64) -> Option<Quantile> {
        let trials = self.trials();
        (trials > 0).then(|| Quantile::of(histogram, trials, quantile))
    }

    /// Returns the usual results as plain data.
    pub fn report(&self) -> PredictionReport {
        let (n, r, w) = (self.wars.n(), self.wars.r(), self.wars.w());
        let quantiles = |histogram, quantiles: &[f64]| {
            quantiles.iter().filter_map(|&it| self.quantile(histogram, it)).collect()
        };
        let within = |k| KStaleness { k, within: 1.0 - k_staleness(n, r, w, k) };
        PredictionReport {
            trials: self.trials(),
            p_consistent: self.p_consistent(),
            t_visibility_ms: quantiles(&self.threshold, &[0.99, 0.999]),
            read_ms: quantiles(&self.read, &[0.5, 0.99, 0.999]),
            write_ms: quantiles(&self.write, &[0.5, 0.99, 0.999]),
            k_staleness: [1, 2, 3, 5, 10].map(within).into(),
        }
    }
}
