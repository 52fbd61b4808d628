//! The ratio of virtual to real time.

/// A speed, as one of the detents of the speed control: 1, 2, 3 and 5 in each decade from a thousandth
/// of real time to a thousand times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Speed(u8);

/// The detents as (numerator, denominator), slowest first.
const DETENTS: [(u32, u32); 25] = [
    (1, 1000),
    (1, 500),
    (1, 300),
    (1, 200),
    (1, 100),
    (1, 50),
    (1, 30),
    (1, 20),
    (1, 10),
    (1, 5),
    (1, 3),
    (1, 2),
    (1, 1),
    (2, 1),
    (3, 1),
    (5, 1),
    (10, 1),
    (20, 1),
    (30, 1),
    (50, 1),
    (100, 1),
    (200, 1),
    (300, 1),
    (500, 1),
    (1000, 1),
];

impl Default for Speed {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Speed {
    /// The speed of a fresh page, a thirtieth. A message of ten milliseconds then takes a third of a
    /// second: slow enough to follow with the eye, quick enough that something soon moves.
    pub(crate) const DEFAULT: Self = Self(6);

    /// The number of the last detent.
    pub(crate) const LAST: u8 = DETENTS.len() as u8 - 1;

    /// Returns the detent of this number, or the last one.
    pub(crate) fn detent(number: u8) -> Self {
        Self(number.min(Self::LAST))
    }

    /// The number of the detent.
    pub(crate) const fn number(self) -> u8 {
        self.0
    }

    /// Returns the next faster speed, or the same at the end.
    pub(crate) fn faster(self) -> Self {
        Self::detent(self.0 + 1)
    }

    /// Returns the next slower speed, or the same at the end.
    pub(crate) const fn slower(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The virtual time that passes per unit of real time.
    pub(crate) fn ratio(self) -> f64 {
        let (numerator, denominator) = DETENTS[usize::from(self.0)];
        f64::from(numerator) / f64::from(denominator)
    }

    /// Formats the speed for the screen, such as `1/50×` or `20×`.
    pub(crate) fn short(self) -> String {
        match DETENTS[usize::from(self.0)] {
            (numerator, 1) => format!("{numerator}×"),
            (numerator, denominator) => format!("{numerator}/{denominator}×"),
        }
    }

    /// Formats the speed for a screen reader, such as `1/50 of real time` or `20 times real time`.
    pub(crate) fn spoken(self) -> String {
        match DETENTS[usize::from(self.0)] {
            (1, 1) => "real time".to_owned(),
            (numerator, 1) => format!("{numerator} times real time"),
            (numerator, denominator) => format!("{numerator}/{denominator} of real time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detents_span_a_thousandth_to_a_thousand_times() {
        let (slowest, fastest) = (Speed::detent(0), Speed::detent(u8::MAX));
        assert_eq!((slowest.short(), fastest.short()), ("1/1000×".into(), "1000×".into()));
        assert_eq!((slowest.slower(), fastest.faster()), (slowest, fastest));
        for number in 1..=Speed::LAST {
            let ratio = Speed::detent(number).ratio() / Speed::detent(number - 1).ratio();
            assert!((1.4..2.1).contains(&ratio), "detent {number} is {ratio} times the one before");
        }
    }
}
