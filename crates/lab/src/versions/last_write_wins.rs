//! The versions of a key that last write wins would have kept, and those it would have dropped.

use std::collections::{BTreeMap, BTreeSet};

use ringside_store::settings::Order;
use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, NodeId};

use super::WriteEnding;
use super::collect::All;
use super::log::{TimedEvent, VersionEvent};

/// The versions of a key that last write wins would keep, or keeps.
///
/// Only writes count that no later writer had seen, so that no writer chose to replace them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatestWins {
    /// Whether it is what the store goes by now.
    pub in_force: bool,
    /// The number of conflicts: writes that were kept side by side, together with those that later
    /// joined them.
    pub conflicts: usize,
    /// The number of writes that were in them.
    pub writes: usize,
    /// Those that would have been dropped: at each conflict all but the latest by the wall clocks.
    pub would_drop: Vec<Dropped>,
    /// Those that were dropped: the store went by the latest write, or a plain vector took what was written
    /// later for a successor.
    pub did_drop: Vec<Dropped>,
}

/// A write that the latest write takes the place of, unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its name.
    pub dot: Dot,
    /// Its value; none for a delete.
    pub value: Option<String>,
    /// The time at which it was written, by its coordinator's wall clock, where a copy of it is known.
    pub written: Option<Instant>,
    /// Whether its client received an acknowledgement.
    pub acknowledged: bool,
    /// The write that takes its place.
    pub by: Dot,
}

impl LatestWins {
    pub(super) fn new(all: &All, happened: &[&TimedEvent], order: Order) -> Self {
        let conflicts = conflicts(all);
        let would_drop = conflicts.iter().flat_map(|conflict| &conflict.dropped);
        let would_drop = would_drop.filter_map(|(dot, by)| dropped(all, *dot, *by)).collect();
        let unseen = replaced_unseen(all, happened);
        Self {
            in_force: order == Order::LastWriteWins,
            conflicts: conflicts.len(),
            writes: conflicts.iter().map(|conflict| conflict.writes.len()).sum(),
            would_drop,
            did_drop: unseen.iter().filter_map(|(dot, by)| dropped(all, *dot, *by)).collect(),
        }
    }
}

/// Returns a version's place in the order of the latest write.
const fn standing(version: &Version) -> (u64, Instant, Dot) {
    (version.rank, version.written, version.dot)
}

fn dropped(all: &All, dot: Dot, by: Dot) -> Option<Dropped> {
    let known = all.known.get(&dot)?;
    Some(Dropped {
        dot,
        value: known.value.clone(),
        written: known.version.as_ref().map(|version| version.written),
        acknowledged: known.ending == WriteEnding::Acknowledged,
        by,
    })
}

/// Writes that were kept side by side.
#[derive(Debug, Default)]
struct Conflict {
    writes: BTreeSet<Dot>,
    /// Those that were not the latest at some time, each with the one that was.
    dropped: BTreeMap<Dot, Dot>,
}

/// Puts the sets in which versions were kept side by side together into conflicts: sets that share a
/// version are one.
fn conflicts(all: &All) -> Vec<Conflict> {
    let mut conflicts: Vec<Conflict> = Vec::new();
    for set in &all.sets {
        let mut joined = Conflict { writes: set.iter().copied().collect(), ..Conflict::default() };
        let versions = || set.iter().filter_map(|dot| all.known.get(dot)?.version.as_deref());
        if let Some(latest) = versions().max_by_key(|version| standing(version)) {
            let others = set.iter().filter(|dot| **dot != latest.dot);
            joined.dropped.extend(others.map(|dot| (*dot, latest.dot)));
        }
        let is_joined = |it: &Conflict| set.iter().any(|dot| it.writes.contains(dot));
        let (parts, apart) = conflicts.into_iter().partition::<Vec<_>, _>(is_joined);
        conflicts = apart;
        for other in parts {
            joined.writes.extend(other.writes);
            joined.dropped.extend(other.dropped);
        }
        conflicts.push(joined);
    }
    conflicts
}

/// Finds the dropped writes: those whose copies were replaced by a write whose writer had not seen them,
/// which are held nowhere any more, and which no writer has seen. Each comes with the write that replaced it.
fn replaced_unseen(all: &All, happened: &[&TimedEvent]) -> BTreeMap<Dot, Dot> {
    let mut held: BTreeMap<NodeId, Siblings> = BTreeMap::new();
    let mut given_way: BTreeMap<Dot, Dot> = BTreeMap::new();
    // A copy may have the clock of its whole set; the version that its writer got back has the context of
    // the write.
    let saw = |newer: Dot, older: Dot| {
        let known = all.known.get(&newer).and_then(|known| known.version.as_ref());
        newer == older || known.is_some_and(|version| version.past.contains(older))
    };
    for it in happened {
        match &it.what {
            VersionEvent::Copy(node, now) => {
                let before = held.insert(*node, now.clone()).unwrap_or_default();
                for gone in before.iter().filter(|it| now.iter().all(|other| other.dot != it.dot)) {
                    if let Some(winner) = now.iter().max_by_key(|version| standing(version))
                        && !now.iter().any(|version| saw(version.dot, gone.dot))
                    {
                        given_way.insert(gone.dot, winner.dot);
                    }
                }
            }
            VersionEvent::Unmoved(node, dot) => {
                let held = held.get(node);
                let versions = || held.into_iter().flat_map(Siblings::iter);
                if let Some(winner) = versions().max_by_key(|version| standing(version))
                    && !versions().any(|version| saw(version.dot, *dot))
                {
                    given_way.insert(*dot, winner.dot);
                }
            }
            VersionEvent::Wiped(node) => _ = held.remove(node),
            _ => {}
        }
    }
    let is_known = |dot: Dot| all.known.keys().any(|newer| *newer != dot && saw(*newer, dot));
    given_way.retain(|dot, _| {
        let is_held = all.known.get(dot).is_some_and(|known| known.held);
        !is_held && !is_known(*dot)
    });
    given_way
}
