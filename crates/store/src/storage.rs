//! Storage of one node's keys: the siblings of each key, counters and indices.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::settings::Order;
use crate::version::{Actor, Dot, Siblings, Version};
use crate::{Instant, Key, Position, Range};

/// The record of one key.
#[derive(Clone, Debug, Default)]
struct Record {
    siblings: Siblings,
    /// The number of writes to this key that the node has named. It is kept apart from the
    /// siblings, because a node may name a write that it does not hold (it coordinates for others),
    /// and must never give two writes the same name.
    minted: u64,
    /// The last known write time of each actor, by which clocks are truncated. Empty if they are
    /// not.
    write_times: Vec<(Actor, Instant)>,
    /// Whether versions are listed in the indices by time. Most never are, and need no lookup
    /// there.
    indexed: bool,
}

/// The outcome of a change to a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Whether the versions changed.
    pub(crate) changed: bool,
    /// The number of versions now.
    pub(crate) siblings: u16,
}

/// The keys of one node, in ring order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Storage {
    records: BTreeMap<Key, Record>,
    live: u32,
    /// The number of keys that have only tombstones left.
    dead: u32,
    /// Values that expire, by expiry time.
    expiring: BTreeSet<(Instant, Key)>,
    /// Keys with tombstones, by the time since which they have them.
    tombstones: BTreeSet<(Instant, Key)>,
}

impl Storage {
    /// Names a new write to the key. No name is given twice.
    pub(crate) fn mint(&mut self, actor: Actor, key: &Key) -> Dot {
        let record = self.records.entry(key.clone()).or_default();
        record.minted += 1;
        Dot { actor, counter: record.minted }
    }

    /// Names a new write, above the number that a clock has for the actor: a clock may be ahead of
    /// this record.
    pub(crate) fn mint_above(&mut self, actor: Actor, key: &Key, known: u64) -> Dot {
        let record = self.records.entry(key.clone()).or_default();
        record.minted = record.minted.max(known) + 1;
        Dot { actor, counter: record.minted }
    }

    /// Merges versions into a key.
    pub(crate) fn merge(&mut self, key: &Key, versions: &Siblings, order: Order) -> Change {
        self.change(key, |siblings| siblings.merge(versions, order))
    }

    /// Turns values of a key that have expired into tombstones.
    pub(crate) fn expire(&mut self, key: &Key, wall: Instant) -> Change {
        self.change(key, |siblings| siblings.expire(wall))
    }

    /// Drops all versions of a key, but not the number of writes that were named.
    pub(crate) fn forget(&mut self, key: &Key) -> Change {
        self.change(key, |siblings| !std::mem::take(siblings).is_empty())
    }

    fn change(&mut self, key: &Key, change: impl FnOnce(&mut Siblings) -> bool) -> Change {
        let record = self.records.entry(key.clone()).or_default();
        let (was_live, was_there) = (record.siblings.is_live(), !record.siblings.is_empty());
        let before = record.indexed.then(|| record.siblings.clone());
        let changed = change(&mut record.siblings);
        let (is_live, is_there) = (record.siblings.is_live(), !record.siblings.is_empty());
        self.live = self.live + u32::from(is_live) - u32::from(was_live);
        self.dead = self.dead + u32::from(is_there && !is_live) - u32::from(was_there && !was_live);
        if changed {
            for version in before.iter().flat_map(Siblings::iter) {
                match times(version) {
                    (Some(since), _) => _ = self.tombstones.remove(&(since, key.clone())),
                    (None, Some(at)) => _ = self.expiring.remove(&(at, key.clone())),
                    (None, None) => {}
                }
            }
            record.indexed = false;
            for version in record.siblings.iter() {
                record.indexed |= match times(version) {
                    (Some(since), _) => self.tombstones.insert((since, key.clone())),
                    (None, Some(at)) => self.expiring.insert((at, key.clone())),
                    (None, None) => continue,
                };
            }
        }
        Change { changed, siblings: record.siblings.len() as u16 }
    }

    /// Records the write times of these versions' actors.
    pub(crate) fn note_write_times(&mut self, key: &Key, versions: &Siblings) {
        let write_times = &mut self.records.entry(key.clone()).or_default().write_times;
        for version in versions.iter() {
            let (actor, written) = (version.dot.actor, version.written);
            match write_times.iter_mut().find(|(known, _)| *known == actor) {
                Some((_, latest)) => *latest = written.max(*latest),
                None => write_times.push((actor, written)),
            }
        }
    }

    /// Returns the last known time at which an actor wrote to a key, or time zero if none is known.
    pub(crate) fn last_write_time(&self, key: &Key, actor: Actor) -> Instant {
        let record = self.records.get(key);
        let note_write_times =
            record.and_then(|it| it.write_times.iter().find(|(known, _)| *known == actor));
        note_write_times.map_or(Instant::ZERO, |(_, written)| *written)
    }

    /// Removes and returns the key whose value has expired earliest by a wall clock, if one has.
    pub(crate) fn pop_expired(&mut self, wall: Instant) -> Option<Key> {
        let (at, _) = self.expiring.first()?;
        if *at > wall {
            return None;
        }
        self.expiring.pop_first().map(|(_, key)| key)
    }

    /// Returns the wall-clock time at which the next value expires.
    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.expiring.first().map(|(at, _)| *at)
    }

    /// Removes and returns the key with the oldest tombstone, if that is from `before` or earlier.
    pub(crate) fn pop_tombstone(&mut self, before: Instant) -> Option<Key> {
        let (since, _) = self.tombstones.first()?;
        if *since > before {
            return None;
        }
        self.tombstones.pop_first().map(|(_, key)| key)
    }

    /// Returns the wall-clock time of the oldest tombstone.
    pub(crate) fn oldest_tombstone(&self) -> Option<Instant> {
        self.tombstones.first().map(|(since, _)| *since)
    }

    /// Returns the versions of a key, or `None` if it was never written here.
    pub(crate) fn get(&self, key: &Key) -> Option<&Siblings> {
        self.records.get(key).map(|record| &record.siblings).filter(|found| !found.is_empty())
    }

    /// Iterates over the keys with their versions in ring order, tombstones included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        let held = self.records.iter().filter(|(_, record)| !record.siblings.is_empty());
        held.map(|(key, record)| (key, &record.siblings))
    }

    /// Iterates over the keys of a range with their versions in ring order, from the key after
    /// `after` on, or from the start if it is `None`.
    pub(crate) fn range_after(
        &self,
        range: Range,
        after: Option<&Key>,
    ) -> impl Iterator<Item = (&Key, &Siblings)> {
        let from = after.map_or(range.start.wrapping_add(1), Key::position);
        // The rest of the range after a key is a range too: from the position of the key on.
        let left = Range { start: from.wrapping_sub(1), end: range.end };
        let intervals = left.intervals().into_iter();
        let keys = intervals.flat_map(|interval| self.within(interval));
        keys.filter(move |(key, _)| {
            after.is_none_or(|after| key.position() != after.position() || *key > after)
        })
    }

    /// Iterates over the keys at these positions with their versions, in ring order.
    pub(crate) fn within(
        &self,
        positions: RangeInclusive<Position>,
    ) -> impl Iterator<Item = (&Key, &Siblings)> {
        let (low, high) = (Key::at(*positions.start()), *positions.end());
        let from = self.records.range(low..).take_while(move |(key, _)| key.position() <= high);
        let held = from.filter(|(_, record)| !record.siblings.is_empty());
        held.map(|(key, record)| (key, &record.siblings))
    }

    /// The number of keys that have a value to read.
    pub(crate) const fn live_keys(&self) -> u32 {
        self.live
    }

    /// The number of keys that have only tombstones left.
    pub(crate) const fn dead_keys(&self) -> u32 {
        self.dead
    }
}

/// Returns the time since which a version is a tombstone, and the time at which it expires if it is
/// not.
fn times(version: &Version) -> (Option<Instant>, Option<Instant>) {
    (version.dead_since(), version.expires)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::version::Context;
    use crate::{NodeId, Value};

    /// One write: its key, its name, whether it is a tombstone, when it was made and when it
    /// expires.
    #[derive(Clone, Debug)]
    struct Write {
        key: u8,
        dot: (u16, u64),
        replaces: Option<(u16, u64)>,
        dead: bool,
        written: u64,
        expires: Option<u64>,
    }

    fn writes() -> impl Strategy<Value = Vec<Write>> {
        let dot = || (0..3_u16, 1..4_u64);
        let write = (
            0..6_u8,
            dot(),
            prop::option::of(dot()),
            any::<bool>(),
            0..20_u64,
            prop::option::of(0..20_u64),
        );
        let write = write.prop_map(|(key, dot, replaces, dead, written, expires)| Write {
            key,
            dot,
            replaces,
            dead,
            written,
            expires: expires.filter(|_| !dead),
        });
        prop::collection::vec(write, 0..40)
    }

    fn dot((node, counter): (u16, u64)) -> Dot {
        Dot { actor: Actor { node: NodeId(node), generation: 0 }, counter }
    }

    fn set(write: &Write) -> Siblings {
        let mut past = Context::new();
        write.replaces.into_iter().for_each(|it| past.insert(dot(it)));
        Siblings::of(Arc::new(Version {
            dot: dot(write.dot),
            past,
            rank: 0,
            written: Instant::from_us(write.written),
            expires: write.expires.map(Instant::from_us),
            value: (!write.dead).then(|| Value::new("v")),
        }))
    }

    fn name(key: u8) -> Key {
        Key::new(&key.to_string())
    }

    /// Compares the counts and indices with a scan of all versions.
    fn assert_indexed(storage: &Storage) -> Result<(), TestCaseError> {
        let keys = || storage.iter().map(|(_, siblings)| siblings);
        let versions = || keys().flat_map(Siblings::iter);
        let live = keys().filter(|siblings| siblings.is_live()).count();
        let dead = keys().filter(|siblings| !siblings.is_live()).count();
        prop_assert_eq!((storage.live_keys() as usize, storage.dead_keys() as usize), (live, dead));
        let expiry = versions().filter(|it| !it.is_tombstone()).filter_map(|it| it.expires).min();
        prop_assert_eq!(storage.next_expiry(), expiry);
        prop_assert_eq!(
            storage.oldest_tombstone(),
            versions().filter_map(|it| it.dead_since()).min()
        );
        Ok(())
    }

    proptest! {
        #[test]
        fn counts_and_indices_agree_with_a_scan(writes in writes(), forgotten: u8) {
            let mut storage = Storage::default();
            for write in &writes {
                let key = name(write.key);
                let before = storage.get(&key).cloned().unwrap_or_default();
                let change = storage.merge(&key, &set(write), Order::Dotted);
                let held = storage.get(&key).cloned().unwrap_or_default();
                prop_assert_eq!(change.changed, held != before);
                prop_assert_eq!(usize::from(change.siblings), held.len());
                assert_indexed(&storage)?;
            }
            storage.forget(&name(forgotten % 6));
            prop_assert!(storage.get(&name(forgotten % 6)).is_none());
            assert_indexed(&storage)?;
            // Time passes: values become tombstones in the order of their expiry.
            for wall in (0..20).map(Instant::from_us) {
                while let Some(key) = storage.pop_expired(wall) {
                    storage.expire(&key, wall);
                }
                prop_assert!(storage.next_expiry().is_none_or(|at| at > wall));
                assert_indexed(&storage)?;
            }
            let (mut last, mut popped) = (Instant::ZERO, BTreeSet::new());
            while let Some(since) = storage.oldest_tombstone() {
                prop_assert!(since >= last);
                prop_assert_eq!(storage.pop_tombstone(Instant::ZERO).is_some(), since == Instant::ZERO);
                last = since;
                popped.extend(storage.pop_tombstone(since).map(|key| key.name().to_owned()));
            }
            let dead = storage.iter().filter(|(_, held)| !held.is_live());
            prop_assert!(popped.len() <= 6 && dead.count() <= 6);
        }

        #[test]
        fn a_range_of_keys_agrees_with_filtering_all(
            keys in prop::collection::btree_set(0..60_u8, 0..40),
            (start, end) in any::<(u64, u64)>(),
            narrow: bool,
            after in prop::option::of(0..60_u8),
        ) {
            let mut storage = Storage::default();
            for &key in &keys {
                let write =
                    Write { key, dot: (0, 1), replaces: None, dead: false, written: 0, expires: None };
                storage.merge(&name(key), &set(&write), Order::Dotted);
            }
            let range = if narrow { Range { start, end: start } } else { Range { start, end } };
            let after = after.map(name).filter(|after| range.contains(after.position()));
            let offset = |key: &Key| key.position().wrapping_sub(range.start).wrapping_sub(1);
            let mut expected: Vec<Key> = keys.iter().map(|&key| name(key)).collect();
            expected.retain(|key| range.contains(key.position()));
            expected.retain(|key| after.as_ref().is_none_or(|after| offset(key) > offset(after)));
            expected.sort_by_key(offset);
            let found: Vec<Key> =
                storage.range_after(range, after.as_ref()).map(|(key, _)| key.clone()).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_name_is_given_twice(known in prop::collection::vec(prop::option::of(0..20_u64), 1..20)) {
            let mut storage = Storage::default();
            let actor = Actor { node: NodeId(0), generation: 0 };
            let key = name(0);
            let mut last = 0;
            for known in known {
                let dot = match known {
                    Some(known) => storage.mint_above(actor, &key, known),
                    None => storage.mint(actor, &key),
                };
                prop_assert!(dot.counter > last.max(known.unwrap_or(0)));
                last = dot.counter;
                storage.forget(&key);
            }
        }
    }
}
