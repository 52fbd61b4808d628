//! Parameters of the PBS model of a run, for predictions.

use std::collections::BTreeMap;

use ringside_random::{Latency, Popularity};
use ringside_sim::{Channels, CoordinatorChoice, Load as SimLoad, NodeView, Regions};
use ringside_staleness::pbs::{Coordinator, Delay, Layout, Legs, ReadsTo, Wars};
use ringside_store::settings::{Ask, Order, ReadRepair, Settings};
use ringside_store::{Duration, Node, NodeId, PreferenceList, Range, Status};

use crate::lab::Lab;
use crate::scenario::{Distribution, Load};
use crate::words::{count, joined};

/// The share of round trips past a timeout from which on it is worth a word.
const RARE: f64 = 0.001;
/// The least time between two writes of a key, in durations of a write, for which few overlap.
const FAR_BETWEEN: f64 = 20.0;
/// The least number of nodes around a key that are distinguished by their place.
const PLACES: usize = 8;
/// The number of keys of a load that are looked at one by one.
const MOST_RANKS: u32 = 1_000;

/// A run as PBS sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelParameters {
    /// The model: N, R, W, whom reads ask, who coordinates, and the delays of the four legs.
    pub wars: Wars,
    /// The properties of the run that the model lacks, each in a short sentence: the prediction may be off by
    /// them. Empty if the run is as WARS assumes.
    pub caveats: Vec<String>,
}

impl Lab {
    /// Returns what PBS takes the run for as it is set now.
    ///
    /// A read's time after a write counts from coordinator to coordinator: from the write's quorum to
    /// the read's begin.
    ///
    /// # Errors
    ///
    /// The reason why nothing can be predicted of it.
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
        caveats.extend(self.trouble());
        Ok(ModelParameters { wars, caveats })
    }

    /// Returns the delays of the four legs, as the channels have them, and where the nodes are.
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

    /// Lists the layouts of regions around keys. Only the first nodes have a place of their own: no key has
    /// more replicas than that, whatever N a playbook tries.
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

    /// Lists all nodes in ring order around keys: those of the load, each with its weight, where they
    /// are few; any key that there may be otherwise.
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

    /// Describes what clients do that the model has not.
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
    fn trouble(&self) -> Vec<String> {
        let cluster = &self.cluster;
        let mut caveats = Vec::new();
        let mut tell = |nodes: Vec<NodeId>, what: &str| {
            if !nodes.is_empty() {
                caveats.push(format!("{what}: {}.", joined(&nodes)));
            }
        };
        let which = |is: &dyn Fn(&NodeView<'_>) -> bool| {
            cluster.nodes().filter(|view| is(view)).map(|view| view.id).collect::<Vec<_>>()
        };
        let is_member = |view: &NodeView<'_>| !view.disk.status().is_gone();
        tell(which(&|view| is_member(view) && !view.up), "Nodes are down");
        tell(which(&|view| view.paused), "Nodes are paused");
        tell(which(&|view| view.slow_by > Duration::ZERO), "Nodes are slow");
        let moves = |view: &NodeView<'_>| {
            let fetching = view.node.is_some_and(|node: &Node| node.fetching() > 0);
            is_member(view) && (view.disk.status() != Status::Normal || fetching)
        };
        tell(which(&moves), "Ranges are moving to or from nodes");
        let is_off = |view: &NodeView<'_>| view.clock.skew_us != 0 || view.clock.drift_ppm != 0;
        if cluster.settings().versions.order == Order::LastWriteWins {
            tell(which(&is_off), "The last write wins, by wall clocks that are off");
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

/// Describes what channels do that the model has not.
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

/// Describes what the store does that the model has not.
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

/// Returns which part of a load's operations touch each of its most popular keys. Where there are more
/// keys than are looked at, these are upper bounds.
fn shares(load: &Load) -> Vec<f64> {
    let keys = load.keys.clamp(1, MOST_RANKS);
    let popularity = match load.distribution {
        Distribution::Uniform => Popularity::uniform(load.keys.max(1)),
        Distribution::Zipf { exponent } => Popularity::zipf(keys, exponent),
    };
    popularity.map_or_else(|_| Vec::new(), |it| (0..keys).map(|key| it.share(key)).collect())
}

/// Returns the chance that one leg alone of a round trip takes longer than a time, the slower of writes
/// and reads: about that of the round trip, for times far in the tail.
fn chance_above(legs: &Legs, time: Duration) -> f64 {
    let left_ms = time.as_ms() - 2.0 * legs.remote_ms;
    let above = |delay: &Delay| delay.chance_above(left_ms);
    f64::max(above(&legs.w) + above(&legs.a), above(&legs.r) + above(&legs.s)).min(1.0)
}

fn are(number: usize, thing: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", count(number as u64, thing))
}
