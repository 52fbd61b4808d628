//! Sets of positions on the ring.

use std::ops::RangeInclusive;

use crate::{Position, Range};

/// A set of positions, as intervals that neither touch nor overlap, in ring order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RangeSet {
    intervals: Vec<(Position, Position)>,
}

impl RangeSet {
    /// Creates the set of the positions in any of these ranges.
    pub(crate) fn of(ranges: impl IntoIterator<Item = Range>) -> Self {
        let mut intervals: Vec<(Position, Position)> = ranges
            .into_iter()
            .flat_map(Range::intervals)
            .map(|interval| (*interval.start(), *interval.end()))
            .collect();
        intervals.sort_unstable();
        let mut joined: Vec<(Position, Position)> = Vec::with_capacity(intervals.len());
        for (low, high) in intervals {
            match joined.last_mut() {
                Some((_, end)) if low <= end.saturating_add(1) => *end = high.max(*end),
                _ => joined.push((low, high)),
            }
        }
        Self { intervals: joined }
    }

    /// Adds the positions of a range.
    pub(crate) fn insert(&mut self, range: Range) {
        let held = self.ranges().chain([range]);
        *self = Self::of(held);
    }

    /// Whether the set contains all positions of a range.
    pub(crate) fn covers(&self, range: Range) -> bool {
        range.intervals().into_iter().all(|wanted| {
            let after = self.intervals.partition_point(|(low, _)| low <= wanted.start());
            let held = after.checked_sub(1).map(|index| self.intervals[index]);
            held.is_some_and(|(_, high)| *wanted.end() <= high)
        })
    }

    /// Whether the set contains a position.
    pub(crate) fn contains(&self, position: Position) -> bool {
        let after = self.intervals.partition_point(|(low, _)| *low <= position);
        after.checked_sub(1).is_some_and(|index| position <= self.intervals[index].1)
    }

    /// Lists the positions that are not in the set, as intervals in ring order.
    pub(crate) fn gaps(&self) -> Vec<RangeInclusive<Position>> {
        let mut gaps = Vec::new();
        let mut next = Some(0);
        for &(low, high) in &self.intervals {
            if let Some(from) = next
                && from < low
            {
                gaps.push(from..=low - 1);
            }
            next = high.checked_add(1);
        }
        gaps.extend(next.map(|from| from..=Position::MAX));
        gaps
    }

    /// Lists the parts of a range that are not in the set.
    pub(crate) fn missing(&self, range: Range) -> Vec<Range> {
        if self.covers(range) {
            return Vec::new();
        }
        let gaps = self.gaps().into_iter();
        let gaps = gaps.map(|gap| (*gap.start(), *gap.end())).collect();
        Self::of([range]).intersection(&Self { intervals: gaps }).ranges().collect()
    }

    /// Returns the positions that are in both sets.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let mut intervals = Vec::new();
        let (mut a, mut b) = (0, 0);
        while let (Some(&mine), Some(&theirs)) = (self.intervals.get(a), other.intervals.get(b)) {
            let (low, high) = (mine.0.max(theirs.0), mine.1.min(theirs.1));
            if low <= high {
                intervals.push((low, high));
            }
            if mine.1 < theirs.1 { a += 1 } else { b += 1 }
        }
        Self { intervals }
    }

    /// Returns the positions that are in either set.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self::of(self.ranges().chain(other.ranges()))
    }

    /// Iterates over the set's intervals as ranges.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range> + '_ {
        // A range excludes its start, so an interval from zero on starts at the last position.
        self.intervals.iter().map(|&(low, high)| Range { start: low.wrapping_sub(1), end: high })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A few positions at both ends of the ring, so that all of them can be tested.
    const POSITIONS: [Position; 8] =
        [0, 1, 2, 3, Position::MAX - 3, Position::MAX - 2, Position::MAX - 1, Position::MAX];

    fn ranges() -> impl Strategy<Value = Vec<Range>> {
        let position = || prop::sample::select(POSITIONS.to_vec());
        let range = (position(), position()).prop_map(|(start, end)| Range { start, end });
        prop::collection::vec(range, 0..4)
    }

    proptest! {
        /// The naive model tests every position against every range.
        #[test]
        fn a_range_set_is_a_set_of_positions(a in ranges(), b in ranges(), probe in ranges()) {
            let within = |ranges: &[Range], position| ranges.iter().any(|range| range.contains(position));
            let (mine, theirs) = (RangeSet::of(a.clone()), RangeSet::of(b.clone()));
            let both = mine.intersection(&theirs);
            let mut grown = mine.clone();
            b.iter().for_each(|&range| grown.insert(range));
            for position in POSITIONS {
                prop_assert_eq!(mine.contains(position), within(&a, position));
                prop_assert_eq!(both.contains(position), within(&a, position) && within(&b, position));
                prop_assert_eq!(grown.contains(position), within(&a, position) || within(&b, position));
                let in_gap = mine.gaps().iter().any(|gap| gap.contains(&position));
                prop_assert_eq!(in_gap, !within(&a, position));
            }
            prop_assert_eq!(&grown, &mine.union(&theirs));
            prop_assert_eq!(grown, RangeSet::of(a.into_iter().chain(b)));
            for range in probe {
                // The middle of the ring is either in the set or not as a whole, so one position
                // stands for it.
                let positions = POSITIONS.into_iter().chain([1 << 63]);
                let all = positions.filter(|&position| range.contains(position)).all(|position| mine.contains(position));
                prop_assert_eq!(mine.covers(range), all);
                let missing = mine.missing(range);
                prop_assert_eq!(missing.is_empty(), all);
                for position in POSITIONS.into_iter().chain([1 << 63]) {
                    let is_missing = within(&missing, position);
                    prop_assert_eq!(is_missing, range.contains(position) && !mine.contains(position));
                }
            }
        }
    }

    #[test]
    fn the_whole_ring_has_no_gaps() {
        assert_eq!(RangeSet::default().gaps(), [0..=Position::MAX]);
        assert!(RangeSet::of([Range { start: 7, end: 7 }]).gaps().is_empty());
    }
}
