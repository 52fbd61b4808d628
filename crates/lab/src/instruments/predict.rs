//! Parameters of a run for predictions by the PBS model.

use std::collections::BTreeMap;

use ringside_random::{Latency, Popularity};
use ringside_sim::{Channels, CoordinatorChoice, Load as SimLoad, NodeView, Regions};
use ringside_staleness::pbs::{Coordinator, Delay, Layout, Legs, ReadsTo, Wars};
use ringside_store::settings::{Ask, Order, ReadRepair, Settings};
use ringside_store::{Duration, Node, NodeId, PreferenceList, Range, Status};

use crate::lab::Lab;
use crate::scenario::{Distribution, Load};
use crate::words::{count, joined};

/// The share of round trips past a timeout above which a caveat mentions it.
const RARE: f64 = 0.001;
/// The time between two writes of a key, in durations of a write, above which few writes overlap.
const FAR_BETWEEN: f64 = 20.0;
/// The least number of nodes around a key whose order a layout keeps.
const PLACES: usize = 8;
/// The most keys of a load that are considered one by one.
const MOST_RANKS: u32 = 1_000;

/// The parameters of a run for the PBS model, with the caveats of a prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelParameters {
    /// The model: N, R, W, the replicas that reads ask, the coordinators, and the delays of the four legs.
    pub wars: Wars,
    /// The properties of the run that the model lacks, each in a short sentence. They may make a prediction
    /// wrong. Empty if the run is as WARS assumes.
    pub caveats: Vec<String>,
}

impl Lab {
    /// Returns the parameters of the PBS model for the run's present settings.
    ///
    /// The time of a read after a write is measured between coordinators: from the moment when the write's
    /// coordinator has its quorum to the moment when the read's coordinator begins.
    ///
    /// # Errors
    ///
    /// The reason why the model can't have the run's parameters, as text.
    pub fn model_parameters(&self) -> Result<ModelParameters, String> {
        let (quorum, channels) = (self.cluster.quorum(), self.cluster.channels());
        let reads_to = match self.cluster.settings().quorum.ask {
            Ask::All => ReadsTo::All,
            Ask::Quorum => ReadsTo::Quorum,
        };
        let nodes = self.cluster.ring().nodes().len() as u16;
        let coordinator = match self.cluster.coordinator() {
            CoordinatorChoice::Replica | CoordinatorChoice::Fastest => Coordinator::Replica,
            CoordinatorChoice::Any | CoordinatorChoice::Fixed => Coordinator::Any { nodes },
        };
        let wars = Wars::new(quorum.n(), quorum.r(), quorum.w(), reads_to, self.legs());
        let wars = wars.map_err(|error| error.to_string())?.with_coordinator(coordinator);
        let mut caveats = network(channels);
        caveats.extend(self.clients(&wars));
        caveats.extend(store(self.cluster.settings()));
        caveats.extend(self.present_faults());
        Ok(ModelParameters { wars, caveats })
    }

    /// Returns the delays of the four legs, and the layouts of regions if there are several.
    fn legs(&self) -> Legs {
        let channels = self.cluster.channels();
        let of = |leg: &Option<Latency>| Delay::from(leg.as_ref().unwrap_or(&channels.latency));
        let ringside_sim::Legs { w, a, r, s } = &channels.legs;
        let several = |regions: &Regions| regions.count > 1 && regions.apart > Duration::ZERO;
        let regions = channels.regions.filter(several);
        let remote_ms = regions.map_or(0.0, |regions| regions.apart.as_ms());
        let layouts = regions.map_or_else(Vec::new, |regions| self.layouts(regions));
        Legs { w: of(w), a: of(a), r: of(r), s: of(s), remote_ms, layouts }
    }

    /// Lists the layouts of regions around keys. A layout keeps the order of the first nodes only: no key has
    /// more replicas, whatever N a playbook tries.
    fn layouts(&self, regions: Regions) -> Vec<Layout> {
        let distinct = usize::from(self.cluster.quorum().n()).max(PLACES);
        let mut weights: BTreeMap<Vec<u16>, f64> = BTreeMap::new();
        for (weight, nodes) in self.around_keys() {
            let mut around: Vec<u16> = nodes.iter().map(|&node| regions.of(node)).collect();
            if let Some(others) = around.get_mut(distinct..) {
                others.sort_unstable();
            }
            *weights.entry(around).or_default() += weight;
        }
        let weights = weights.into_iter().filter(|(_, weight)| *weight > 0.0);
        weights.map(|(regions, weight)| Layout { weight, regions }).collect()
    }

    /// Lists, with a weight, all nodes in the order of the ring from a key on: for each key of the load if
    /// these are few, or else for each arc of the ring.
    fn around_keys(&self) -> Vec<(f64, PreferenceList)> {
        let (ring, load) = (self.cluster.ring(), &self.load);
        let nodes = ring.nodes().len() as u16;
        if load.on && load.keys <= MOST_RANKS {
            let around = |number| ring.preference_list(SimLoad::key(number).position(), nodes);
            return shares(load).into_iter().zip((0..).map(around)).collect();
        }
        let length = |range: Range| range.end.wrapping_sub(range.start) as f64;
        ring.arcs(nodes).into_iter().map(|(range, list)| (length(range), list)).collect()
    }

    /// Describes the behaviour of clients that the model lacks.
    fn clients(&self, wars: &Wars) -> Vec<String> {
        let mut caveats = Vec::new();
        match self.cluster.coordinator() {
            CoordinatorChoice::Replica | CoordinatorChoice::Any => {}
            CoordinatorChoice::Fixed => caveats.push(
                "A client asks one node for all; the model draws a node for each operation.".into(),
            ),
            CoordinatorChoice::Fastest => caveats.push(
                "Clients ask the quickest replica; the model draws a replica for each operation."
                    .into(),
            ),
        }
        let load = &self.load;
        let legs = wars.legs();
        let write_ms = legs.w.mean_ms() + legs.a.mean_ms() + 2.0 * legs.remote_ms;
        let busiest = shares(load).first().copied().unwrap_or(1.0);
        let writes = load.rate * (1.0 - load.read_share) * busiest;
        if load.on && writes * write_ms * FAR_BETWEEN > 1e3 {
            caveats.push(format!(
                "The busiest key is written about every {:.0} ms, and writes of it overlap; the \
                 model has one write.",
                1e3 / writes
            ));
        }
        let timeout = self.scenario.cluster.request_timeout;
        let late = chance_above(legs, timeout);
        if late > RARE {
            caveats.push(format!(
                "About one round trip in {:.0} takes longer than the {timeout} that a coordinator \
                 waits.",
                1.0 / late
            ));
        }
        caveats
    }

    /// Describes the faults that are present now.
    fn present_faults(&self) -> Vec<String> {
        let cluster = &self.cluster;
        let mut caveats = Vec::new();
        let mut add = |nodes: Vec<NodeId>, what: &str| {
            if !nodes.is_empty() {
                caveats.push(format!("{what}: {}.", joined(&nodes)));
            }
        };
        let which = |is: &dyn Fn(&NodeView<'_>) -> bool| {
            cluster.nodes().filter(|view| is(view)).map(|view| view.id).collect::<Vec<_>>()
        };
        let is_member = |view: &NodeView<'_>| !view.disk.status().is_gone();
        add(which(&|view| is_member(view) && !view.up), "Nodes are down");
        add(which(&|view| view.paused), "Nodes are paused");
        add(which(&|view| view.slow_by > Duration::ZERO), "Nodes are slow");
        let moves = |view: &NodeView<'_>| {
            let fetching = view.node.is_some_and(|node: &Node| node.fetching() > 0);
            is_member(view) && (view.disk.status() != Status::Normal || fetching)
        };
        add(which(&moves), "Ranges are moving to or from nodes");
        let is_off = |view: &NodeView<'_>| view.clock.skew_us != 0 || view.clock.drift_ppm != 0;
        if cluster.settings().versions.order == Order::LastWriteWins {
            add(which(&is_off), "The last write wins, by wall clocks that are off");
        }
        let cut = cluster.cuts().len() + cluster.clogs().len();
        if cut > 0 {
            caveats.push(format!("{} cut or clogged.", are(cut, "link")));
        }
        let strained = cluster.impairments().len();
        if strained > 0 {
            caveats.push(format!("{} slowed or made lossy.", are(strained, "link")));
        }
        if cluster.service().time.is_some() {
            caveats.push("Nodes take time for a message, and others wait for their turn.".into());
        }
        if cluster.chaos() > 0.0 {
            caveats.push("Chaos brings faults.".into());
        }
        caveats
    }
}

/// Describes the behaviour of channels that the model lacks.
fn network(channels: &Channels) -> Vec<String> {
    let shares = [
        (channels.loss, "are lost"),
        (channels.duplication, "arrive twice"),
        (channels.reordering, "take a second delay"),
    ];
    let caveats = shares.iter().filter(|(share, _)| *share > 0.0);
    let mut caveats: Vec<String> = caveats
        .map(|(share, what)| format!("{:.1}% of messages between nodes {what}.", share * 100.0))
        .collect();
    let own = |link: &&ringside_sim::LinkModel| link.latency.is_some() || link.loss.is_some();
    let links = channels.links.values().filter(own).count();
    if links > 0 {
        caveats.push(format!("{} unlike the others.", are(links, "link")));
    }
    caveats
}

/// Describes the behaviour of the store that the model lacks.
fn store(settings: &Settings) -> Vec<String> {
    let quorum = &settings.quorum;
    let caveats = [
        (
            settings.read_repair == ReadRepair::Asynchronous,
            "Reads repair the replicas that they ask.",
        ),
        (
            settings.read_repair == ReadRepair::Blocking,
            "Reads repair the replicas that they ask, and wait for it.",
        ),
        (settings.anti_entropy.on, "Anti-entropy repairs replicas."),
        (settings.hints.on, "Hints bring replicas what they missed."),
        (quorum.sloppy && settings.gossip.on, "Stand-ins answer for nodes that are suspected."),
        (quorum.register, "Reads write back, and writes read first: keys are registers."),
        (quorum.digests, "Digests that differ make a read ask again."),
        (
            quorum.speculation.is_some() && quorum.ask == Ask::Quorum,
            "Slow reads ask one replica more.",
        ),
    ];
    caveats.into_iter().filter(|(is, _)| *is).map(|(_, words)| words.to_owned()).collect()
}

/// Returns the share of a load's operations on each of its most popular keys. If a skewed load has more than
/// [`MOST_RANKS`] keys, the shares are upper bounds.
fn shares(load: &Load) -> Vec<f64> {
    let keys = load.keys.clamp(1, MOST_RANKS);
    let popularity = match load.distribution {
        Distribution::Uniform => Popularity::uniform(load.keys.max(1)),
        Distribution::Zipf { exponent } => Popularity::zipf(keys, exponent),
    };
    popularity.map_or_else(|_| Vec::new(), |it| (0..keys).map(|key| it.share(key)).collect())
}

/// Returns the probability that one leg alone of a round trip takes longer than `time`: the greater one of
/// writes and reads. For times far in the tail, it is close to the probability of the whole round trip.
fn chance_above(legs: &Legs, time: Duration) -> f64 {
    let left_ms = time.as_ms() - 2.0 * legs.remote_ms;
    let above = |delay: &Delay| delay.chance_above(left_ms);
    f64::max(above(&legs.w) + above(&legs.a), above(&legs.r) + above(&legs.s)).min(1.0)
}

fn are(number: usize, thing: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", count(number as u64, thing))
}
