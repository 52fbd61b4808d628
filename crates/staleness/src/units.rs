//! Conversions between units of time.

/// A second, in microseconds.
pub(crate) const SECOND_US: u64 = 1_000_000;

/// Converts microseconds to milliseconds.
pub(crate) fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}
