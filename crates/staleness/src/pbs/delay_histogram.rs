//! A histogram of delays in buckets of equal relative width: quantiles in bounded memory.

/// The leading bits of a float's fraction that select a bucket: 2^11 buckets per octave.
const FRACTION_BITS: u32 = 11;
/// The remaining bits of a float's fraction.
const SHIFT: u32 = 52 - FRACTION_BITS;
/// The biased exponent of the lowest octave: from 2^-14 ms (61 ns) on.
const LOWEST_EXPONENT: u64 = 1023 - 14;
/// The number of octaves, up to 2^36 ms (795 days).
const OCTAVES: u64 = 50;
/// The bucket below bucket 1, as the leading bits of a float.
const BASE: u64 = (LOWEST_EXPONENT << FRACTION_BITS) - 1;
/// The last bucket, which counts all longer delays.
const LAST: u64 = (OCTAVES << FRACTION_BITS) + 1;

/// Counts of up to 2^32 - 1 delays in milliseconds.
///
/// A bucket is at most 1/2048 of its delays wide (one bucket has all below 61 ns), and delays within a
/// bucket are assumed to be evenly spread. That is within 0.05% of each order statistic, and far closer if
/// delays are spread at all; a million trials leave more uncertainty than that. Zero, the least and
/// the greatest are exact. It takes 400 KB, whatever is counted, and two are added without loss.
#[derive(Clone, Debug)]
pub(super) struct DelayHistogram {
    zeros: u32,
    counts: Vec<u32>,
    min_ms: f64,
    max_ms: f64,
}

/// The delay of a given rank, and its bounds, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_field_names, reason = "units come last in a name")]
pub(super) struct RankedDelay {
    pub(super) value_ms: f64,
    pub(super) low_ms: f64,
    pub(super) high_ms: f64,
}

/// Returns the bucket of a positive delay.
#[inline]
pub(super) fn bucket(ms: f64) -> u32 {
    (ms.to_bits() >> SHIFT).saturating_sub(BASE).min(LAST) as u32
}

/// Returns the least delay of a bucket, in milliseconds.
fn lower_edge_ms(bucket: u64) -> f64 {
    if bucket == 0 { 0.0 } else { f64::from_bits((bucket + BASE) << SHIFT) }
}

impl DelayHistogram {
    pub(super) fn new() -> Self {
        let counts = vec![0; LAST as usize + 1];
        Self { zeros: 0, counts, min_ms: f64::INFINITY, max_ms: 0.0 }
    }

    /// Counts a delay of zero or more.
    #[inline]
    pub(super) fn record(&mut self, ms: f64) {
        self.min_ms = self.min_ms.min(ms);
        self.max_ms = self.max_ms.max(ms);
        if ms > 0.0 {
            self.counts[bucket(ms) as usize] += 1;
        } else {
            self.zeros += 1;
        }
    }

    /// Adds the counts of another histogram. Together they must have counted less than 2^32.
    pub(super) fn add(&mut self, other: &Self) {
        self.zeros += other.zeros;
        self.min_ms = self.min_ms.min(other.min_ms);
        self.max_ms = self.max_ms.max(other.max_ms);
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
    }

    /// The number of zeros.
    pub(super) const fn zeros(&self) -> u32 {
        self.zeros
    }

    /// Returns the number of delays, zeros included, in the buckets before each of some ascending ones.
    pub(super) fn counts_before(&self, buckets: impl Iterator<Item = u32>) -> Vec<u32> {
        let (mut sum, mut next) = (self.zeros, 0);
        buckets
            .map(|bucket| {
                let bucket = bucket as usize;
                sum += self.counts.get(next..bucket).unwrap_or_default().iter().sum::<u32>();
                next = next.max(bucket);
                sum
            })
            .collect()
    }

    /// Returns the delay of a rank, from 1 for the least; for a rank beyond the last, the greatest delay.
    pub(super) fn ranked(&self, rank: u32) -> RankedDelay {
        if rank <= self.zeros {
            return RankedDelay { value_ms: 0.0, low_ms: 0.0, high_ms: 0.0 };
        }
        let mut left = rank - self.zeros;
        for (bucket, &count) in (0_u64..).zip(&self.counts) {
            if left > count {
                left -= count;
                continue;
            }
            let end_ms = if bucket == LAST { self.max_ms } else { lower_edge_ms(bucket + 1) };
            let low_ms = lower_edge_ms(bucket).max(self.min_ms);
            let high_ms = end_ms.min(self.max_ms);
            let part = (f64::from(left) - 0.5) / f64::from(count);
            return RankedDelay { value_ms: low_ms + (high_ms - low_ms) * part, low_ms, high_ms };
        }
        RankedDelay { value_ms: self.max_ms, low_ms: self.max_ms, high_ms: self.max_ms }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn buckets_begin_at_their_edges() {
        for it in [1, 2, 3, 2_048, 50_000, LAST - 1, LAST] {
            let edge_ms = lower_edge_ms(it);
            assert_eq!(u64::from(bucket(edge_ms)), it);
            assert_eq!(u64::from(bucket(edge_ms.next_down())), it - 1);
        }
        assert_eq!(u64::from(bucket(1e300)), LAST);
        assert_eq!(bucket(1e-300), 0);
    }

    proptest! {
        #[test]
        fn ranks_agree_with_a_sorted_list(
            exponents in prop::collection::vec(-6.0..11.0, 1..60),
            zeros in 0..5_u32,
            rank in 1..70_u32,
        ) {
            let mut delays: Vec<f64> = exponents.iter().map(|it| libm::pow(10.0, *it)).collect();
            delays.extend((0..zeros).map(|_| 0.0));
            let (mut whole, mut half) = (DelayHistogram::new(), DelayHistogram::new());
            for (index, &ms) in delays.iter().enumerate() {
                if index % 2 == 0 { whole.record(ms) } else { half.record(ms) }
            }
            whole.add(&half);
            delays.sort_by(f64::total_cmp);
            let exact_ms = delays[(rank as usize).min(delays.len()) - 1];
            let ranked = whole.ranked(rank);
            prop_assert!(ranked.low_ms <= exact_ms && exact_ms <= ranked.high_ms, "{:?}", ranked);
            prop_assert!(ranked.low_ms <= ranked.value_ms && ranked.value_ms <= ranked.high_ms);
            let error_ms = (ranked.value_ms - exact_ms).abs();
            prop_assert!(error_ms <= 6.2e-5 || error_ms <= exact_ms / 2048.0 || exact_ms > 6e10);
        }
    }
}
