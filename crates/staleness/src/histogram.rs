//! Histograms that can be written down and added up without loss.

use hdrhistogram::Histogram as Hdr;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many significant digits a histogram keeps.
const DIGITS: u8 = 3;
/// Values below this one, a power of two, have a bucket each.
const SINGLE: u64 = 2_048;
/// From there on, each doubling of the value has so many buckets.
const PER_DOUBLING: u64 = SINGLE / 2;
/// How many buckets hold all values that there are.
const BUCKETS: u64 = bucket(u64::MAX) + 1;

/// Whole numbers, as often as each of them came, to three digits.
///
/// Two histograms add up to the one that would have counted all values itself, so what is spread over
/// runs, threads and machines loses nothing when it is joined. Quantiles can't be joined so.
///
/// As JSON it is an array that goes through the buckets from zero on: a positive number is a bucket's
/// count, and a negative one stands for so many empty buckets. Values below 2,048 have a bucket each,
/// and from there on each doubling has 1,024 buckets of one size.
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

    /// Counts a value so many times.
    pub fn record_n(&mut self, value: u64, count: u64) {
        self.0.record_n(value, count).expect("a histogram that widens by itself takes all values");
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.0.add(&other.0).expect("a histogram that widens by itself takes all values");
    }

    /// Counts the values.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Gives the smallest value, to three digits, that so large a share of all values does not
    /// exceed; none where there are none.
    pub fn quantile(&self, share: f64) -> Option<u64> {
        (!self.0.is_empty()).then(|| self.0.value_at_quantile(share))
    }

    /// Gives the largest value, to three digits; none where there are none.
    pub fn max(&self) -> Option<u64> {
        (!self.0.is_empty()).then(|| self.0.max())
    }

    /// Gives the mean, to three digits; none where there are no values.
    pub fn mean(&self) -> Option<f64> {
        (!self.0.is_empty()).then(|| self.0.mean())
    }
}

impl From<Hdr<u64>> for Histogram {
    /// Takes one over, whatever its own digits are: each of its values is counted to three.
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

/// Gives the number of the bucket that holds a value.
const fn bucket(value: u64) -> u64 {
    if value < SINGLE {
        return value;
    }
    // How many doublings the value lies above those that have a bucket each.
    let doublings = (u64::BITS - value.leading_zeros() - SINGLE.ilog2()) as u64;
    doublings * PER_DOUBLING + (value >> doublings)
}

/// Gives the lowest value of a bucket.
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

    /// Values of all sizes alike: most numbers of 64 bits are huge.
    fn value() -> impl Strategy<Value = u64> {
        (0..64_u32, any::<u64>()).prop_map(|(shift, value)| value >> shift)
    }

    #[test]
    fn its_form_goes_through_the_buckets() {
        let text = |values: &[u64]| serde_json::to_string(&of(values)).expect("it has a form");
        assert_eq!(text(&[]), "[]");
        assert_eq!(text(&[0, 0, 1]), "[2,1]");
        assert_eq!(text(&[3, 5]), "[-3,1,-1,1]");
        assert_eq!(text(&[2_048, 2_049, 2_050]), "[-2048,2,1]", "two share a bucket");
    }

    #[test]
    fn a_damaged_form_is_refused() {
        for text in ["[0]", "[-100000,1]", "[-9223372036854775808,-9223372036854775808,1]", "[0.5]"]
        {
            assert!(serde_json::from_str::<Histogram>(text).is_err(), "{text}");
        }
        let last = format!("[-{},1]", BUCKETS - 1);
        let last: Histogram = serde_json::from_str(&last).expect("the last bucket is there");
        assert!(last.max() >= Some(u64::MAX - 1), "{last:?}");
    }

    #[test]
    fn nothing_has_no_quantile() {
        let empty = Histogram::default();
        assert_eq!((empty.quantile(0.5), empty.max(), empty.mean()), (None, None, None));
    }

    proptest! {
        #[test]
        fn buckets_are_those_of_the_library(value in value()) {
            let histogram = of(&[value]);
            prop_assert_eq!(lowest(bucket(value)), histogram.0.lowest_equivalent(value));
            let next = histogram.0.highest_equivalent(value).checked_add(1);
            if let Some(next) = next {
                prop_assert_eq!(bucket(next), bucket(value) + 1);
            }
        }

        #[test]
        fn what_is_written_reads_back(values in prop::collection::vec(value(), 0..40)) {
            let histogram = of(&values);
            let text = serde_json::to_string(&histogram).expect("it has a form");
            let again: Histogram = serde_json::from_str(&text).expect("it is the form");
            prop_assert_eq!(&again, &histogram);
            for share in [0.0, 0.5, 0.99, 0.999, 1.0] {
                prop_assert_eq!(again.quantile(share), histogram.quantile(share));
            }
            prop_assert_eq!(again.mean(), histogram.mean());
            prop_assert_eq!(again.max(), histogram.max());
        }

        #[test]
        fn coarser_and_finer_ones_are_taken_over(values in prop::collection::vec(0..2_000_u64, 0..40)) {
            let mut finer = Hdr::new(4).expect("four digits are possible");
            values.iter().for_each(|&value| finer.record(value).expect("it widens"));
            prop_assert_eq!(Histogram::from(&finer), of(&values));
        }
    }
}
