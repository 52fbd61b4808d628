//! Results of a prediction with their uncertainty, as plain data.

use serde::{Deserialize, Serialize};

use super::delay_histogram::DelayHistogram;

/// The chance with which each interval covers the true value.
pub const CONFIDENCE: f64 = 0.95;

/// The number of standard deviations within which a normal variable stays with that chance.
const Z: f64 = 1.959_963_984_540_054;

/// A share of trials, from 0 to 1, and its 95% confidence interval by Wilson's score (1927).
///
/// It is not the exact interval of Clopper and Pearson, which covers too much. Wilson's never leaves 0 to
/// 1, is sound at shares of 0 and 1, and needs only a square root.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The observed share.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

impl Share {
    /// Returns the share of `count` out of `trials`, which is at least 1.
    pub(crate) fn of(count: impl Into<u64>, trials: impl Into<u64>) -> Self {
        let (count, trials) = (count.into() as f64, trials.into() as f64);
        let value = count / trials;
        let square = Z * Z / trials;
        let centre = value + square / 2.0;
        let half = Z * (value * (1.0 - value) / trials + square / (4.0 * trials)).sqrt();
        let low = ((centre - half) / (1.0 + square)).clamp(0.0, value);
        let high = ((centre + half) / (1.0 + square)).clamp(value, 1.0);
        Self { value, low, high }
    }
}

/// The chance of a fresh read at one time after the write's acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The time from the acknowledgement to the read's start, in milliseconds.
    pub t_ms: f64,
    /// The share of reads that return the write.
    #[serde(flatten)]
    pub share: Share,
}

/// A quantile of the trials, in milliseconds, and its 95% confidence interval.
///
/// The interval lies between two of the trials, by rank (the order statistics of a binomial count,
/// approximated as normal): it assumes nothing about the distribution, however heavy its tail.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// The quantile, from 0 to 1.
    pub quantile: f64,
    /// The shortest time that this share of the trials does not exceed.
    pub value_ms: f64,
    /// The interval's lower end.
    pub low_ms: f64,
    /// The interval's upper end, or `None` if there are too few trials to know it.
    pub high_ms: Option<f64>,
}

impl Quantile {
    /// Returns a quantile of a histogram of `trials` trials, which are at least 1.
    pub(super) fn of(histogram: &DelayHistogram, trials: u32, quantile: f64) -> Self {
        let quantile = quantile.clamp(0.0, 1.0);
        let expected = f64::from(trials) * quantile;
        let spread = Z * (expected * (1.0 - quantile)).sqrt();
        let (low, high) = ((expected - spread).floor(), (expected + spread).ceil() + 1.0);
        Self {
            quantile,
            value_ms: histogram.ranked((expected.ceil() as u32).max(1)).value_ms,
            low_ms: if low < 1.0 { 0.0 } else { histogram.ranked(low as u32).low_ms },
            high_ms: (high <= f64::from(trials)).then(|| histogram.ranked(high as u32).high_ms),
        }
    }
}

/// The chance that a read returns one of the newest `k` versions: a closed form, without uncertainty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KStaleness {
    /// The number of versions.
    pub k: u32,
    /// The chance that a read returns one of them.
    pub within: f64,
}

/// The results of a prediction, with the intervals of [`CONFIDENCE`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictionReport {
    /// The number of trials that it is based on.
    pub trials: u32,
    /// The chance of a fresh read at each requested time, ascending.
    pub p_consistent: Vec<Point>,
    /// The time after the acknowledgement from which on 99% and 99.9% of the reads are fresh (section
    /// 3.4).
    pub t_visibility_ms: Vec<Quantile>,
    /// The latency of reads: median, 99% and 99.9%.
    pub read_ms: Vec<Quantile>,
    /// The latency of writes: median, 99% and 99.9%.
    pub write_ms: Vec<Quantile>,
    /// The chances of reading one of the newest 1, 2, 3, 5 and 10 versions (section 3.1).
    pub k_staleness: Vec<KStaleness>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wilsons_interval_agrees_with_the_textbook() {
        let share = Share::of(8_u32, 10_u32);
        assert!((share.low - 0.4902).abs() < 1e-4 && (share.high - 0.9433).abs() < 1e-4);
        let all = Share::of(1_000_u32, 1_000_u32);
        assert!((all.low - 0.9962).abs() < 1e-4 && all.high >= 1.0);
    }

    #[test]
    fn too_few_trials_leave_the_upper_end_open() {
        let mut histogram = DelayHistogram::new();
        (1..=1_000).for_each(|ms| histogram.record(f64::from(ms)));
        let tail = Quantile::of(&histogram, 1_000, 0.999);
        assert_eq!(tail.high_ms, None);
        assert!((tail.value_ms - 999.0).abs() < 0.5, "{tail:?}");
        let median = Quantile::of(&histogram, 1_000, 0.5);
        assert!((median.value_ms - 500.0).abs() < 0.3, "{median:?}");
        let high_ms = median.high_ms.expect("enough trials");
        assert!((median.low_ms - 469.0).abs() < 0.5 && (high_ms - 532.0).abs() < 0.5, "{median:?}");
    }

    proptest! {
        #[test]
        fn an_interval_contains_its_value(count: u32, more: u32) {
            let (count, trials) = (count / 2, (count / 2).saturating_add(more / 2).max(1));
            let Share { value, low, high } = Share::of(count, trials);
            prop_assert!(0.0 <= low && low <= value && value <= high && high <= 1.0);
        }
    }
}
