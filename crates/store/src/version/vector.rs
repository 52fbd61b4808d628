//! Version vectors: for each actor, how many of its writes are known.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Actor, Dot};

/// A version vector (Parker et al., 1983): for each actor, how many of its writes are known, without
/// a gap from the first. An actor that it does not list counts zero.
///
/// ```text
///   {A:2, C:1}  knows  A1 A2 C1
/// ```
///
/// Entries are sorted by actor and never zero, so that equal vectors are equal in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionVector {
    entries: SmallVec<[(Actor, u64); 3]>,
}

impl VersionVector {
    /// Creates the vector that contains no writes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of the actor's writes that are known.
    pub fn get(&self, actor: Actor) -> u64 {
        self.find(actor).map_or(0, |index| self.entries[index].1)
    }

    /// Counts one more write of the actor and returns its dot.
    pub fn increment(&mut self, actor: Actor) -> Dot {
        let counter = self.get(actor) + 1;
        self.raise(actor, counter);
        Dot { actor, counter }
    }

    /// Raises the number of the actor's known writes to at least `counter`.
    pub fn raise(&mut self, actor: Actor, counter: u64) {
        if counter == 0 {
            return;
        }
        match self.find(actor) {
            Ok(index) => self.entries[index].1 = self.entries[index].1.max(counter),
            Err(index) => self.entries.insert(index, (actor, counter)),
        }
    }

    /// Raises the vector to the least one that descends from both.
    pub fn merge(&mut self, other: &Self) {
        // Both are sorted, so the entry that is looked for lies ahead, and most often it is the
        // next one.
        let mut place = 0;
        for &(actor, counter) in &other.entries {
            place += self.entries[place..].iter().take_while(|entry| entry.0 < actor).count();
            match self.entries.get_mut(place) {
                Some(entry) if entry.0 == actor => entry.1 = entry.1.max(counter),
                _ => self.entries.insert(place, (actor, counter)),
            }
            place += 1;
        }
    }

    /// Whether the write is known.
    pub fn contains(&self, dot: Dot) -> bool {
        self.get(dot.actor) >= dot.counter
    }

    /// Whether this vector contains all writes of the other: it is equal or later.
    pub fn descends(&self, other: &Self) -> bool {
        // Both are sorted, so one pass over the two suffices.
        let mut ours = self.entries.iter();
        other.entries.iter().all(|&(actor, counter)| {
            let ahead = ours.find(|entry| entry.0 >= actor);
            ahead.is_some_and(|entry| entry.0 == actor && entry.1 >= counter)
        })
    }

    /// Whether this vector is strictly later than the other.
    pub fn dominates(&self, other: &Self) -> bool {
        self != other && self.descends(other)
    }

    /// Whether each vector contains a write that the other does not.
    pub fn concurrent(&self, other: &Self) -> bool {
        !self.descends(other) && !other.descends(self)
    }

    /// Removes all writes of an actor.
    pub fn forget(&mut self, actor: Actor) {
        self.entries.retain(|(entry, _)| *entry != actor);
    }

    /// Iterates over actors and their counts, by actor.
    pub fn iter(&self) -> impl Iterator<Item = (Actor, u64)> + '_ {
        self.entries.iter().copied()
    }

    /// Whether no write is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find(&self, actor: Actor) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.0.cmp(&actor))
    }
}

impl PartialOrd for VersionVector {
    /// Orders by causality; concurrent vectors have no order.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            Some(Ordering::Equal)
        } else if self.descends(other) {
            Some(Ordering::Greater)
        } else if other.descends(self) {
            Some(Ordering::Less)
        } else {
            None
        }
    }
}

impl fmt::Display for VersionVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (place, (actor, counter)) in self.entries.iter().enumerate() {
            write!(f, "{}{actor}:{counter}", if place == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::NodeId;

    /// The naive model: a map of counts by node.
    type Model = BTreeMap<u16, u64>;

    fn actor(node: u16) -> Actor {
        Actor { node: NodeId(node), generation: 0 }
    }

    fn vector(model: &Model) -> VersionVector {
        let mut vector = VersionVector::new();
        // In descending order, so that insertion has to sort.
        model.iter().rev().for_each(|(&node, &counter)| vector.raise(actor(node), counter));
        vector
    }

    fn model_descends(a: &Model, b: &Model) -> bool {
        b.iter().all(|(node, counter)| a.get(node).copied().unwrap_or(0) >= *counter)
    }

    fn models() -> impl Strategy<Value = Model> {
        prop::collection::btree_map(0..5_u16, 0..4_u64, 0..5)
    }

    proptest! {
        #[test]
        fn comparisons_agree_with_the_naive_model(a in models(), b in models()) {
            let (va, vb) = (vector(&a), vector(&b));
            let (ab, ba) = (model_descends(&a, &b), model_descends(&b, &a));
            prop_assert_eq!(va.descends(&vb), ab);
            prop_assert_eq!(va.dominates(&vb), ab && !ba);
            prop_assert_eq!(va.concurrent(&vb), !ab && !ba);
            prop_assert_eq!(va == vb, ab && ba);
            prop_assert_eq!(va.partial_cmp(&vb).is_none(), !ab && !ba);
        }

        #[test]
        fn merge_is_the_least_upper_bound(a in models(), b in models(), c in models()) {
            let (va, vb, vc) = (vector(&a), vector(&b), vector(&c));
            let merge = |x: &VersionVector, y: &VersionVector| {
                let mut merged = x.clone();
                merged.merge(y);
                merged
            };
            let ab = merge(&va, &vb);
            prop_assert!(ab.descends(&va) && ab.descends(&vb));
            prop_assert_eq!(&ab, &merge(&vb, &va), "commutative");
            prop_assert_eq!(merge(&ab, &vc), merge(&va, &merge(&vb, &vc)), "associative");
            prop_assert_eq!(merge(&ab, &ab), ab.clone(), "idempotent");
            if vc.descends(&va) && vc.descends(&vb) {
                prop_assert!(vc.descends(&ab), "no smaller bound exists");
            }
        }

        #[test]
        fn an_increment_dominates_and_names_a_new_dot(a in models(), node in 0..5_u16) {
            let before = vector(&a);
            let mut after = before.clone();
            let dot = after.increment(actor(node));
            prop_assert!(after.dominates(&before));
            prop_assert!(after.contains(dot) && !before.contains(dot));
        }
    }
}
