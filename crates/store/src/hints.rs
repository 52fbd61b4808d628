//! Hints that a node keeps for other replicas, apart from its own keys (Dynamo, section 4.6).

use std::collections::{BTreeMap, BTreeSet};

use crate::settings::Order;
use crate::version::Siblings;
use crate::{Duration, Instant, Key, NodeId};

/// A write that is kept for a replica which could not take it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hint {
    /// The versions for the replica.
    pub(crate) siblings: Siblings,
    /// The time at which the hint was first kept.
    pub(crate) since: Instant,
}

/// The hints that a node keeps, by the replica that they are for. They survive a crash and are lost
/// in a wipe.
#[derive(Clone, Debug, Default)]
pub struct HintStore {
    targets: BTreeMap<NodeId, BTreeMap<Key, Hint>>,
    /// The same hints by age, to find the oldest.
    ages: BTreeSet<(Instant, NodeId, Key)>,
    bytes: u64,
    /// The number of changes so far.
    revision: u64,
}

impl HintStore {
    /// Keeps versions for a replica. Returns whether it did: it does not if there are already
    /// `most` hints for the replica. Versions of a key that has a hint join that hint.
    pub(crate) fn keep(
        &mut self,
        target: NodeId,
        key: &Key,
        siblings: &Siblings,
        now: Instant,
        (most, order): (u32, Order),
    ) -> bool {
        let hints = self.targets.entry(target).or_default();
        let full = hints.len() >= most as usize;
        if let Some(hint) = hints.get_mut(key) {
            let before = size_bytes(key, &hint.siblings);
            hint.siblings.merge(siblings, order);
            self.bytes = self.bytes + size_bytes(key, &hint.siblings) - before;
            self.revision += 1;
            return true;
        }
        if full {
            return false;
        }
        self.bytes += size_bytes(key, siblings);
        self.revision += 1;
        self.ages.insert((now, target, key.clone()));
        hints.insert(key.clone(), Hint { siblings: siblings.clone(), since: now });
        true
    }

    /// Drops a hint, unless versions have joined it since `delivered` was sent. Returns whether it
    /// did.
    pub(crate) fn drop_delivered(
        &mut self,
        target: NodeId,
        key: &Key,
        delivered: &Siblings,
        order: Order,
    ) -> bool {
        let hint = self.targets.get(&target).and_then(|hints| hints.get(key));
        let done = hint.is_some_and(|hint| delivered.covers(&hint.siblings, order));
        done && self.take(target, key).is_some()
    }

    /// Removes and returns a hint.
    pub(crate) fn take(&mut self, target: NodeId, key: &Key) -> Option<Hint> {
        let hints = self.targets.get_mut(&target)?;
        let hint = hints.remove(key)?;
        self.ages.remove(&(hint.since, target, key.clone()));
        self.revision += 1;
        self.bytes -= size_bytes(key, &hint.siblings);
        if hints.is_empty() {
            self.targets.remove(&target);
        }
        Some(hint)
    }

    /// Removes the hints for a replica that are older than `window`, and returns their number.
    pub(crate) fn take_older(&mut self, target: NodeId, window: Duration, now: Instant) -> u32 {
        let hints = self.targets.get(&target);
        let old = hints.into_iter().flatten().filter(|(_, hint)| now.since(hint.since) > window);
        let old: Vec<Key> = old.map(|(key, _)| key.clone()).collect();
        old.iter().for_each(|key| _ = self.take(target, key));
        old.len() as u32
    }

    /// Merges all hints of a key into a set.
    pub(crate) fn merge_into(&self, key: &Key, found: &mut Siblings, order: Order) {
        for hint in self.targets.values().filter_map(|hints| hints.get(key)) {
            found.merge(&hint.siblings, order);
        }
    }

    /// Iterates over the hints for a replica, by key.
    pub(crate) fn of(&self, target: NodeId) -> impl Iterator<Item = (&Key, &Hint)> {
        self.targets.get(&target).into_iter().flatten()
    }

    /// Iterates over the hints of a key: the replica that each is for, its versions, and when it
    /// was first kept.
    pub fn of_key(&self, key: &Key) -> impl Iterator<Item = (NodeId, &Siblings, Instant)> {
        self.targets.iter().filter_map(move |(target, hints)| {
            hints.get(key).map(|hint| (*target, &hint.siblings, hint.since))
        })
    }

    /// Iterates over the replicas that have hints, with the number of their hints.
    pub fn targets(&self) -> impl Iterator<Item = (NodeId, u32)> + '_ {
        self.targets.iter().map(|(target, hints)| (*target, hints.len() as u32))
    }

    /// The number of hints.
    pub fn len(&self) -> u32 {
        self.ages.len() as u32
    }

    /// Whether there are no hints.
    pub fn is_empty(&self) -> bool {
        self.ages.is_empty()
    }

    /// The size of the hints in bytes: the names of their keys, and their values.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the time since which the oldest hint is kept.
    pub fn oldest(&self) -> Option<Instant> {
        self.ages.first().map(|(since, ..)| *since)
    }

    /// The number of changes so far. An observer that has seen the hints at this number has seen
    /// the current ones.
    pub const fn revision(&self) -> u64 {
        self.revision
    }
}

/// Returns the size of a hint in bytes: the name of its key, and its values.
fn size_bytes(key: &Key, siblings: &Siblings) -> u64 {
    let values: usize = siblings.values().map(|value| value.as_str().len()).sum();
    (key.name().len() + values) as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::Value;
    use crate::version::{Actor, Context, Dot, Version};

    fn set(counter: u64) -> Siblings {
        let dot = Dot { actor: Actor { node: NodeId(9), generation: 0 }, counter };
        let (written, value) = (Instant::ZERO, Some(Value::new("four")));
        let past = Context::new();
        Siblings::of(Arc::new(Version { dot, past, rank: 0, written, expires: None, value }))
    }

    #[derive(Clone, Debug)]
    enum Step {
        Keep { target: u16, key: u8, counter: u64 },
        Deliver { target: u16, key: u8, counter: u64 },
        Age { target: u16 },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => (0..3_u16, 0..6_u8, 1..4_u64)
                .prop_map(|(target, key, counter)| Step::Keep { target, key, counter }),
            1 => (0..3_u16, 0..6_u8, 1..4_u64)
                .prop_map(|(target, key, counter)| Step::Deliver { target, key, counter }),
            1 => (0..3_u16).prop_map(|target| Step::Age { target }),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        /// The naive model is a list of (target, key, write, since), without separate counts.
        #[test]
        fn the_store_agrees_with_a_list(steps in steps()) {
            const MOST: u32 = 4;
            let window = Duration::from_us(10);
            let mut store = HintStore::default();
            let mut list: Vec<(u16, u8, Vec<u64>, u64)> = Vec::new();
            for (time, step) in (0_u64..).zip(steps) {
                let now = Instant::from_us(time);
                match step {
                    Step::Keep { target, key, counter } => {
                        let name = Key::new(&key.to_string());
                        let room = list.iter().filter(|hint| hint.0 == target).count() < MOST as usize;
                        let found = list.iter_mut().find(|hint| (hint.0, hint.1) == (target, key));
                        let kept = found.is_some() || room;
                        match found {
                            Some(hint) if !hint.2.contains(&counter) => hint.2.push(counter),
                            None if room => list.push((target, key, vec![counter], time)),
                            Some(_) | None => {}
                        }
                        let order = (MOST, Order::Dotted);
                        prop_assert_eq!(store.keep(NodeId(target), &name, &set(counter), now, order), kept);
                    }
                    Step::Deliver { target, key, counter } => {
                        let name = Key::new(&key.to_string());
                        let before = list.len();
                        list.retain(|hint| (hint.0, hint.1) != (target, key) || hint.2 != [counter]);
                        let dropped = store.drop_delivered(NodeId(target), &name, &set(counter), Order::Dotted);
                        prop_assert_eq!(dropped, list.len() < before);
                    }
                    Step::Age { target } => {
                        let before = list.len();
                        list.retain(|hint| hint.0 != target || time - hint.3 <= 10);
                        let expired = store.take_older(NodeId(target), window, now);
                        prop_assert_eq!(expired as usize, before - list.len());
                    }
                }
                let bytes: usize = list.iter().map(|hint| 1 + 4 * hint.2.len()).sum();
                prop_assert_eq!((store.len() as usize, store.bytes()), (list.len(), bytes as u64));
                let oldest = list.iter().map(|hint| Instant::from_us(hint.3)).min();
                prop_assert_eq!(store.oldest(), oldest);
            }
        }
    }
}
