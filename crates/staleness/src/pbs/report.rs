//! Predictions with their uncertainty, as plain data.

use serde::{Deserialize, Serialize};

use super::delay_histogram::DelayHistogram;

/// The chance with which each interval covers what it is for.
pub const CONFIDENCE: f64 = 0.95;

/// How many standard deviations a normal variable stays within with that chance.
const Z: f64 = 1.959_963_984_540_054;

/// A share of trials, from 0 to 1, and its 95% confidence interval by Wilson's score (1927).
///
/// Wilson's and not the exact interval of Clopper and Pearson, which covers too much: it never leaves
/// 0 to 1, it is sound at shares of 0 and 1, and it needs a square root alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The share seen.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

impl Share {
    /// Makes the share of `count` out of `trials`, which is at least 1.
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
    /// How long after the acknowledgement the read starts, in milliseconds.
    pub t_ms: f64,
    /// The share of reads that return the write.
    #[serde(flatten)]
    pub share: Share,
}

/// A quantile of the trials, in milliseconds, and its 95% confidence interval.
///
/// The interval lies between two of the trials, by rank (the order statistics of a binomial count,
/// taken for normal): it supposes nothing of the distribution, as heavy as its tail may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// Which quantile, from 0 to 1.
    pub quantile: f64,
    /// The shortest time that so large a share of the trials is within.
    pub value_ms: f64,
    /// The interval's lower end.
    pub low_ms: f64,
    /// The interval's upper end; `None` where there are too few trials to tell.
    pub high_ms: Option<f64>,
}

impl Quantile {
    /// Finds a quantile of a histogram of so many trials, which are at least 1.
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
    /// How many versions.
    pub k: u32,
    /// The chance that a read returns one of them.
    pub within: f64,
}

/// What is predicted, with the intervals of [`CONFIDENCE`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// How many trials it rests on.
    pub trials: u32,
    /// The chance of a fresh read at each time asked for, ascending.
    pub p_consistent: Vec<Point>,
    /// How long after the acknowledgement 99% and 99.9% of the reads are fresh (section 3.4).
    pub t_visibility_ms: Vec<Quantile>,
    /// How long reads take: median, 99% and 99.9%.
    pub read_ms: Vec<Quantile>,
    /// How long writes take: median, 99% and 99.9%.
    pub write_ms: Vec<Quantile>,
    /// The chances of reading one of the newest 1, 2, 3, 5 and 10 versions (section 3.1).
    pub k_staleness: Vec<KStaleness>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wilsons_interval_is_the_textbooks() {
        let share = Share::of(8_u32, 10_u32);
        assert!((share.low - 0.4902).abs() < 1e-4 && (share.high - 0.9433).abs() < 1e-4);
        let all = Share::of(1_000_u32, 1_000_u32);
        assert!((all.low - 0.9962).abs() < 1e-4 && all.high >= 1.0);
    }

    #[test]
    fn too_few_trials_leave_a_tail_open() {
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
        fn an_interval_holds_its_value(count: u32, more: u32) {
            let (count, trials) = (count / 2, (count / 2).saturating_add(more / 2).max(1));
            let Share { value, low, high } = Share::of(count, trials);
            prop_assert!(0.0 <= low && low <= value && value <= high && high <= 1.0);
        }
    }
}
