//! A histogram that can be serialised and merged without loss.
//!
//! The crate has three histograms, because no one of them would do for all:
//!
//! | type | of what | why |
//! |---|---|---|
//! | [`Histogram`] | the totals of a run | the format of HDR histograms: any `u64`, three digits, JSON |
//! | `Bins` | a second, or a window of the series | hundreds are held at once: 8 KB at most, and earlier counts can be subtracted |
//! | `DelayHistogram` | the trials of a prediction | fractions of a millisecond, ranks with bounds, and a bucket is found by a shift |

use hdrhistogram::Histogram as Hdr;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of significant digits.
const DIGITS: u8 = 3;
/// Values below this power of two have a bucket each.
const SINGLE: u64 = 2_048;
/// The number of buckets in each doubling of the value above that.
const PER_DOUBLING: u64 = SINGLE / 2;
/// The number of buckets for all values of 64 bits.
const BUCKETS: u64 = bucket(u64::MAX) + 1;

/// Counts of whole numbers, to three digits.
///
/// Merging two histograms gives the one that would have counted all values itself, so that counts from
/// several runs, threads and machines lose nothing when they are joined. Quantiles can't be joined so.
///
/// As JSON it is an array of steps through the buckets, from zero on: a positive number is the count of a
/// bucket, and a negative number `-k` stands for `k` empty buckets. Values below 2,048 have a bucket each,
/// and above that each doubling has 1,024 buckets of equal size.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram(Hdr<u64>);

impl Default for Histogram {
    fn default() -> Self {
        // The histogram widens by itself.
        Self(Hdr::new(DIGITS).expect("three digits are possible"))
    }
}

impl Histogram {
    /// Counts a value.
    pub fn record(&mut self, value: u64) {
        self.record_n(value, 1);
    }

    /// Counts a value `count` times.
    pub fn record_n(&mut self, value: u64, count: u64) {
        self.0.record_n(value, count).expect("a histogram that widens by itself takes all values");
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.0.add(&other.0).expect("a histogram that widens by itself takes all values");
    }

    /// The number of values counted.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Returns the smallest value, to three digits, that at least a share of all values does not exceed,
    /// or `None` if there are no values.
    pub fn quantile(&self, share: f64) -> Option<u64> {
        (!self.0.is_empty()).then(|| self.0.value_at_quantile(share))
    }

    /// Returns the largest value, to three digits, or `None` if there are no values.
    pub fn max(&self) -> Option<u64> {
        (!self.0.is_empty()).then(|| self.0.max())
    }

    /// Returns the mean, to three digits, or `None` if there are no values.
    pub fn mean(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.mean())
    }
}

impl From<Hdr<u64>> for Histogram {
    /// Converts a histogram of any number of digits: each of its values is counted to three.
    fn from(other: Hdr<u64>) -> Self {
        if other.sigfig() == DIGITS && other.low() == 1 && other.is_auto_resize() {
            return Self(other);
        }
        let mut own = Self::default();
        for step in other.iter_recorded() {
            own.record_n(step.value_iterated_to(), step.count_at_value());
        }
        own
    }
}

impl From<&Hdr<u64>> for Histogram {
    fn from(other: &Hdr<u64>) -> Self {
        Self::from(other.clone())
    }
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut steps = Vec::new();
        let mut next = 0;
        for step in self.0.iter_recorded() {
            let bucket = bucket(step.value_iterated_to());
            if bucket > next {
                // There are far fewer buckets than an i64 can count.
                steps.push(-(bucket - next).cast_signed());
            }
            let count = i64::try_from(step.count_at_value());
            steps.push(count.map_err(|_| S::Error::custom("a count is too large to write"))?);
            next = bucket + 1;
        }
        steps.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut histogram = Self::default();
        let mut next = 0_u64;
        for step in Vec::<i64>::deserialize(deserializer)? {
            match step {
                0 => return Err(D::Error::custom("a histogram's step is zero")),
                ..0 => next = next.saturating_add(step.unsigned_abs()),
                _ if next >= BUCKETS => {
                    return Err(D::Error::custom("a histogram has more buckets than there are"));
                }
                count => {
                    histogram.record_n(lowest(next), count.unsigned_abs());
                    next += 1;
                }
            }
        }
        Ok(histogram)
    }
}

/// Returns the number of the bucket that holds a value.
const fn bucket(value: u64) -> u64 {
    if value < SINGLE {
        return value;
    }
    // The number of doublings by which the value is above those that have a bucket each.
    let doublings = (u64::BITS - value.leading_zeros() - SINGLE.ilog2()) as u64;
    doublings * PER_DOUBLING + (value >> doublings)
}

/// Returns the lowest value of a bucket.
const fn lowest(bucket: u64) -> u64 {
    if bucket < SINGLE {
        return bucket;
    }
    let doublings = bucket / PER_DOUBLING - 1;
    (bucket - doublings * PER_DOUBLING) << doublings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|&value| histogram.record(value));
        histogram
    }

    /// Values of all magnitudes, equally likely: most numbers of 64 bits are huge.
    fn value() -> impl Strategy<Value = u64> {
        (0..64_u32, any::<u64>()).prop_map(|(shift, value)| value >> shift)
    }

    #[test]
    fn json_has_counts_and_gaps() {
        let text = |values: &[u64]| serde_json::to_string(&of(values)).expect("it is JSON");
        assert_eq!(text(&[]), "[]");
        assert_eq!(text(&[0, 0, 1]), "[2,1]");
        assert_eq!(text(&[3, 5]), "[-3,1,-1,1]");
        assert_eq!(text(&[2_048, 2_049, 2_050]), "[-2048,2,1]", "two share a bucket");
    }

    #[test]
    fn malformed_json_is_refused() {
        for text in ["[0]", "[-100000,1]", "[-9223372036854775808,-9223372036854775808,1]", "[0.5]"]
        {
            assert!(serde_json::from_str::<Histogram>(text).is_err(), "{text}");
        }
        let last = format!("[-{},1]", BUCKETS - 1);
        let last: Histogram = serde_json::from_str(&last).expect("the last bucket exists");
        assert!(last.max() >= Some(u64::MAX - 1), "{last:?}");
    }

    #[test]
    fn an_empty_histogram_has_no_quantiles() {
        let empty = Histogram::default();
        assert_eq!((empty.quantile(0.5), empty.max(), empty.mean()), (None, None, None));
    }

    proptest! {
        #[test]
        fn buckets_agree_with_hdrhistogram(value in value()) {
            let histogram = of(&[value]);
            prop_assert_eq!(lowest(bucket(value)), histogram.0.lowest_equivalent(value));
            let next = histogram.0.highest_equivalent(value).checked_add(1);
            if let Some(next) = next {
                prop_assert_eq!(bucket(next), bucket(value) + 1);
            }
        }

        #[test]
        fn a_histogram_survives_json(values in prop::collection::vec(value(), 0..40)) {
            let histogram = of(&values);
            let text = serde_json::to_string(&histogram).expect("it is JSON");
            let again: Histogram = serde_json::from_str(&text).expect("it was written");
            prop_assert_eq!(&again, &histogram);
            for share in [0.0, 0.5, 0.99, 0.999, 1.0] {
                prop_assert_eq!(again.quantile(share), histogram.quantile(share));
            }
            prop_assert_eq!(again.mean(), histogram.mean());
            prop_assert_eq!(again.max(), histogram.max());
        }

        #[test]
        fn finer_histograms_are_converted(values in prop::collection::vec(0..2_000_u64, 0..40)) {
            let mut finer = Hdr::new(4).expect("four digits are possible");
            values.iter().for_each(|&value| finer.record(value).expect("it widens"));
            prop_assert_eq!(Histogram::from(&finer), of(&values));
        }
    }
}
