//! Changes of ownership between two rings.

use crate::{PreferenceList, Range, Ring};

/// A part of the ring whose positions have one preference list before a transition, and one after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnershipChange {
    pub(crate) range: Range,
    pub(crate) before: PreferenceList,
    pub(crate) after: PreferenceList,
}

impl OwnershipChange {
    /// Divides the whole ring into the largest parts that have one preference list on either ring.
    ///
    /// ```text
    ///   before   ----A--------C----B----      each ring has its own tokens, and an arc of
    ///   after    ----A---X----C---------      one may be several arcs of the other
    ///   parts    ---- --- ---- ---- ----
    /// ```
    pub(crate) fn between(before: &Ring, after: &Ring, n: u16) -> Vec<Self> {
        let tokens = before.tokens().iter().chain(after.tokens());
        let mut ends: Vec<u64> = tokens.map(|token| token.position).collect();
        ends.sort_unstable();
        ends.dedup();
        let Some(&last) = ends.last() else { return Vec::new() };
        let starts = std::iter::once(last).chain(ends.iter().copied());
        let mut changes: Vec<Self> = Vec::new();
        for (start, &end) in starts.zip(&ends) {
            let lists = (before.preference_list(end, n), after.preference_list(end, n));
            match changes.last_mut() {
                Some(change) if (&change.before, &change.after) == (&lists.0, &lists.1) => {
                    change.range.end = end;
                }
                _ => {
                    let range = Range { start, end };
                    changes.push(Self { range, before: lists.0, after: lists.1 });
                }
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::NodeId;
    use crate::range_set::RangeSet;

    proptest! {
        #[test]
        fn each_position_lies_in_one_change_and_has_its_lists(
            before in prop::collection::btree_set(0..6_u16, 0..5),
            after in prop::collection::btree_set(0..6_u16, 0..5),
            tokens in 1..5_u16,
            n in 1..4_u16,
            positions in prop::collection::vec(any::<u64>(), 1..20),
        ) {
            let ring = |nodes: &std::collections::BTreeSet<u16>| {
                Ring::new(nodes.iter().copied().map(NodeId), tokens)
            };
            let (before, after) = (ring(&before), ring(&after));
            let changes = OwnershipChange::between(&before, &after, n);
            let ends = changes.iter().flat_map(|change| [change.range.end, change.range.end.wrapping_add(1)]);
            for position in positions.into_iter().chain(ends) {
                let within: Vec<&OwnershipChange> =
                    changes.iter().filter(|change| change.range.contains(position)).collect();
                prop_assert_eq!(within.len(), usize::from(!changes.is_empty()));
                for change in within {
                    prop_assert_eq!(&change.before, &before.preference_list(position, n));
                    prop_assert_eq!(&change.after, &after.preference_list(position, n));
                }
            }
            let all = RangeSet::of(changes.iter().map(|change| change.range));
            prop_assert!(changes.is_empty() || all.gaps().is_empty());
        }
    }
}
