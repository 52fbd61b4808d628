//! Checks of scenarios, and their conversion into the simulator's configuration.

use ringside_random::Popularity;
use ringside_sim::{
    Channels, ClockSkew, Config, LinkModel as SimLink, Load as SimLoad, MAX_NODES,
    Service as SimService,
};
use ringside_store::{Duration, Partitioning, Quorum, QuorumError, Settings};

use super::bounds::{Check, between, known, not_too_long, positive, short};
use super::clock::Clock;
use super::legs::check_regions;
use super::{Cluster, Distribution, FORMAT, Load, Network, Scenario, Service, legs};
use crate::error::ScenarioError;

/// The longest key, in bytes.
pub(crate) const LONGEST_KEY: usize = 256;
/// The longest value, in bytes.
pub(crate) const LONGEST_VALUE: usize = 4_096;
/// The longest title or description, in bytes.
const LONGEST_TEXT: usize = 2_000;
/// The most entries that a schedule may have.
pub(crate) const MOST_EVENTS: usize = 10_000;
/// The highest load, in operations per second.
const MOST_RATE: f64 = 100_000.0;
/// The most messages that may wait at a node.
const MOST_WAITING: u32 = 1_000_000;
/// The most equal partitions of a ring.
const MOST_PARTITIONS: u32 = 4_096;
/// The greatest drift of a clock in either direction: 1.5 times as fast, or half as fast.
const MOST_DRIFT_PPM: i32 = 500_000;

impl Scenario {
    /// Checks every value of the scenario.
    ///
    /// # Errors
    ///
    /// The first invalid field, and the reason.
    pub fn check(&self) -> Result<(), ScenarioError> {
        if self.format != FORMAT {
            let reason = format!("{} is unknown: this program reads format {FORMAT}", self.format);
            return Err(ScenarioError::new("format", reason));
        }
        short("title", &self.title, LONGEST_TEXT)?;
        short("description", &self.description, LONGEST_TEXT)?;
        positive("duration", self.duration)?;
        self.cluster.check().map_err(|error| error.within("cluster"))?;
        settings(&self.store).map_err(|error| error.within("store"))?;
        self.network.check(self.cluster.nodes).map_err(|error| error.within("network"))?;
        self.load.check().map_err(|error| error.within("load"))?;
        let slo = self.slo.check();
        slo.map_err(|error| ScenarioError::new(error.path, error.reason).within("slo"))?;
        if self.events.len() > MOST_EVENTS {
            let reason = format!("{} entries, but {MOST_EVENTS} is the most", self.events.len());
            return Err(ScenarioError::new("events", reason));
        }
        // Commands in the order of their times: later ones may name the nodes that have joined before.
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        order.sort_by_key(|&index| self.events[index].at);
        let mut nodes = self.cluster.nodes;
        for index in order {
            let event = &self.events[index];
            let within = |error: ScenarioError| error.within(format!("events[{index}]"));
            not_too_long("at", event.at).map_err(within)?;
            event.command.check(nodes).map_err(|e| within(e.within("do")))?;
            nodes = event.command.nodes_after(nodes);
        }
        Ok(())
    }

    /// Returns the simulator's configuration for a run of the scenario.
    ///
    /// # Errors
    ///
    /// The errors of [`Scenario::check`].
    pub fn to_config(&self) -> Result<Config, ScenarioError> {
        self.check()?;
        let Cluster { nodes, tokens, partitions, request_timeout, coordinator, .. } = self.cluster;
        let random = Partitioning::RandomTokens { tokens };
        Ok(Config {
            seed: self.seed,
            nodes,
            partitioning: partitions
                .map_or(random, |partitions| Partitioning::EqualPartitions { partitions }),
            quorum: self.cluster.quorum().map_err(|error| error.within("cluster"))?,
            request_timeout,
            settings: self.store.clone(),
            service: self
                .cluster
                .service
                .to_sim()
                .map_err(|error| error.within("service").within("cluster"))?,
            clocks: self.cluster.clocks.iter().map(|clock| (clock.node, clock.to_sim())).collect(),
            coordinator,
            channels: self.network.to_channels().map_err(|error| error.within("network"))?,
            client_timeout: self.network.client_timeout,
            load: self.load.to_sim(),
        })
    }
}

impl Cluster {
    fn check(&self) -> Check {
        between("nodes", self.nodes, 1..=MAX_NODES)?;
        between("tokens", self.tokens, 1..=256)?;
        if let Some(partitions) = self.partitions {
            between("partitions", partitions, u32::from(self.nodes)..=MOST_PARTITIONS)?;
        }
        self.quorum()?;
        if self.n > self.nodes {
            let reason = format!("n is {}, but there are only {} nodes", self.n, self.nodes);
            return Err(ScenarioError::new("n", reason));
        }
        positive("request_timeout", self.request_timeout)?;
        self.service.to_sim().map_err(|error| error.within("service"))?;
        for (index, clock) in self.clocks.iter().enumerate() {
            let within = |error: ScenarioError| error.within(format!("clocks[{index}]"));
            clock.check(self.nodes).map_err(within)?;
            if self.clocks[..index].iter().any(|other| other.node == clock.node) {
                let reason = format!("node {} is named twice", clock.node);
                return Err(within(ScenarioError::new("node", reason)));
            }
        }
        Ok(())
    }

    /// Returns N, R and W.
    fn quorum(&self) -> Result<Quorum, ScenarioError> {
        quorum(self.n, self.r, self.w)
    }
}

/// Combines N, R and W, or returns an error that names the one at fault.
pub(crate) fn quorum(n: u16, r: u16, w: u16) -> Result<Quorum, ScenarioError> {
    Quorum::new(n, r, w).map_err(|error: QuorumError| ScenarioError::new(error.field(), error))
}

/// Checks the store's settings.
pub(crate) fn settings(settings: &Settings) -> Check {
    settings.check().map_err(|error| ScenarioError::new(error.field, error.reason))
}

impl Clock {
    pub(crate) fn check(&self, nodes: u16) -> Check {
        known("node", self.node, nodes)?;
        not_too_long("skew", Duration::from_us(self.skew.0.unsigned_abs()))?;
        between("drift_ppm", self.drift_ppm, -MOST_DRIFT_PPM..=MOST_DRIFT_PPM)
    }

    /// Returns the simulator's form of the clock.
    pub(crate) const fn to_sim(self) -> ClockSkew {
        ClockSkew { skew_us: self.skew.0, drift_ppm: self.drift_ppm }
    }
}

impl Service {
    /// Returns the simulator's form of the service.
    ///
    /// # Errors
    ///
    /// The field that is invalid, and the reason.
    pub(crate) fn to_sim(&self) -> Result<SimService, ScenarioError> {
        let time = self.time.as_ref().map(super::latency::LatencyModel::to_latency).transpose();
        let time = time.map_err(|error| error.within("time"))?;
        between("mailbox", self.mailbox, 0..=MOST_WAITING)?;
        Ok(SimService { time, mailbox: self.mailbox })
    }
}

impl Network {
    fn check(&self, nodes: u16) -> Check {
        positive("client_timeout", self.client_timeout)?;
        between("loss", self.loss, 0.0..=1.0)?;
        between("duplication", self.duplication, 0.0..=1.0)?;
        between("reordering", self.reordering, 0.0..=1.0)?;
        for (index, link) in self.links.iter().enumerate() {
            let within = |error: ScenarioError| error.within(format!("links[{index}]"));
            known("from", link.from, nodes).map_err(within)?;
            known("to", link.to, nodes).map_err(within)?;
            between("loss", link.loss.unwrap_or(0.0), 0.0..=1.0).map_err(within)?;
        }
        check_regions(self.regions).map_err(|error| error.within("regions"))?;
        self.to_channels().map(|_| ())
    }

    fn to_channels(&self) -> Result<Channels, ScenarioError> {
        let links = self.links.iter().enumerate().map(|(index, link)| {
            let latency =
                link.latency.as_ref().map(super::latency::LatencyModel::to_latency).transpose();
            let latency =
                latency.map_err(|e| e.within("latency").within(format!("links[{index}]")))?;
            Ok(((link.from, link.to), SimLink { latency, loss: link.loss }))
        });
        Ok(Channels {
            latency: self.latency.to_latency().map_err(|error| error.within("latency"))?,
            legs: legs::to_sim(self.legs.as_ref()).map_err(|error| error.within("legs"))?,
            regions: legs::regions_in_force(self.legs.as_ref(), self.regions),
            client_latency: self
                .client_latency
                .to_latency()
                .map_err(|error| error.within("client_latency"))?,
            loss: self.loss,
            duplication: self.duplication,
            reordering: self.reordering,
            links: links.collect::<Result<_, ScenarioError>>()?,
        })
    }
}

impl Load {
    pub(crate) fn check(&self) -> Check {
        if !(self.rate > 0.0 && self.rate <= MOST_RATE) {
            let reason = format!("{} is out of bounds: above 0, at most {MOST_RATE}", self.rate);
            return Err(ScenarioError::new("rate", reason));
        }
        between("read_share", self.read_share, 0.0..=1.0)?;
        between("clients", self.clients, 1..=1_000)?;
        between("delete_share", self.delete_share, 0.0..=1.0)?;
        between("blind", self.blind, 0.0..=1.0)?;
        self.ttl.map_or(Ok(()), |ttl| positive("ttl", ttl))?;
        let (table, field) = match self.distribution {
            Distribution::Uniform => (Popularity::uniform(self.keys), "keys"),
            Distribution::Zipf { exponent } => {
                // The number of keys is checked first, so that only the exponent can be at fault below.
                between("keys", self.keys, 1..=1_000_000)?;
                (Popularity::zipf(1, exponent), "distribution.zipf.exponent")
            }
        };
        table.map(|_| ()).map_err(|error| ScenarioError::new(field, error))
    }

    /// Returns the simulator's load, or `None` if the load is off.
    pub(crate) fn to_sim(&self) -> Option<SimLoad> {
        let exponent = match self.distribution {
            Distribution::Uniform => 0.0,
            Distribution::Zipf { exponent } => exponent,
        };
        let Self { rate, read_share, clients, keys, .. } = *self;
        let Self { delete_share, blind, shared_keys, ttl, .. } = *self;
        self.on.then_some(SimLoad {
            rate,
            read_share,
            clients,
            keys,
            exponent,
            delete_share,
            blind,
            shared_keys,
            ttl,
        })
    }
}
