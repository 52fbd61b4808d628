//! A set of trials, by ordinal.

use std::ops::Range;

/// A set of ordinals as ascending ranges, which neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TrialSet {
    ranges: Vec<Range<u32>>,
}

impl TrialSet {
    /// Lists the parts of a range that are not in the set.
    pub(super) fn missing(&self, range: &Range<u32>) -> Vec<Range<u32>> {
        let mut missing = Vec::new();
        let mut from = range.start;
        for held in &self.ranges {
            if held.start >= range.end {
                break;
            }
            if from < held.start {
                missing.push(from..held.start);
            }
            from = from.max(held.end);
        }
        if from < range.end {
            missing.push(from..range.end);
        }
        missing
    }

    /// Adds a range.
    pub(super) fn insert(&mut self, mut range: Range<u32>) {
        if range.is_empty() {
            return;
        }
        let first = self.ranges.partition_point(|held| held.end < range.start);
        let end = self.ranges.partition_point(|held| held.start <= range.end);
        if let Some(touched) = self.ranges.get(first..end) {
            range.start = touched.first().map_or(range.start, |it| it.start.min(range.start));
            range.end = touched.last().map_or(range.end, |it| it.end.max(range.end));
        }
        self.ranges.splice(first..end, [range]);
    }

    /// Lists the ranges.
    pub(super) fn ranges(&self) -> &[Range<u32>] {
        &self.ranges
    }

    /// The number of ordinals.
    pub(super) fn count(&self) -> u32 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_plain_set(
            inserted in prop::collection::vec((0..60_u32, 0..9_u32), 0..12),
            start in 0..60_u32,
            length in 0..30_u32,
        ) {
            let (mut trials, mut naive) = (TrialSet::default(), BTreeSet::new());
            for (start, length) in inserted {
                trials.insert(start..start + length);
                naive.extend(start..start + length);
            }
            prop_assert_eq!(trials.count() as usize, naive.len());
            prop_assert!(trials.ranges().iter().cloned().flatten().eq(naive.iter().copied()));
            prop_assert!(trials.ranges().windows(2).all(|pair| pair[0].end < pair[1].start));
            let missing = trials.missing(&(start..start + length)).into_iter().flatten();
            prop_assert!(missing.eq((start..start + length).filter(|it| !naive.contains(it))));
        }
    }
}
