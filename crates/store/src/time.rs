//! Virtual time: instants and durations in whole microseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point of virtual time, in microseconds since the run began.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Instant(u64);

impl Instant {
    /// The start of the run.
    pub const ZERO: Self = Self(0);

    /// Creates an instant from microseconds since the run began.
    pub const fn from_us(us: u64) -> Self {
        Self(us)
    }

    /// Returns the microseconds since the run began.
    pub const fn as_us(self) -> u64 {
        self.0
    }

    /// Returns the milliseconds since the run began, with a fraction.
    pub const fn as_ms(self) -> f64 {
        self.0 as f64 / 1e3
    }

    /// Returns the time since the run began.
    pub const fn since_start(self) -> Duration {
        Duration(self.0)
    }

    /// Returns the time that passed since `earlier`, or zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.0))
    }
}

impl fmt::Display for Instant {
    /// Writes seconds to the microsecond, as `12.034567 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06} s", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

/// A length of virtual time, in whole microseconds.
///
/// Text formats have its unit, as `250ms`; binary encodings hold microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

/// The units of text formats, longest first, with their length in microseconds.
const UNITS: [(&str, u64); 6] = [
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

impl Duration {
    /// The duration of zero.
    pub const ZERO: Self = Self(0);

    /// Creates a duration from microseconds.
    pub const fn from_us(us: u64) -> Self {
        Self(us)
    }

    /// Creates a duration from milliseconds.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms.saturating_mul(1_000))
    }

    /// Creates a duration from seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Returns the duration in microseconds.
    pub const fn as_us(self) -> u64 {
        self.0
    }

    /// Returns the duration in milliseconds, with a fraction.
    pub const fn as_ms(self) -> f64 {
        self.0 as f64 / 1e3
    }
}

/// A node's wall clock: its deviation from virtual time.
///
/// Write times and expiry are read from it; timeouts are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The time by which the clock is ahead, in microseconds; negative if it is behind.
    pub skew_us: i64,
    /// The time that the clock gains, in microseconds per second; negative if it loses.
    pub drift_ppm: i32,
    /// The time since which it drifts.
    pub since: Instant,
}

impl Clock {
    /// Returns the time that the clock shows at an instant, which is never below zero.
    pub fn wall(self, now: Instant) -> Instant {
        let drift = i128::from(now.since(self.since).0) * i128::from(self.drift_ppm) / 1_000_000;
        let wall = i128::from(now.0) + i128::from(self.skew_us) + drift;
        Instant(u64::try_from(wall.max(0)).unwrap_or(u64::MAX))
    }

    /// Returns the first instant at which the clock shows `wall` or later, or the end of time if it
    /// never does.
    pub fn reaches(self, wall: Instant) -> Instant {
        if self.drift_ppm == 0 {
            let now = i128::from(wall.0) - i128::from(self.skew_us);
            return Instant(u64::try_from(now.max(0)).unwrap_or(u64::MAX));
        }
        // The clock never runs backwards, unless it loses more than a second per second.
        let (mut low, mut high) = (0, u64::MAX);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.wall(Instant(middle)) >= wall { high = middle } else { low = middle + 1 }
        }
        Instant(low)
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sub for Duration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Duration {
    /// Writes the duration in the longest unit that leaves no fraction, as `250ms`. Parsing the
    /// text returns the same duration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let (unit, length) =
            UNITS.iter().find(|(_, length)| self.0.is_multiple_of(*length)).unwrap_or(&UNITS[5]);
        write!(f, "{}{unit}", self.0 / length)
    }
}

/// The error of parsing a text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDurationError {
    text: String,
}

impl fmt::Display for ParseDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no duration: write a number and a unit (us, ms, s, min, h, d), as in \"250ms\"",
            self.text
        )
    }
}

impl std::error::Error for ParseDurationError {}

impl FromStr for Duration {
    type Err = ParseDurationError;

    /// Reads a decimal number and a unit: `250ms`, `1.5s`, `10 min`.
    fn from_str(text: &str) -> Result<Self, ParseDurationError> {
        parse(text).ok_or_else(|| ParseDurationError { text: text.chars().take(40).collect() })
    }
}

fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(split);
    let (_, length) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || fraction.len() > 6 || fraction.contains('.') {
        return None;
    }
    // Six decimals at most, so that the fraction is exact in integers before the unit scales it.
    let millionths: u64 = format!("{fraction:0<6}").parse().ok()?;
    let us = whole.parse::<u64>().ok()?.checked_mul(*length)?;
    us.checked_add(millionths.checked_mul(*length)? / 1_000_000).map(Duration)
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_u64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Written)
        } else {
            u64::deserialize(deserializer).map(Self)
        }
    }
}

/// Reads a duration with its unit.
struct Written;

impl de::Visitor<'_> for Written {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration with its unit, as \"250ms\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_parsed_with_units() {
        let read = |text: &str| text.parse::<Duration>().map(Duration::as_us);
        assert_eq!(read("250ms"), Ok(250_000));
        assert_eq!(read("1.5s"), Ok(1_500_000));
        assert_eq!(read(" 10 min "), Ok(600_000_000));
        assert_eq!(read("0.25ms"), Ok(250));
        for bad in ["", "5", "ms", "-1s", "1.s.", "1 fortnight", "99999999999999d", "1e3s"] {
            let error = read(bad).expect_err(bad).to_string();
            assert!(error.contains("is no duration"), "{error}");
        }
    }

    #[test]
    fn a_wall_clock_is_skewed_and_drifts() {
        let clock = Clock { skew_us: -500, drift_ppm: 100, since: Instant::from_us(1_000) };
        assert_eq!(clock.wall(Instant::from_us(100)), Instant::ZERO, "never below zero");
        assert_eq!(clock.wall(Instant::from_us(10_001_000)), Instant::from_us(10_001_500));
        assert_eq!(Clock::default().wall(Instant::from_us(7)), Instant::from_us(7));
        let fast = Clock { skew_us: i64::MAX, drift_ppm: i32::MAX, since: Instant::ZERO };
        assert_eq!(fast.wall(Instant::from_us(u64::MAX)), Instant::from_us(u64::MAX));
    }

    proptest! {
        /// The first instant is verified: at the one before it the clock shows less.
        #[test]
        fn a_clock_reaches_a_time_when_it_first_shows_it(
            skew_us in -5_000_i64..5_000,
            drift_ppm in -900_000..900_000,
            since in 0..10_000_u64,
            wall in 0..20_000_u64,
        ) {
            let clock = Clock { skew_us, drift_ppm, since: Instant::from_us(since) };
            let (wall, first) = (Instant::from_us(wall), clock.reaches(Instant::from_us(wall)));
            prop_assert!(clock.wall(first) >= wall);
            let before = first.as_us().checked_sub(1).map(Instant::from_us);
            prop_assert!(before.is_none_or(|before| clock.wall(before) < wall));
        }

        #[test]
        fn display_and_parse_are_inverse(us: u64) {
            let duration = Duration::from_us(us);
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn parsing_any_text_never_panics(text: String) {
            let _ = text.parse::<Duration>();
        }
    }
}
