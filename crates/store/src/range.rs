//! Ranges of the ring, and their division into slices.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use crate::Position;

/// The largest depth to which a range is sliced: 2^16 slices.
pub(crate) const DEPTH_MAX: u8 = 16;

/// A range of the ring: the positions after `start`, clockwise, up to and including `end`.
///
/// A range is never empty: one that ends where it starts is the whole ring.
///
/// ```text
///     start          end
///   ----o=============x----      clockwise, and may wrap over zero
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The last position before the range.
    pub start: Position,
    /// The last position in the range.
    pub end: Position,
}

impl Range {
    /// Whether the range contains a position.
    pub const fn contains(self, position: Position) -> bool {
        (self.offset(position) as u128) < self.width()
    }

    /// Returns the number of positions in the range, from 1 to 2^64.
    pub const fn width(self) -> u128 {
        // One less than the width always fits, and for the whole ring it is all ones.
        self.offset(self.end) as u128 + 1
    }

    /// Returns the number of positions between the range's start and a position.
    const fn offset(self, position: Position) -> u64 {
        position.wrapping_sub(self.start).wrapping_sub(1)
    }

    /// Divides the range into 2^`depth` slices. Returns the width of a narrow slice, and the number
    /// of slices, from the first on, that are wider by one position.
    const fn division(self, depth: u8) -> (u128, u64) {
        assert!(depth <= DEPTH_MAX, "a range is sliced to depth 16 at most");
        (self.width() >> depth, self.width() as u64 & ((1 << depth) - 1))
    }

    /// Returns the index of the slice, of 2^`depth`, that contains a position of the range. Slices
    /// are counted from zero at the start. Their widths differ by at most one position, and in a
    /// narrow range the last slices are empty.
    ///
    /// # Panics
    ///
    /// Panics if the position lies outside of the range, or if `depth` is above [`DEPTH_MAX`].
    pub(crate) const fn slice_of(self, position: Position, depth: u8) -> u32 {
        assert!(self.contains(position), "the position lies outside of the range");
        if depth == 0 {
            return 0;
        }
        // From one division on everything fits in 64 bits, and dividing those is fast on every
        // target.
        let (narrow, wider) = self.division(depth);
        let (offset, narrow) = (self.offset(position), narrow as u64);
        let boundary = wider * (narrow + 1);
        if offset < boundary {
            (offset / (narrow + 1)) as u32
        } else {
            (wider + (offset - boundary) / narrow) as u32
        }
    }

    /// Returns a slice as a range, or `None` if it is empty or does not exist.
    ///
    /// # Panics
    ///
    /// Panics if `depth` is above [`DEPTH_MAX`].
    pub(crate) const fn slice(self, index: u32, depth: u8) -> Option<Self> {
        let (narrow, wider) = self.division(depth);
        if index >= 1 << depth || (narrow == 0 && index as u64 >= wider) {
            return None;
        }
        Some(Self { start: self.cut(index, depth), end: self.cut(index + 1, depth) })
    }

    /// Returns the last position before a slice.
    const fn cut(self, index: u32, depth: u8) -> Position {
        let (narrow, wider) = self.division(depth);
        let wide_before = if (index as u64) < wider { index as u64 } else { wider };
        let offset = index as u128 * narrow + wide_before as u128;
        self.start.wrapping_add(offset as u64)
    }

    /// Returns the positions of the range as intervals that do not wrap over zero, in ring order,
    /// as an ordered map needs them.
    pub(crate) fn intervals(self) -> SmallVec<[RangeInclusive<Position>; 2]> {
        let first = self.start.wrapping_add(1);
        if first <= self.end {
            smallvec![first..=self.end]
        } else {
            smallvec![first..=Position::MAX, 0..=self.end]
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ranges of all widths, with their edges often near zero.
    fn ranges() -> impl Strategy<Value = Range> {
        let place = || prop_oneof![any::<u64>(), 0..40_u64, (0..40_u64).prop_map(|back| !back)];
        let width = prop_oneof![any::<u64>(), 0..5_000_u64];
        prop_oneof![
            (place(), width)
                .prop_map(|(start, width)| Range { start, end: start.wrapping_add(width) }),
            place().prop_map(|start| Range { start, end: start }),
            (place(), place()).prop_map(|(start, end)| Range { start, end }),
        ]
    }

    /// A position of the range, from 0 (the first) to `u64::MAX` (the last).
    fn place(range: Range, at: u64) -> Position {
        let offset = (u128::from(at) * range.width()) >> 64;
        range.start.wrapping_add(1).wrapping_add(offset as u64)
    }

    fn in_intervals(range: Range, position: Position) -> bool {
        range.intervals().iter().any(|interval| interval.contains(&position))
    }

    #[test]
    fn a_narrow_range_has_the_expected_positions_and_slices() {
        let range = Range { start: u64::MAX - 1, end: 2 };
        let inside: Vec<u64> =
            (0..10).chain(u64::MAX - 9..=u64::MAX).filter(|&place| range.contains(place)).collect();
        assert_eq!(inside, [0, 1, 2, u64::MAX]);
        assert_eq!(range.width(), 4);
        let slices = [u64::MAX, 0, 1, 2].map(|place| range.slice_of(place, 3));
        assert_eq!(slices, [0, 1, 2, 3]);
        assert_eq!(range.slice(3, 3), Some(Range { start: 1, end: 2 }));
        assert_eq!(range.slice(4, 3), None, "the rest of the eight slices are empty");
    }

    #[test]
    fn equal_ends_are_the_whole_ring() {
        for start in [0, 1, 77, u64::MAX] {
            let range = Range { start, end: start };
            assert_eq!(range.width(), 1 << 64);
            assert!(
                [0, start, start.wrapping_add(1), u64::MAX].map(|p| range.contains(p))[..]
                    .iter()
                    .all(|&inside| inside)
            );
            assert_eq!(range.slice(0, 0), Some(range));
        }
    }

    proptest! {
        #[test]
        fn intervals_hold_exactly_the_positions_of_the_range(range in ranges(), position: u64) {
            for position in [position, range.start, range.end, range.start.wrapping_add(1), 0] {
                prop_assert_eq!(in_intervals(range, position), range.contains(position));
            }
            let widths = range.intervals().into_iter().map(|interval| {
                u128::from(interval.end() - interval.start()) + 1
            });
            prop_assert_eq!(widths.sum::<u128>(), range.width());
            let first = *range.intervals()[0].start();
            prop_assert_eq!(first, range.start.wrapping_add(1));
        }

        #[test]
        fn a_position_lies_in_exactly_one_slice(
            range in ranges(),
            depth in 0..=DEPTH_MAX,
            at: u64,
            other: u32,
        ) {
            let position = place(range, at);
            prop_assert!(range.contains(position));
            let index = range.slice_of(position, depth);
            let slice = range.slice(index, depth).expect("a slice with a position is not empty");
            prop_assert!(slice.contains(position));
            let other = other % (1 << depth);
            let elsewhere = range.slice(other, depth).is_some_and(|other| other.contains(position));
            prop_assert_eq!(elsewhere, other == index);
        }

        #[test]
        fn slices_are_adjacent_and_nearly_equal(range in ranges(), depth in 0..8_u8) {
            let slices: Vec<Option<Range>> =
                (0..1 << depth).map(|index| range.slice(index, depth)).collect();
            let mut end = range.start;
            for (index, slice) in slices.iter().enumerate() {
                if let Some(slice) = slice {
                    prop_assert_eq!(slice.start, end);
                    prop_assert_eq!(range.slice_of(slice.end, depth), index as u32);
                    prop_assert_eq!(range.slice_of(end.wrapping_add(1), depth), index as u32);
                    end = slice.end;
                }
            }
            prop_assert_eq!(end, range.end);
            let widths = slices.iter().map(|slice| slice.map_or(0, Range::width));
            prop_assert_eq!(widths.clone().sum::<u128>(), range.width());
            prop_assert!(widths.clone().max().unwrap_or(0) - widths.min().unwrap_or(0) <= 1);
            prop_assert_eq!(range.slice(1 << depth, depth), None);
        }

        #[test]
        fn slice_indices_rise_along_the_range(range in ranges(), depth in 0..=DEPTH_MAX, a: u64, b: u64) {
            let (near, far) = (place(range, a.min(b)), place(range, a.max(b)));
            prop_assert!(range.slice_of(near, depth) <= range.slice_of(far, depth));
        }
    }
}
