//! Construction of a key's lineage, from the log of events and from the contents of the disks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_sim::ClientId;
use ringside_store::settings::Order;
use ringside_store::version::{Actor, Context, Dot, Siblings, Version};
use ringside_store::{Instant, Key, NodeId, RequestId};

use super::graph::{Graph, bit};
use super::last_write_wins::LatestWins;
use super::log::{TimedEvent, VersionEvent};
use super::{HintHeld, Holder, Lineage, LineageVersion, WriteEnding, Writer, cells, graph};
use crate::lab::Lab;

/// The most versions that are listed.
const MOST: usize = 40;

/// The known facts about a version.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The number of versions that became known before this one.
    ordinal: usize,
    /// The version as its writer received it, or else as it was first seen.
    pub(super) version: Option<Arc<Version>>,
    pub(super) value: Option<String>,
    writer: Option<Writer>,
    pub(super) ending: WriteEnding,
    /// Whether some disk has a copy, or a hint with a copy.
    pub(super) held: bool,
    /// Whether a held copy is a tombstone.
    dead: bool,
}

/// All known versions of a key.
#[derive(Debug, Default)]
pub(super) struct All {
    pub(super) known: BTreeMap<Dot, Known>,
    requests: BTreeMap<RequestId, Dot>,
    /// The sets of versions that were kept as siblings.
    pub(super) sets: BTreeSet<Vec<Dot>>,
}

impl All {
    fn get(&mut self, dot: Dot) -> &mut Known {
        let ordinal = self.known.len();
        self.known.entry(dot).or_insert_with(|| Known { ordinal, ..Known::default() })
    }

    fn see(&mut self, siblings: &Siblings, held: bool) {
        for version in siblings.iter() {
            let known = self.get(version.dot);
            known.version.get_or_insert_with(|| Arc::clone(version));
            known.held |= held;
            known.dead |= held && version.is_tombstone();
            if known.value.is_none() {
                known.value = version.value.as_ref().map(ToString::to_string);
            }
        }
        if siblings.len() > 1 {
            self.sets.insert(siblings.iter().map(|version| version.dot).collect());
        }
    }

    fn take(&mut self, happened: &TimedEvent) {
        match &happened.what {
            VersionEvent::Named { node, dot, request, value } => {
                let (client, at) = (ClientId::of(*request), happened.at);
                let writer = Writer { request: *request, client, node: *node, at };
                self.requests.insert(*request, *dot);
                let known = self.get(*dot);
                known.writer.get_or_insert(writer);
                known.value = value.as_ref().map(ToString::to_string);
            }
            VersionEvent::Copy(_, siblings) | VersionEvent::Found(siblings) => {
                self.see(siblings, false);
            }
            VersionEvent::Unmoved(_, dot) => _ = self.get(*dot),
            VersionEvent::Acknowledged(version) => {
                let known = self.get(version.dot);
                known.version = Some(Arc::clone(version));
                known.ending = WriteEnding::Acknowledged;
                known.value = version.value.as_ref().map(ToString::to_string);
            }
            VersionEvent::Failed(request) => {
                if let Some(&dot) = self.requests.get(request) {
                    self.get(dot).ending = WriteEnding::Failed;
                }
            }
            VersionEvent::Wiped(_) => {}
        }
    }
}

/// The present state of a key at one node.
struct Has<'lab> {
    node: NodeId,
    rank: Option<usize>,
    up: bool,
    held: Siblings,
    hints: Vec<(NodeId, &'lab Siblings, Instant)>,
}

/// Lists the nodes of a key's preference list, followed by the other nodes that hold copies or hints of it.
fn holders<'lab>(lab: &'lab Lab, key: &Key) -> Vec<Has<'lab>> {
    let list = lab.cluster.preference_list(key);
    let views = lab.cluster.nodes();
    let mut holders: Vec<Has<'lab>> = views
        .map(|view| Has {
            node: view.id,
            rank: list.iter().position(|node| *node == view.id),
            up: view.up,
            held: view.disk.get(key).cloned().unwrap_or_default(),
            hints: view.disk.hints().of_key(key).collect(),
        })
        .collect();
    holders.retain(|it| it.rank.is_some() || !it.held.is_empty() || !it.hints.is_empty());
    holders.sort_by_key(|it| (it.rank.is_none(), it.rank, it.node));
    holders
}

pub(super) fn lineage(lab: &Lab, key: &Key, through: Option<NodeId>) -> Lineage {
    let order = lab.cluster.settings().versions.order;
    let (since, happened) = lab.lineages.of(key);
    let mut all = All::default();
    happened.iter().for_each(|it| all.take(it));
    let has = holders(lab, key);
    let mut merged = Siblings::new();
    for holder in &has {
        let kept = holder.hints.iter().map(|(_, siblings, _)| *siblings);
        for siblings in [&holder.held].into_iter().chain(kept) {
            all.see(siblings, true);
            merged.merge(siblings, order);
        }
    }
    if merged.len() > 1 {
        all.sets.insert(merged.iter().map(|version| version.dot).collect());
    }
    let latest = LatestWins::new(&all, &happened, order);
    let (mut dots, left_out) = choose(&all);
    let (graph, generations) = arrange(&all, &mut dots);
    let place = |dot: Dot| dots.iter().position(|other| *other == dot);
    let places = |siblings: &Siblings| -> Vec<usize> {
        siblings.iter().filter_map(|version| place(version.dot)).collect()
    };
    let actors = actors(&all, &dots);
    let seen = lab.cluster.client_context(key, through);
    let current = places(&merged);
    let unseen = current.iter().copied().filter(|it| !seen.contains(dots[*it])).collect();
    let held: Vec<usize> = (0..dots.len()).filter(|it| all.known[&dots[*it]].held).collect();
    let holders = has.iter().map(|it| Holder {
        node: it.node,
        rank: it.rank,
        up: it.up,
        count: it.held.len(),
        holds: places(&it.held),
        hints: it
            .hints
            .iter()
            .map(|(target, siblings, since)| HintHeld {
                target: *target,
                since: *since,
                holds: places(siblings),
            })
            .collect(),
    });
    let versions = dots.iter().zip(&generations);
    Lineage {
        key: key.name().to_owned(),
        order,
        since,
        left_out,
        actors: actors.iter().map(ToString::to_string).collect(),
        versions: versions
            .map(|(dot, &of)| describe_version((*dot, &all.known[dot]), of, &actors, order))
            .collect(),
        edges: graph.edges(),
        holders: holders.collect(),
        current,
        foremost: graph.foremost(&held),
        seen: seen.to_string(),
        unseen,
        latest,
        graph,
    }
}

/// Selects the versions to list: first those that are held, then the latest others. Also returns the number
/// of versions that are left out.
fn choose(all: &All) -> (Vec<Dot>, usize) {
    let mut dots: Vec<(&Dot, &Known)> = all.known.iter().collect();
    dots.sort_by_key(|(_, known)| (!known.held, usize::MAX - known.ordinal));
    let left_out = dots.len().saturating_sub(MOST);
    dots.truncate(MOST);
    dots.sort_by_key(|(_, known)| known.ordinal);
    (dots.into_iter().map(|(dot, _)| *dot).collect(), left_out)
}

/// Sorts versions by generation, and returns their graph and their generations in that order.
fn arrange(all: &All, dots: &mut Vec<Dot>) -> (Graph, Vec<u16>) {
    let generations = Graph::new(&nodes(all, dots)).generations();
    let mut ranked: Vec<(u16, Dot)> = generations.into_iter().zip(dots.iter().copied()).collect();
    // The sort is stable: versions of one generation stay in the order in which they became known.
    ranked.sort_by_key(|(generation, _)| *generation);
    *dots = ranked.iter().map(|(_, dot)| *dot).collect();
    let generations = ranked.into_iter().map(|(generation, _)| generation).collect();
    (Graph::new(&nodes(all, dots)), generations)
}

fn nodes(all: &All, dots: &[Dot]) -> Vec<graph::Node> {
    let mut beside = vec![0; dots.len()];
    for set in &all.sets {
        let places = || set.iter().filter_map(|dot| dots.iter().position(|other| other == dot));
        let mask = places().fold(0, |mask, place| mask | bit(place));
        places().for_each(|place| beside[place] |= mask);
    }
    let node = |(dot, beside): (&Dot, u64)| {
        let version = all.known[dot].version.as_ref();
        graph::Node { dot: *dot, past: version.map(|version| version.past.clone()), beside }
    };
    dots.iter().zip(beside).map(node).collect()
}

/// Lists the actors that the clocks of versions name, in order.
fn actors(all: &All, dots: &[Dot]) -> Vec<Actor> {
    let mut actors: BTreeSet<Actor> = dots.iter().map(|dot| dot.actor).collect();
    for version in dots.iter().filter_map(|dot| all.known[dot].version.as_ref()) {
        actors.extend(version.past.actors());
    }
    actors.into_iter().collect()
}

fn describe_version(
    (dot, known): (Dot, &Known),
    generation: u16,
    actors: &[Actor],
    order: Order,
) -> LineageVersion {
    let version = known.version.as_ref();
    let mut all = version.map(|version| version.past.clone()).unwrap_or_default();
    all.insert(dot);
    if order == Order::Plain {
        // A plain vector has no gaps: it claims all writes up to its counters.
        all = Context::from_vector(all.to_vector());
    }
    LineageVersion {
        dot,
        value: known.value.clone(),
        expired: known.dead && known.value.is_some(),
        past: version.map(|version| version.past.to_string()),
        cells: cells(&all, actors),
        generation,
        writer: known.writer,
        written: version.map(|version| version.written),
        ending: known.ending,
    }
}
