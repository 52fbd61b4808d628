//! The scale of a slider: the values at which it stops, and their unit.

use ringside_lab::Duration;

use crate::format;

/// The values at which a slider stops, and their unit. An infinite value, if there is one, is the last.
#[derive(Debug, PartialEq)]
pub(crate) struct Scale {
    /// The values, in ascending order.
    pub(super) values: &'static [f64],
    /// The unit in which the values are written.
    pub(super) unit: Unit,
    /// The text for an infinite value.
    pub(super) infinite: &'static str,
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A number per second.
    PerSecond,
    /// A time span in milliseconds, written in the unit that keeps it short.
    Time,
    /// As `Time`, with a sign.
    Shift,
    /// A share of the whole.
    Percent,
    /// A quantile, as `p95`.
    Quantile,
    /// Parts in a million, with a sign.
    Ppm,
    /// Keys.
    Keys,
    /// A number that needs no unit.
    Plain,
}

impl Scale {
    /// The number of the last stop.
    pub(crate) const fn last(&self) -> usize {
        self.values.len() - 1
    }

    /// Returns the value at a stop, or at the last one beyond it.
    pub(crate) fn value(&self, stop: usize) -> f64 {
        self.values[stop.min(self.last())]
    }

    /// Returns the stop nearest to a value.
    pub(crate) fn nearest(&self, value: f64) -> usize {
        if value.is_infinite() && self.value(self.last()).is_infinite() {
            return self.last();
        }
        let distance = |stop: &usize| (self.values[*stop] - value).abs();
        (0..self.values.len())
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .unwrap_or(0)
    }

    /// Writes a value, which need not be a stop: a scenario may have any value.
    pub(crate) fn written(&self, value: f64) -> String {
        if value.is_infinite() {
            return self.infinite.to_owned();
        }
        match self.unit {
            Unit::PerSecond => format!("{}/s", rounded(value)),
            Unit::Time => span(value),
            Unit::Shift => signed(value, span(value.abs())),
            Unit::Percent => format::percent(value),
            Unit::Quantile => format!("p{}", rounded(value * 100.0)),
            Unit::Ppm => signed(value, format!("{} ppm", format::thousands(value.abs() as u64))),
            Unit::Keys => format::count(value.max(0.0) as u64, "key"),
            Unit::Plain if value >= 1_000.0 => format::thousands(value as u64),
            Unit::Plain => rounded(value),
        }
    }
}

/// Returns the duration of a value in milliseconds.
pub(crate) fn duration(ms: f64) -> Duration {
    Duration::from_us((ms * 1e3).round().max(0.0) as u64)
}

/// Rounds the value of a slider to a whole number of type `T`, or to zero if it does not fit.
pub(crate) fn whole<T: TryFrom<u64> + Default>(value: f64) -> T {
    T::try_from(value.round().max(0.0) as u64).unwrap_or_default()
}

fn span(ms: f64) -> String {
    format::span(duration(ms))
}

fn signed(value: f64, size: String) -> String {
    match value {
        0.0 => size,
        0.0.. => format!("+{size}"),
        _ => format!("\u{2212}{size}"),
    }
}

/// Writes a number with at most two decimals, without trailing zeros.
fn rounded(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}
