//! Scales of sliders: the values at which they stop.

use crate::words;

/// The values at which a slider stops, and how they are written.
#[derive(Debug, PartialEq)]
pub(crate) struct Scale {
    values: &'static [f64],
    unit: Unit,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    PerSecond,
    Milliseconds,
    Percent,
    Keys,
}

/// Operations a second.
pub(crate) static RATE: Scale = Scale {
    values: &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0],
    unit: Unit::PerSecond,
};

/// A share of the whole.
pub(crate) static SHARE: Scale = Scale {
    values: &[0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0],
    unit: Unit::Percent,
};

/// A number of keys.
pub(crate) static WORKING_SET: Scale = Scale {
    values: &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0],
    unit: Unit::Keys,
};

/// A mean delay.
pub(crate) static MEAN: Scale = Scale {
    values: &[
        0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 100.0, 150.0,
        200.0, 300.0, 500.0, 1_000.0,
    ],
    unit: Unit::Milliseconds,
};

/// A share of messages that are lost.
pub(crate) static LOSS: Scale = Scale {
    values: &[0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0],
    unit: Unit::Percent,
};

impl Scale {
    /// Gives the number of the last stop.
    pub(crate) const fn last(&self) -> usize {
        self.values.len() - 1
    }

    /// Gives the value at a stop, or at the last one.
    pub(crate) fn value(&self, stop: usize) -> f64 {
        self.values[stop.min(self.last())]
    }

    /// Finds the stop nearest to a value.
    pub(crate) fn nearest(&self, value: f64) -> usize {
        let distance = |stop: &usize| (self.values[*stop] - value).abs();
        (0..self.values.len())
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .unwrap_or(0)
    }

    /// Writes a value, which need not be a stop: a scenario may have any.
    pub(crate) fn written(&self, value: f64) -> String {
        match self.unit {
            Unit::PerSecond => format!("{}/s", rounded(value)),
            Unit::Milliseconds => format!("{} ms", rounded(value)),
            Unit::Percent => words::percent(value),
            Unit::Keys => words::counted(value.max(0.0) as u64, "key"),
        }
    }
}

/// Writes a number with at most two decimals, and none that it does not need.
fn rounded(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_rise_and_find_their_own_stops() {
        for scale in [&RATE, &SHARE, &WORKING_SET, &MEAN, &LOSS] {
            assert!(scale.values.is_sorted_by(|one, other| one < other));
            for stop in 0..=scale.last() {
                assert_eq!(scale.nearest(scale.value(stop)), stop);
            }
        }
        assert_eq!(RATE.nearest(12.0), 3);
        assert_eq!(RATE.nearest(f64::INFINITY), 0, "no number is no panic");
    }

    #[test]
    fn values_are_written_with_their_unit() {
        assert_eq!(RATE.written(12.0), "12/s");
        assert_eq!(MEAN.written(10.999_9), "11 ms");
        assert_eq!(LOSS.written(0.005), "0.5 %");
        assert_eq!(WORKING_SET.written(1.0), "1 key");
    }
}
