//! Inclusion between the versions of a history.

use std::collections::BTreeMap;

use ringside_store::version::{Actor, Context, Dot, Version};
use ringside_store::{Duration, Instant};

use super::history::{Answer, History, KeyOperation};

/// A version's position among all of its key if the latest timestamp wins: its rank, its timestamp, its dot.
pub(super) type Standing = (u64, Instant, Dot);

/// The versions of a key that any client has seen, by their dots.
///
/// A version includes those that its writer had seen. If the latest timestamp wins, versions have a total
/// order, by their timestamps. A coordinator's clock that is behind may then give a write an earlier
/// timestamp than that of a version which its writer had seen. Here the write comes after that version all
/// the same, as under a hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014). A store that
/// orders the two by their timestamps has dropped the write.
#[derive(Debug, Default)]
pub(super) struct Seen<'log> {
    versions: BTreeMap<Dot, &'log Version>,
    /// The timestamps that hybrid logical clocks would have given.
    stamps: BTreeMap<Dot, Instant>,
}

impl<'log> Seen<'log> {
    /// Collects the versions of a history.
    pub(super) fn new(history: &History<'log>) -> Self {
        let mut seen = Self::default();
        for key_operation in &history.operations {
            match key_operation.answer {
                Answer::Found(versions) => {
                    for version in versions.iter() {
                        seen.versions.entry(version.dot).or_insert(version);
                    }
                }
                Answer::Stored(version) => _ = seen.versions.insert(version.dot, version),
                Answer::Open | Answer::Failed | Answer::Unsure => {}
            }
        }
        if history.operations.iter().any(|key_operation| key_operation.latest_wins) {
            seen.set_stamps(history);
        }
        seen
    }

    /// Returns the version that a write made, or `None` if no client has seen it.
    pub(super) fn written(&self, key_operation: &KeyOperation<'log>) -> Option<&'log Version> {
        match key_operation.answer {
            Answer::Stored(version) => Some(version),
            _ => self.versions.get(&key_operation.dot?).copied(),
        }
    }

    /// Returns the position of a version if the latest timestamp wins.
    pub(super) fn standing(&self, version: &Version) -> Standing {
        // The ranks of a register never decrease, whatever the clocks do.
        let stamp = if version.rank == 0 { self.stamps.get(&version.dot) } else { None };
        (version.rank, stamp.copied().unwrap_or(version.written), version.dot)
    }

    /// Whether `newer` is the version `older`, or comes after it.
    pub(super) fn includes(&self, newer: &Version, older: &Version, latest_wins: bool) -> bool {
        if latest_wins {
            self.standing(newer) >= self.standing(older)
        } else {
            newer.dot == older.dot || newer.past.contains(older.dot)
        }
    }

    /// Assigns timestamps to the writes in the order of their requests: the versions that a writer had seen
    /// come before its own.
    fn set_stamps(&mut self, history: &History<'log>) {
        let mut latest = Latest::default();
        for key_operation in &history.operations {
            if let Some(version) = self.written(key_operation) {
                let past = latest.of(&version.past).map(|at| at + Duration::from_us(1));
                let stamp = past.map_or(version.written, |past| past.max(version.written));
                latest.add(version.dot, stamp);
                self.stamps.insert(version.dot, stamp);
            }
        }
    }
}

/// The latest timestamp among each actor's writes up to a counter.
#[derive(Default)]
struct Latest(BTreeMap<Actor, BTreeMap<u64, Instant>>);

impl Latest {
    fn add(&mut self, dot: Dot, stamp: Instant) {
        let stamps = self.0.entry(dot.actor).or_default();
        let before = stamps.range(..=dot.counter).next_back().map(|(_, stamp)| *stamp);
        let stamp = before.map_or(stamp, |before| before.max(stamp));
        stamps.insert(dot.counter, stamp);
        for (_, later) in stamps.range_mut(dot.counter..) {
            *later = stamp.max(*later);
        }
    }

    /// Returns the latest timestamp of the known writes in a context, or `None` if there are none.
    fn of(&self, past: &Context) -> Option<Instant> {
        let upto = |(actor, counter): (Actor, u64)| {
            Some(*self.0.get(&actor)?.range(..=counter).next_back()?.1)
        };
        let single = |dot: &Dot| {
            let stamps = self.0.get(&dot.actor)?;
            stamps.get(&dot.counter).copied()
        };
        let vector = past.vector().iter().filter_map(upto);
        vector.chain(past.beyond().iter().filter_map(single)).max()
    }
}
