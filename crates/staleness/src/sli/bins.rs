//! A compact histogram of delays, for quantiles of many seconds and windows in little memory.

/// The number of bins in an octave.
const PER_OCTAVE: usize = 64;
/// The last bin. It begins at 2^37 us less one bin, 38 hours, and counts all longer delays.
const LAST: usize = 32 * PER_OCTAVE - 1;

/// Counts of delays in microseconds, which can be added and subtracted without loss.
///
/// A bin is exact below 128 us and at most 1/64 of its delays wide above; its middle stands for them, so
/// that a quantile is within 0.8% of a counted delay. Zeros are counted separately: a second of fresh
/// reads takes no memory. Only the octaves between the shortest and the longest delay are held, 8 KB at
/// most.
///
/// This is not a [`Histogram`](crate::Histogram), as the totals of a run are, because there are hundreds
/// of windows: with two digits it would still take twice the memory, and with three ten times it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bins {
    zeros: u64,
    above_zero: u64,
    max_us: u64,
    /// The bin of the first count, at the beginning of an octave.
    first: usize,
    counts: Vec<u32>,
}

/// Closed [`Bins`], packed: only the bins that are not empty. In a quiet run, most are.
#[derive(Clone, Debug)]
pub(super) struct PackedBins {
    zeros: u64,
    max_us: u64,
    bins: Box<[u16]>,
    counts: Box<[u32]>,
}

impl PackedBins {
    /// Restores the bins.
    pub(super) fn unpack(&self) -> Bins {
        let mut bins = Bins { zeros: self.zeros, max_us: self.max_us, ..Bins::default() };
        if let (Some(first), Some(last)) = (self.bins.first(), self.bins.last()) {
            bins.cover(usize::from(*first), usize::from(*last));
        }
        for (bin, count) in self.bins.iter().zip(&self.counts) {
            bins.counts[usize::from(*bin) - bins.first] = *count;
            bins.above_zero += u64::from(*count);
        }
        bins
    }
}

/// Returns the rank of a quantile among `count` values, from 1 for the least: the lowest rank whose share
/// reaches the quantile. A product that a rounding error put above a whole number counts as that number.
pub(crate) fn rank(quantile: f64, count: u64) -> u64 {
    let rank = (quantile * count as f64 * (1.0 - 1e-12)).ceil() as u64;
    rank.clamp(1, count.max(1))
}

/// Returns the bin of a delay above zero.
const fn bin(us: u64) -> usize {
    let shift = us.ilog2().saturating_sub(6) as usize;
    let bin = shift * PER_OCTAVE + (us >> shift) as usize;
    if bin < LAST { bin } else { LAST }
}

/// Returns the middle of a bin, in microseconds.
const fn middle_us(bin: usize) -> u64 {
    let shift = (bin / PER_OCTAVE).saturating_sub(1);
    let leading = (bin - shift * PER_OCTAVE) as u64;
    (leading << shift) + ((1 << shift) >> 1)
}

impl Bins {
    /// Counts a delay.
    pub(crate) fn record(&mut self, us: u64) {
        if us == 0 {
            self.zeros += 1;
            return;
        }
        self.above_zero += 1;
        self.max_us = self.max_us.max(us);
        let bin = bin(us);
        self.cover(bin, bin);
        self.counts[bin - self.first] += 1;
    }

    /// The number of delays counted, zeros included.
    pub(crate) const fn count(&self) -> u64 {
        self.zeros + self.above_zero
    }

    /// The longest delay, or 0 if none is longer.
    pub(crate) const fn max_us(&self) -> u64 {
        self.max_us
    }

    /// Sets the longest delay, after a [`subtract`](Self::subtract).
    pub(crate) const fn set_max(&mut self, max_us: u64) {
        self.max_us = max_us;
    }

    /// Adds the counts of other bins.
    pub(crate) fn add(&mut self, other: &Self) {
        self.zeros += other.zeros;
        if other.above_zero == 0 {
            return;
        }
        self.above_zero += other.above_zero;
        self.max_us = self.max_us.max(other.max_us);
        self.cover(other.first, other.first + other.counts.len() - 1);
        let offset = other.first - self.first;
        let pairs = self.counts[offset..].iter_mut().zip(&other.counts);
        pairs.for_each(|(count, more)| *count = count.saturating_add(*more));
    }

    /// Subtracts the counts of other bins, which were added before. The longest delay stays as it was.
    pub(crate) fn subtract(&mut self, other: &Self) {
        self.zeros -= other.zeros;
        if other.above_zero == 0 {
            return;
        }
        self.above_zero -= other.above_zero;
        let offset = other.first - self.first;
        let pairs = self.counts[offset..].iter_mut().zip(&other.counts);
        pairs.for_each(|(count, less)| *count = count.saturating_sub(*less));
        if self.above_zero == 0 {
            self.counts.clear();
        }
    }

    /// Resets all counts, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        let counts = std::mem::take(&mut self.counts);
        *self = Self { counts, ..Self::default() };
        self.counts.clear();
    }

    /// Packs the bins that are not empty.
    pub(super) fn pack(&self) -> PackedBins {
        let counted = || self.counts.iter().zip(self.first..).filter(|(count, _)| **count > 0);
        PackedBins {
            zeros: self.zeros,
            max_us: self.max_us,
            bins: counted().map(|(_, bin)| bin as u16).collect(),
            counts: counted().map(|(count, _)| *count).collect(),
        }
    }

    /// Frees the memory that no count needs.
    pub(crate) fn shrink(&mut self) {
        self.counts.shrink_to_fit();
    }

    /// Returns a quantile in microseconds, or `None` if nothing was counted.
    pub(crate) fn quantile_us(&self, quantile: f64) -> Option<u64> {
        let count = self.count();
        (count > 0).then(|| self.largest_us(count - rank(quantile, count) + 1, std::iter::empty()))
    }

    /// Returns the delay of a rank, from 1 for the longest, among these delays and others. The others are
    /// delays above zero with their counts, longest first.
    pub(crate) fn largest_us(&self, rank: u64, others: impl Iterator<Item = (u64, u64)>) -> u64 {
        let (mut left, mut others) = (rank, others.peekable());
        let bins = self.counts.iter().enumerate().rev().filter(|(_, count)| **count > 0);
        for (index, count) in bins {
            let us = self.value_us(self.first + index);
            while let Some((other_us, count)) = others.next_if(|(other_us, _)| *other_us >= us) {
                if left <= count {
                    return other_us;
                }
                left -= count;
            }
            if left <= u64::from(*count) {
                return us;
            }
            left -= u64::from(*count);
        }
        for (other_us, count) in others {
            if left <= count {
                return other_us;
            }
            left -= count;
        }
        0
    }

    /// Returns the delay that stands for those of a bin.
    fn value_us(&self, bin: usize) -> u64 {
        if bin == LAST { self.max_us } else { middle_us(bin).min(self.max_us) }
    }

    /// Makes room for the counts from one bin to another, by whole octaves.
    fn cover(&mut self, from: usize, to: usize) {
        let from = from - from % PER_OCTAVE;
        if self.counts.is_empty() {
            self.first = from;
        }
        if from < self.first {
            let more = self.first - from;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.first = from;
        }
        let length = to + 1 - self.first;
        if length > self.counts.len() {
            self.counts.resize(length.next_multiple_of(PER_OCTAVE), 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rank_is_the_lowest_that_reaches_its_quantile() {
        // 0.07 * 100 is above 7.
        let ranks = [(0.07, 100, 7), (0.5, 1, 1), (0.5, 2, 1), (0.95, 20, 19), (0.95, 21, 20)];
        for (quantile, count, expected) in ranks {
            assert_eq!(rank(quantile, count), expected);
        }
    }

    #[test]
    fn bins_are_contiguous() {
        for power in 7..37 {
            let us = 1_u64 << power;
            assert_eq!(bin(us), bin(us - 1) + 1);
            assert!(middle_us(bin(us - 1)) < us && us <= middle_us(bin(us)));
        }
        assert_eq!((bin((1 << 37) - 1), bin(1 << 37), bin(u64::MAX)), (LAST, LAST, LAST));
        assert!((1..128).all(|us| middle_us(bin(us)) == us));
    }

    proptest! {
        #[test]
        fn added_counts_can_be_subtracted(
            parts in prop::collection::vec(prop::collection::vec((0..38_u32, any::<u64>()), 0..20), 1..5),
            quantile in 0.0..1.0,
        ) {
            let bins = |delays: &Vec<(u32, u64)>| {
                let mut bins = Bins::default();
                let delays = delays.iter().map(|(bits, random)| random % (1 << bits));
                delays.for_each(|us| bins.record(us));
                bins
            };
            let parts: Vec<Bins> = parts.iter().map(bins).collect();
            let mut sum = Bins::default();
            parts.iter().for_each(|part| sum.add(part));
            prop_assert_eq!(sum.count(), parts.iter().map(Bins::count).sum::<u64>());
            parts[1..].iter().for_each(|part| sum.subtract(part));
            sum.set_max(parts[0].max_us());
            prop_assert_eq!(sum.quantile_us(quantile), parts[0].quantile_us(quantile));
            let unpacked = sum.pack().unpack();
            prop_assert_eq!(unpacked.count(), sum.count());
            prop_assert_eq!(unpacked.quantile_us(quantile), sum.quantile_us(quantile));
            sum.clear();
            prop_assert_eq!(sum.quantile_us(quantile), None);
        }
    }
}
