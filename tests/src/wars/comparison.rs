//! Predictions, and their comparison with measurements.

use ringside_lab::pbs::{Prediction, Quantile, Wars};

use super::{Measured, Setup};

/// The largest allowed difference of freshness, as a root mean square over the times, in percentage
/// points: the one that the paper reports against Cassandra (section 5.2).
pub const MOST_RMSE_POINTS: f64 = 0.3;
/// The width of the predictor's buckets, relative to their values.
const PRECISION: f64 = 1.0 / 2_048.0;

/// The prediction for a setup.
#[derive(Clone, Debug)]
pub struct Predicted {
    prediction: Prediction,
}

/// The probability of a fresh read at a time after the write's quorum.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// The time.
    pub t_ms: f64,
    /// The share of the cluster's reads that were fresh, from 0 to 1.
    pub measured: f64,
    /// The predicted share, from 0 to 1.
    pub predicted: f64,
}

/// A quantile of an operation's latency.
#[derive(Clone, Copy, Debug)]
pub struct Percentile {
    /// The quantile's rank, from 0 to 1.
    pub share: f64,
    /// The cluster's, in milliseconds.
    pub measured_ms: f64,
    /// The prediction's, in milliseconds.
    pub predicted_ms: f64,
    /// The shares of the cluster's operations that took no longer than slightly less and slightly more
    /// than the predicted quantile, because the cluster rounds each message to a whole microsecond, and
    /// the predictor counts in buckets.
    pub within: (f64, f64),
}

/// The latency of an operation.
#[derive(Clone, Debug)]
pub struct Latency {
    /// The number of measured operations.
    pub operations: usize,
    /// The percentiles 1 to 99, and 99.9.
    pub percentiles: Vec<Percentile>,
}

/// The measurements of a setup beside its prediction.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Freshness by time.
    pub points: Vec<Point>,
    /// The latency of reads.
    pub reads: Latency,
    /// The latency of writes.
    pub writes: Latency,
}

impl Predicted {
    /// Predicts a setup at these times, in microseconds.
    ///
    /// # Panics
    ///
    /// If the sizes or the times are impossible.
    pub fn new(setup: &Setup, times_us: &[u64], trials: u32) -> Self {
        let (n, r, w) = setup.sizes;
        let wars = Wars::new(n, r, w, setup.reads_to, setup.preset.legs());
        let wars = wars.expect("possible sizes").with_coordinator(setup.coordinator);
        let in_ms: Vec<f64> = times_us.iter().map(|us| *us as f64 / 1e3).collect();
        let mut prediction = Prediction::new(wars, &in_ms, 1).expect("possible times");
        prediction.run(0..trials);
        Self { prediction }
    }

    /// Returns the number of trials of a cluster with which sampling noise alone has a root mean square
    /// of `rmse_points` percentage points over the times.
    pub fn trials_for(&self, rmse_points: f64) -> u32 {
        let shares = self.prediction.p_consistent();
        let variance = shares.iter().map(|it| it.share.value * (1.0 - it.share.value)).sum::<f64>();
        let share = rmse_points / 100.0;
        (variance / shares.len() as f64 / (share * share)).ceil() as u32
    }

    /// Compares the prediction with measurements at the same times.
    pub fn compare(&self, measured: &Measured) -> Comparison {
        let prediction = &self.prediction;
        let points = prediction.p_consistent().into_iter().zip(&measured.fresh);
        let points = points.map(|(point, &fresh)| Point {
            t_ms: point.t_ms,
            measured: f64::from(fresh) / f64::from(measured.trials),
            predicted: point.share.value,
        });
        Comparison {
            points: points.collect(),
            reads: Latency::new(&measured.reads_us, |share| prediction.read_latency(share)),
            writes: Latency::new(&measured.writes_us, |share| prediction.write_latency(share)),
        }
    }
}

impl Comparison {
    /// Returns the root mean square difference of freshness over the times, in percentage points: the
    /// paper's measure (section 5.2).
    pub fn rmse_points(&self) -> f64 {
        let differences = self.points.iter().map(|point| point.measured - point.predicted);
        root_mean_square(differences) * 100.0
    }

    /// Returns the largest difference of freshness at any of the times, in percentage points.
    pub fn max_points(&self) -> f64 {
        let differences = self.points.iter().map(|point| (point.measured - point.predicted).abs());
        differences.fold(0.0, f64::max) * 100.0
    }
}

impl Latency {
    fn new(sorted_us: &[u64], predicted: impl Fn(f64) -> Option<Quantile>) -> Self {
        let shares = (1..100).map(|percent| f64::from(percent) / 100.0).chain([0.999]);
        let percentile = |share: f64| {
            let predicted_ms = predicted(share).map_or(f64::NAN, |quantile| quantile.value_ms);
            let part = |count: usize| count as f64 / sorted_us.len() as f64;
            let slack_ms = 0.001 + predicted_ms * PRECISION;
            let (from_us, to_us) =
                ((predicted_ms - slack_ms) * 1e3, (predicted_ms + slack_ms) * 1e3);
            let least = sorted_us.partition_point(|us| (*us as f64) < from_us);
            let most = sorted_us.partition_point(|us| (*us as f64) <= to_us);
            Percentile {
                share,
                measured_ms: quantile_ms(sorted_us, share),
                predicted_ms,
                within: (part(least), part(most)),
            }
        };
        Self { operations: sorted_us.len(), percentiles: shares.map(percentile).collect() }
    }

    /// Returns the first compared percentile at or above `share`, from 0 to 1, or `None` if there is
    /// none.
    pub fn percentile(&self, share: f64) -> Option<&Percentile> {
        self.percentiles.iter().find(|percentile| percentile.share >= share)
    }

    /// Returns the root mean square difference of the percentiles, in percent of the range of the
    /// predicted ones; zero if the operation waits for no message, so that all are zero.
    pub fn rmse_percent(&self) -> f64 {
        let [first, .., last] = &self.percentiles[..] else { return 0.0 };
        let range = last.predicted_ms - first.predicted_ms;
        let differences = self.percentiles.iter().map(|it| it.measured_ms - it.predicted_ms);
        let difference = root_mean_square(differences);
        if difference > 0.0 { difference / range * 100.0 } else { 0.0 }
    }
}

fn root_mean_square(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    f64::sqrt(values.map(|value| value * value).sum::<f64>() / count)
}

/// A quantile of ascending times in microseconds, in milliseconds.
fn quantile_ms(sorted_us: &[u64], share: f64) -> f64 {
    let rank = (share * sorted_us.len() as f64) as usize;
    let found = sorted_us.get(rank).or(sorted_us.last());
    found.map_or(f64::NAN, |us| *us as f64 / 1e3)
}
