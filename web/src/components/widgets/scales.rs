//! The scales of the page's sliders.

use super::scale::{Scale, Unit};
use crate::graphics::charts::READ_OUT_MS;

const fn scale(values: &'static [f64], unit: Unit) -> Scale {
    Scale { values, unit, infinite: "" }
}

const INFINITE: f64 = f64::INFINITY;
const S: f64 = 1e3;
const MIN: f64 = 60.0 * S;
const H: f64 = 60.0 * MIN;
const DAY: f64 = 24.0 * H;

/// Operations per second.
pub(crate) static RATE: Scale = scale(
    &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0],
    Unit::PerSecond,
);

/// The times after a write at which the staleness curve can be read off.
pub(crate) static READ_OUT: Scale = scale(&READ_OUT_MS, Unit::Time);

/// A share of the whole.
pub(crate) static SHARE: Scale =
    scale(&[0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0], Unit::Percent);

/// A number of keys.
pub(crate) static WORKING_SET: Scale =
    scale(&[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0], Unit::Keys);

/// A mean delay, in milliseconds like all times.
pub(crate) static MEAN: Scale = scale(
    &[
        0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 100.0, 150.0,
        200.0, 300.0, 500.0, 1_000.0,
    ],
    Unit::Time,
);

/// A share of messages that are affected.
pub(crate) static LOSS: Scale = scale(
    &[0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0],
    Unit::Percent,
);

/// The period of a repeated activity.
pub(crate) static PERIOD: Scale = scale(
    &[50.0, 100.0, 200.0, 500.0, S, 2.0 * S, 5.0 * S, 10.0 * S, 30.0 * S, MIN, 5.0 * MIN, H],
    Unit::Time,
);

/// The longest time for which something is kept.
pub(crate) static WINDOW: Scale =
    scale(&[S, 2.0 * S, 5.0 * S, 10.0 * S, 30.0 * S, MIN, 10.0 * MIN, H, 3.0 * H, DAY], Unit::Time);

/// A lifetime, which may be unlimited.
pub(crate) static LIFETIME: Scale = Scale {
    values: &[
        0.5 * S,
        S,
        2.0 * S,
        5.0 * S,
        10.0 * S,
        30.0 * S,
        MIN,
        10.0 * MIN,
        H,
        DAY,
        10.0 * DAY,
        INFINITE,
    ],
    unit: Unit::Time,
    infinite: "forever",
};

/// Keys per second.
pub(crate) static KEYS_PER_SECOND: Scale = scale(
    &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 5_000.0],
    Unit::PerSecond,
);

/// A number of things.
pub(crate) static NUMBER: Scale = scale(
    &[1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 10_000.0],
    Unit::Plain,
);

/// A limit on the number of operations in progress, which may be unlimited.
pub(crate) static CAP: Scale = Scale {
    values: &[1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0, INFINITE],
    unit: Unit::Plain,
    infinite: "unlimited",
};

/// A quantile of latencies.
pub(crate) static QUANTILE: Scale = scale(&[0.5, 0.75, 0.9, 0.95, 0.99], Unit::Quantile);

/// A threshold of phi.
pub(crate) static PHI: Scale = scale(&[0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 16.0], Unit::Plain);

/// The depth of a tree.
pub(crate) static DEPTH: Scale =
    scale(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0], Unit::Plain);

/// The time that a node needs for a message.
pub(crate) static SERVICE: Scale =
    scale(&[0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0], Unit::Time);

/// The size of a mailbox.
pub(crate) static MAILBOX: Scale = scale(
    &[0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1_024.0, 10_000.0],
    Unit::Plain,
);

/// The level of chaos.
pub(crate) static CHAOS: Scale = scale(&[0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0], Unit::Percent);

/// The additional time of a slow node, or of one message.
pub(crate) static SLOWNESS: Scale =
    scale(&[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0], Unit::Time);

/// The additional delay of a link.
pub(crate) static DELAY: Scale =
    scale(&[0.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, S, 2.0 * S, 5.0 * S], Unit::Time);

/// The skew of a clock.
pub(crate) static SKEW: Scale = scale(
    &[-5.0 * S, -S, -500.0, -200.0, -50.0, -10.0, 0.0, 10.0, 50.0, 200.0, 500.0, S, 5.0 * S],
    Unit::Shift,
);

/// The drift of a clock.
pub(crate) static DRIFT: Scale = scale(
    &[-100_000.0, -10_000.0, -1_000.0, -100.0, 0.0, 100.0, 1_000.0, 10_000.0, 100_000.0],
    Unit::Ppm,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_ascend_and_find_their_own_stops() {
        let all = [
            &RATE,
            &SHARE,
            &WORKING_SET,
            &MEAN,
            &LOSS,
            &PERIOD,
            &WINDOW,
            &LIFETIME,
            &KEYS_PER_SECOND,
            &NUMBER,
            &CAP,
            &QUANTILE,
            &PHI,
            &DEPTH,
            &SERVICE,
            &MAILBOX,
            &CHAOS,
            &SLOWNESS,
            &DELAY,
            &SKEW,
            &DRIFT,
        ];
        for scale in all {
            assert!(scale.values.is_sorted_by(|one, other| one < other));
            for stop in 0..=scale.last() {
                assert_eq!(scale.nearest(scale.value(stop)), stop);
            }
        }
        assert_eq!(RATE.nearest(12.0), 3);
        assert_eq!(RATE.nearest(INFINITE), 0, "infinity does not panic");
        assert_eq!(LIFETIME.nearest(20.0 * DAY), LIFETIME.last() - 1);
    }

    #[test]
    fn values_are_written_with_their_unit() {
        assert_eq!(RATE.written(12.0), "12/s");
        assert_eq!(MEAN.written(10.9), "10.9 ms");
        assert_eq!(LOSS.written(0.005), "0.5%");
        assert_eq!(WORKING_SET.written(1.0), "1 key");
        assert_eq!(PERIOD.written(500.0), "500 ms");
        assert_eq!([LIFETIME.written(3.0 * H), LIFETIME.written(INFINITE)], ["3 h", "forever"]);
        assert_eq!([SKEW.written(-500.0), SKEW.written(S)], ["\u{2212}500 ms", "+1 s"]);
        assert_eq!([DRIFT.written(0.0), DRIFT.written(1_000.0)], ["0 ppm", "+1\u{202f}000 ppm"]);
        assert_eq!([QUANTILE.written(0.95), CAP.written(INFINITE)], ["p95", "unlimited"]);
        assert_eq!([NUMBER.written(10_000.0), PHI.written(0.5)], ["10\u{202f}000", "0.5"]);
    }
}
