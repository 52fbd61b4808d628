//! Inaccurate wall clocks, in the form of scenario files.

use std::fmt;
use std::str::FromStr;

use ringside_store::{Duration, NodeId, ParseDurationError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The inaccuracy of a node's wall clock: `{"node": "A", "skew": "-250ms", "drift_ppm": 40}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// The node.
    pub node: NodeId,
    /// The clock's lead over true time; negative if it is behind.
    #[serde(default)]
    pub skew: Skew,
    /// The clock's excess rate in parts per million; negative if it is slow.
    #[serde(default)]
    pub drift_ppm: i32,
}

/// A clock's lead over true time in microseconds; negative if it is behind.
///
/// The text form is a duration with a sign, such as `-250ms`. Human-readable formats use it; binary ones use
/// the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skew(pub i64);

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", Duration::from_us(self.0.unsigned_abs()))
    }
}

impl FromStr for Skew {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, ParseDurationError> {
        let text = text.trim();
        let (sign, size) = match text.strip_prefix('-') {
            Some(size) => (-1, size),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let us: Duration = size.parse()?;
        // A duration that does not fit is beyond all bounds anyway, and their checks refuse it.
        Ok(Self(sign * i64::try_from(us.as_us()).unwrap_or(i64::MAX)))
    }
}

impl Serialize for Skew {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Skew {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(SkewText)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

struct SkewText;

impl de::Visitor<'_> for SkewText {
    type Value = Skew;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration with its sign and unit, as \"-250ms\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Skew, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_of_a_skew_has_a_sign_and_a_unit() {
        let read = |text: &str| text.parse::<Skew>().map(|skew| skew.0);
        assert_eq!(read("250ms"), Ok(250_000));
        assert_eq!(read("-1.5s"), Ok(-1_500_000));
        assert_eq!(read("+20us"), Ok(20));
        for bad in ["", "-", "--1s", "5", "-5"] {
            assert!(read(bad).is_err(), "{bad:?} was accepted");
        }
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(us in -i64::MAX..=i64::MAX) {
            prop_assert_eq!(Skew(us).to_string().parse(), Ok(Skew(us)));
        }

        #[test]
        fn parsing_any_text_never_panics(text: String) {
            let _ = text.parse::<Skew>();
        }
    }
}
