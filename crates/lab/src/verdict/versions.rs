//! Which version includes which.

use std::collections::BTreeMap;

use ringside_store::version::{Actor, Context, Dot, Version};
use ringside_store::{Duration, Instant};

use super::history::{Answer, History, KeyOperation};

/// A version's place among all of its key where the latest stamp wins: its rank, its stamp, its name.
pub(super) type Standing = (u64, Instant, Dot);

/// The versions of a key that anybody has seen, by name.
///
/// A version includes those that its writer had seen. Where the latest stamp wins, versions stand in one
/// order, by their stamps. There a clock that is behind may give a write a stamp before that of a version
/// which its writer had seen; the write comes after that one all the same, as a hybrid logical clock would
/// have it (Kulkarni et al., "Logical Physical Clocks", 2014). A store that holds otherwise has dropped
/// the write.
#[derive(Debug, Default)]
pub(super) struct Seen<'log> {
    versions: BTreeMap<Dot, &'log Version>,
    /// The stamps that hybrid clocks would have given.
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

    /// Returns the version that a write made, if anybody has seen it.
    pub(super) fn written(&self, key_operation: &KeyOperation<'log>) -> Option<&'log Version> {
        match key_operation.answer {
            Answer::Stored(version) => Some(version),
            _ => self.versions.get(&key_operation.dot?).copied(),
        }
    }

    /// Returns the place of a version where the latest stamp wins.
    pub(super) fn standing(&self, version: &Version) -> Standing {
        // The ranks of a register never go back, whatever its clocks do.
        let stamp = if version.rank == 0 { self.stamps.get(&version.dot) } else { None };
        (version.rank, stamp.copied().unwrap_or(version.written), version.dot)
    }

    /// Whether a version is the other one, or came after it.
    pub(super) fn includes(&self, newer: &Version, older: &Version, latest_wins: bool) -> bool {
        if latest_wins {
            self.standing(newer) >= self.standing(older)
        } else {
            newer.dot == older.dot || newer.past.contains(older.dot)
        }
    }

    /// Stamps the writes, in the order in which they were asked for: what a writer had seen comes first.
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

/// The latest stamp among the first writes of each actor.
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

    /// Returns the latest stamp of all that is known here.
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
