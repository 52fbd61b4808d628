//! Scales of sliders: the values at which they stop.

use ringside_lab::Duration;

use crate::format;

/// The values at which a slider stops, and how they are written. An infinite value, where there is
/// one, is the last.
#[derive(Debug, PartialEq)]
pub(crate) struct Scale {
    /// The values, each above the one before.
    pub(super) values: &'static [f64],
    /// How they are written.
    pub(super) unit: Unit,
    /// What is written for an infinite value.
    pub(super) without_end: &'static str,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// So many a second.
    PerSecond,
    /// A length of time in milliseconds, written in the unit that keeps it short.
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
        if value.is_infinite() && self.value(self.last()).is_infinite() {
            return self.last();
        }
        let distance = |stop: &usize| (self.values[*stop] - value).abs();
        (0..self.values.len())
            .min_by(|one, other| distance(one).total_cmp(&distance(other)))
            .unwrap_or(0)
    }

    /// Writes a value, which need not be a stop: a scenario may have any.
    pub(crate) fn written(&self, value: f64) -> String {
        if value.is_infinite() {
            return self.without_end.to_owned();
        }
        match self.unit {
            Unit::PerSecond => format!("{}/s", rounded(value)),
            Unit::Time => span(value),
            Unit::Shift => signed(value, span(value.abs())),
            Unit::Percent => format::percent(value),
            Unit::Quantile => format!("p{}", rounded(value * 100.0)),
            Unit::Ppm => signed(value, format!("{} ppm", format::count(value.abs() as u64))),
            Unit::Keys => format::counted(value.max(0.0) as u64, "key"),
            Unit::Plain if value >= 1_000.0 => format::count(value as u64),
            Unit::Plain => rounded(value),
        }
    }
}

/// Makes a duration of so many milliseconds, as scales of times have them.
pub(crate) fn duration(ms: f64) -> Duration {
    Duration::from_us((ms * 1e3).round().max(0.0) as u64)
}

/// Makes a whole number of a dial's value, as far as its type reaches.
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

/// Writes a number with at most two decimals, and none that it does not need.
fn rounded(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}
