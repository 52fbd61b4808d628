//! Which scenarios and commands can be run: every value's bounds, each with its reason.

use std::fmt::Display;
use std::ops::RangeInclusive;

use ringside_random::Popularity;
use ringside_sim::{Channels, Config, Link as SimLink, Load as SimLoad};
use ringside_store::{Duration, NodeId, Quorum, QuorumError};

use super::{Cluster, Distribution, FORMAT, Load, Network, Scenario};
use crate::{Command, ScenarioError};

type Check = Result<(), ScenarioError>;

/// The longest time that a field may hold: a run, a timeout, a delay.
const LONGEST: Duration = Duration::from_secs(1_000 * 86_400);
/// The longest key, value, title and description, in bytes.
const LONGEST_KEY: usize = 256;
const LONGEST_VALUE: usize = 4_096;
const LONGEST_TEXT: usize = 2_000;
/// The most entries that a schedule may have.
const MOST_EVENTS: usize = 10_000;
/// The highest load, in operations a second.
const MOST_RATE: f64 = 100_000.0;

fn between<T: PartialOrd + Display + Copy>(
    path: &str,
    value: T,
    bounds: RangeInclusive<T>,
) -> Check {
    if bounds.contains(&value) {
        return Ok(());
    }
    let (low, high) = (bounds.start(), bounds.end());
    Err(ScenarioError::new(path, format!("{value} is out of bounds: it takes {low} to {high}")))
}

fn positive(path: &str, duration: Duration) -> Check {
    if duration == Duration::ZERO {
        return Err(ScenarioError::new(path, "must be longer than no time at all"));
    }
    not_too_long(path, duration)
}

fn not_too_long(path: &str, duration: Duration) -> Check {
    if duration > LONGEST {
        return Err(ScenarioError::new(path, format!("{duration} is longer than {LONGEST}")));
    }
    Ok(())
}

fn short(path: &str, text: &str, most: usize) -> Check {
    if text.len() > most {
        let reason = format!("{} bytes long, but {most} is the most", text.len());
        return Err(ScenarioError::new(path, reason));
    }
    Ok(())
}

impl Scenario {
    /// Checks every value.
    ///
    /// # Errors
    ///
    /// Names the first field that is impossible, and says why.
    pub fn check(&self) -> Result<(), ScenarioError> {
        if self.format != FORMAT {
            let reason = format!("{} is unknown: this program reads format {FORMAT}", self.format);
            return Err(ScenarioError::new("format", reason));
        }
        short("title", &self.title, LONGEST_TEXT)?;
        short("description", &self.description, LONGEST_TEXT)?;
        positive("duration", self.duration)?;
        self.cluster.check().map_err(|error| error.within("cluster"))?;
        self.network.check(self.cluster.nodes).map_err(|error| error.within("network"))?;
        self.load.check().map_err(|error| error.within("load"))?;
        if self.events.len() > MOST_EVENTS {
            let reason = format!("{} entries, but {MOST_EVENTS} is the most", self.events.len());
            return Err(ScenarioError::new("events", reason));
        }
        for (index, event) in self.events.iter().enumerate() {
            let within = |error: ScenarioError| error.within(format!("events[{index}]"));
            not_too_long("at", event.at).map_err(within)?;
            event.command.check(self.cluster.nodes).map_err(|e| within(e.within("do")))?;
        }
        Ok(())
    }

    /// Gives what the simulator begins with.
    ///
    /// # Errors
    ///
    /// As [`Scenario::check`].
    pub fn to_config(&self) -> Result<Config, ScenarioError> {
        self.check()?;
        let Cluster { nodes, tokens, request_timeout, read_repair, .. } = self.cluster;
        Ok(Config {
            seed: self.seed,
            nodes,
            tokens_per_node: tokens,
            quorum: self.cluster.quorum().map_err(|error| error.within("cluster"))?,
            request_timeout,
            read_repair,
            channels: self.network.to_channels().map_err(|error| error.within("network"))?,
            client_timeout: self.network.client_timeout,
            load: self.load.to_sim(),
        })
    }
}

impl Cluster {
    fn check(&self) -> Check {
        between("nodes", self.nodes, 1..=100)?;
        between("tokens", self.tokens, 1..=256)?;
        self.quorum()?;
        if self.n > self.nodes {
            let reason = format!("n is {}, but there are only {} nodes", self.n, self.nodes);
            return Err(ScenarioError::new("n", reason));
        }
        positive("request_timeout", self.request_timeout)
    }

    /// Gives N, R and W.
    fn quorum(&self) -> Result<Quorum, ScenarioError> {
        quorum(self.n, self.r, self.w)
    }
}

/// Takes N, R and W together, or names the one at fault.
pub(crate) fn quorum(n: u16, r: u16, w: u16) -> Result<Quorum, ScenarioError> {
    Quorum::new(n, r, w).map_err(|error: QuorumError| ScenarioError::new(error.field(), error))
}

impl Network {
    fn check(&self, nodes: u16) -> Check {
        positive("client_timeout", self.client_timeout)?;
        between("loss", self.loss, 0.0..=1.0)?;
        for (index, link) in self.links.iter().enumerate() {
            let within = |error: ScenarioError| error.within(format!("links[{index}]"));
            known("from", link.from, nodes).map_err(within)?;
            known("to", link.to, nodes).map_err(within)?;
            between("loss", link.loss.unwrap_or(0.0), 0.0..=1.0).map_err(within)?;
        }
        self.to_channels().map(|_| ())
    }

    fn to_channels(&self) -> Result<Channels, ScenarioError> {
        let links = self.links.iter().enumerate().map(|(index, link)| {
            let latency = link.latency.as_ref().map(super::LatencyModel::to_latency).transpose();
            let latency =
                latency.map_err(|e| e.within("latency").within(format!("links[{index}]")))?;
            Ok(((link.from, link.to), SimLink { latency, loss: link.loss }))
        });
        Ok(Channels {
            latency: self.latency.to_latency().map_err(|error| error.within("latency"))?,
            client_latency: self
                .client_latency
                .to_latency()
                .map_err(|error| error.within("client_latency"))?,
            loss: self.loss,
            links: links.collect::<Result<_, ScenarioError>>()?,
        })
    }
}

impl Load {
    fn check(&self) -> Check {
        if !(self.rate > 0.0 && self.rate <= MOST_RATE) {
            let reason = format!("{} is out of bounds: above 0, at most {MOST_RATE}", self.rate);
            return Err(ScenarioError::new("rate", reason));
        }
        between("read_share", self.read_share, 0.0..=1.0)?;
        between("clients", self.clients, 1..=1_000)?;
        let (table, field) = match self.distribution {
            Distribution::Uniform => (Popularity::uniform(self.keys), "keys"),
            Distribution::Zipf { exponent } => {
                // Keys are checked first and alone, so that the exponent is all that is left.
                between("keys", self.keys, 1..=1_000_000)?;
                (Popularity::zipf(1, exponent), "distribution.zipf.exponent")
            }
        };
        table.map(|_| ()).map_err(|error| ScenarioError::new(field, error))
    }

    /// Gives the simulator's load; none when it is off.
    pub(crate) fn to_sim(&self) -> Option<SimLoad> {
        let exponent = match self.distribution {
            Distribution::Uniform => 0.0,
            Distribution::Zipf { exponent } => exponent,
        };
        let Self { rate, read_share, clients, keys, .. } = *self;
        self.on.then_some(SimLoad { rate, read_share, clients, keys, exponent })
    }
}

fn known(path: &str, node: NodeId, nodes: u16) -> Check {
    if node.0 < nodes {
        return Ok(());
    }
    let last = NodeId(nodes.saturating_sub(1));
    let reason = format!("there is no node {node}: the nodes are A to {last}");
    Err(ScenarioError::new(path, reason))
}

impl Command {
    /// Checks the command's values against a cluster of so many nodes.
    ///
    /// # Errors
    ///
    /// Names the value that is impossible whatever state the cluster is in.
    pub(crate) fn check(&self, nodes: u16) -> Result<(), ScenarioError> {
        let name = self.name();
        let inside = match self {
            Self::Put { key, value, through } => {
                short("value", value, LONGEST_VALUE).and_then(|()| ask(key, *through, nodes))
            }
            Self::Get { key, through } | Self::Delete { key, through } => ask(key, *through, nodes),
            Self::Quorum { n, r, w } => quorum(*n, *r, *w).and_then(|_| {
                if *n <= nodes {
                    return Ok(());
                }
                let reason = format!("n is {n}, but there are only {nodes} nodes");
                Err(ScenarioError::new("n", reason))
            }),
            Self::Load(load) => load.check(),
            Self::Latency(model) => model.to_latency().map(|_| ()),
            Self::Loss(loss) => between("", *loss, 0.0..=1.0),
            Self::Crash(node) | Self::Restart(node) | Self::Wipe(node) => known("", *node, nodes),
            Self::Partition(side) => partition(side, nodes),
            Self::Heal | Self::Hold(_) | Self::Release(_) | Self::Drop(_) => Ok(()),
        };
        inside.map_err(|error| error.within(name))
    }
}

fn ask(key: &str, through: Option<NodeId>, nodes: u16) -> Check {
    if key.is_empty() {
        return Err(ScenarioError::new("key", "must not be empty"));
    }
    short("key", key, LONGEST_KEY)?;
    through.map_or(Ok(()), |node| known("through", node, nodes))
}

fn partition(side: &[NodeId], nodes: u16) -> Check {
    for (index, node) in side.iter().enumerate() {
        known(&format!("[{index}]"), *node, nodes)?;
    }
    let different = side.iter().collect::<std::collections::BTreeSet<_>>().len();
    if different == 0 || different >= usize::from(nodes) {
        let reason = "a partition needs nodes on both sides: name some of them, but not all";
        return Err(ScenarioError::new("", reason));
    }
    Ok(())
}
