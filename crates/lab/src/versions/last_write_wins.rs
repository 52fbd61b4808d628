//! The writes of a key that last write wins dropped, or would have dropped.

use std::collections::{BTreeMap, BTreeSet};

use ringside_store::settings::Order;
use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, NodeId};

use super::WriteEnding;
use super::collect::All;
use super::log::{TimedEvent, VersionEvent};

/// The conflicts and the dropped writes of last write wins on a key.
///
/// Only writes that no later writer had seen count as dropped: no writer chose to replace them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatestWins {
    /// Whether last write wins is the store's present rule.
    pub in_force: bool,
    /// The number of conflicts: sets of writes that were kept as siblings, where sets that share a write are
    /// one conflict.
    pub conflicts: usize,
    /// The number of writes in these conflicts.
    pub writes: usize,
    /// The writes that last write wins would have dropped: all but the latest of each set of siblings.
    pub would_drop: Vec<Dropped>,
    /// The writes that were dropped: the latest write won, or a plain vector took a later write for a
    /// successor.
    pub did_drop: Vec<Dropped>,
}

/// A write that is replaced by one whose writer had not seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The dot of the write.
    pub dot: Dot,
    /// The value, or `None` for a delete or if no value is known.
    pub value: Option<String>,
    /// The time of the write by its coordinator's wall clock, or `None` if no copy of the version is known.
    pub written: Option<Instant>,
    /// Whether the client received an acknowledgement.
    pub acknowledged: bool,
    /// The write that replaces it.
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

/// Returns a version's position in the order of last write wins.
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

/// Writes that were kept as siblings.
#[derive(Debug, Default)]
struct Conflict {
    writes: BTreeSet<Dot>,
    /// The writes that were not the latest of a set of siblings, each with the latest write of the set.
    dropped: BTreeMap<Dot, Dot>,
}

/// Joins the sets of siblings that share a version into conflicts.
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

/// Finds the dropped writes, each with the write that replaced it.
///
/// A write is dropped if a copy of it was replaced by a write whose writer had not seen it, no node holds it
/// any more, and no writer has seen it.
fn replaced_unseen(all: &All, happened: &[&TimedEvent]) -> BTreeMap<Dot, Dot> {
    let mut held: BTreeMap<NodeId, Siblings> = BTreeMap::new();
    let mut replaced: BTreeMap<Dot, Dot> = BTreeMap::new();
    // A copy may have the clock of its sibling set. The version that its writer received has the context of
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
                        replaced.insert(gone.dot, winner.dot);
                    }
                }
            }
            VersionEvent::Unmoved(node, dot) => {
                let held = held.get(node);
                let versions = || held.into_iter().flat_map(Siblings::iter);
                if let Some(winner) = versions().max_by_key(|version| standing(version))
                    && !versions().any(|version| saw(version.dot, *dot))
                {
                    replaced.insert(*dot, winner.dot);
                }
            }
            VersionEvent::Wiped(node) => _ = held.remove(node),
            _ => {}
        }
    }
    let is_known = |dot: Dot| all.known.keys().any(|newer| *newer != dot && saw(*newer, dot));
    replaced.retain(|dot, _| {
        let is_held = all.known.get(dot).is_some_and(|known| known.held);
        !is_held && !is_known(*dot)
    });
    replaced
}
