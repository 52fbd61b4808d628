//! Scenarios: the initial state and the schedule of a run, as a readable and versioned file.

pub(crate) mod bounds;
mod built_in;
pub(crate) mod check;
mod clock;
mod latency;
pub(crate) mod legs;
mod locate;
mod migrate;
mod read;

pub use built_in::{BUILT_IN, BuiltIn};
pub(crate) use check::MOST_EVENTS;
pub use clock::{Clock, Skew};
pub use latency::{LatencyModel, Part, PartModel};
pub use legs::{LegModels, Legs};
pub use locate::{field, replace};
pub use read::{read_json, set};

use ringside_sim::{CoordinatorChoice, Regions};
use ringside_staleness::slo::Slo;
use ringside_store::{Duration, NodeId, Settings};
use serde::{Deserialize, Serialize};

use crate::lab::Command;

/// The version of the scenario format that this program reads and writes.
pub const FORMAT: u32 = 2;

/// A scenario, in the form of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the scenario format: 2. Files of format 1 can be read as well.
    pub format: u32,
    /// The title of the scenario.
    pub title: String,
    /// A description of one or two sentences.
    #[serde(default)]
    pub description: String,
    /// The seed of all randomness.
    #[serde(default)]
    pub seed: u64,
    /// The duration of a run without a screen, in virtual time.
    pub duration: Duration,
    /// The nodes.
    pub cluster: Cluster,
    /// The settings of the store.
    #[serde(default)]
    pub store: Settings,
    /// The channels.
    pub network: Network,
    /// The load: operations that the clients send by themselves.
    #[serde(default)]
    pub load: Load,
    /// The staleness objectives, and the rules of their alerts.
    #[serde(default)]
    pub slo: Slo,
    /// The interventions, each with its time.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// The nodes of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// The number of nodes, 1 to 100.
    pub nodes: u16,
    /// The number of each node's random tokens on the ring, 1 to 256. Without effect if `partitions` is set.
    pub tokens: u16,
    /// The number of equal partitions of the ring, which the nodes share evenly, or `None` for random tokens.
    /// At least the number of nodes, at most 4096.
    #[serde(default)]
    pub partitions: Option<u32>,
    /// The number of replicas of a key.
    pub n: u16,
    /// The number of answers that a read needs.
    pub r: u16,
    /// The number of acknowledgements that a write needs.
    pub w: u16,
    /// The time that a coordinator waits for answers and acknowledgements.
    pub request_timeout: Duration,
    /// The choice of the nodes that coordinate clients' requests.
    #[serde(default)]
    pub coordinator: CoordinatorChoice,
    /// The time that a node takes to process a message, and the size of its mailbox.
    #[serde(default)]
    pub service: Service,
    /// Wall clocks that are off.
    #[serde(default)]
    pub clocks: Vec<Clock>,
}

/// The time that a node takes to process a message, and the size of its mailbox:
/// `{"time": {"constant": "2ms"}, "mailbox": 64}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// The time that a node takes to process one message, one after another, or `None` for no time at all.
    pub time: Option<LatencyModel>,
    /// The number of messages that may wait at a node with a service time. Further messages are refused.
    pub mailbox: u32,
}

/// The channels of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The time that messages between nodes take.
    pub latency: LatencyModel,
    /// The delays of the messages of writes and reads, as the name of a preset or as models, or `None` if
    /// they take as long as other messages.
    #[serde(default)]
    pub legs: Option<Legs>,
    /// The regions of the nodes, or `None` for those of the legs' preset. Without either, or with one region,
    /// all nodes are near each other.
    #[serde(default)]
    pub regions: Option<Regions>,
    /// The time that messages between a client and a node take.
    pub client_latency: LatencyModel,
    /// The time after which a client gives up waiting for an answer.
    pub client_timeout: Duration,
    /// The share of messages between nodes that are lost, from 0 to 1.
    #[serde(default)]
    pub loss: f64,
    /// The share of messages between nodes that arrive twice, from 0 to 1.
    #[serde(default)]
    pub duplication: f64,
    /// The share of messages between nodes that take a second delay in addition to the first, from 0 to 1.
    #[serde(default)]
    pub reordering: f64,
    /// The links with their own latency model or loss.
    #[serde(default)]
    pub links: Vec<Link>,
}

/// One direction of a channel that differs from the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// The time that messages take, or `None` if it is that of other links.
    #[serde(default)]
    pub latency: Option<LatencyModel>,
    /// The share of messages that are lost, from 0 to 1, or `None` if it is that of other links.
    #[serde(default)]
    pub loss: Option<f64>,
}

/// An open-loop load: operations arrive at a rate, whether or not earlier ones have ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Whether the load is on.
    pub on: bool,
    /// The operations per second, over all clients.
    pub rate: f64,
    /// The share of the operations that are gets, from 0 to 1.
    pub read_share: f64,
    /// The number of keys.
    pub keys: u32,
    /// The distribution of operations over the keys.
    pub distribution: Distribution,
    /// The number of clients.
    pub clients: u16,
    /// The share of the writes that are deletes, from 0 to 1.
    #[serde(default)]
    pub delete_share: f64,
    /// The share of the puts with an empty context, as if the client had seen no version, from 0 to 1.
    #[serde(default)]
    pub blind: f64,
    /// Whether every client may write every key. Otherwise each key is written by one client only.
    #[serde(default)]
    pub shared_keys: bool,
    /// The time to live of the values that are put, or `None` for that in the store's settings.
    #[serde(default)]
    pub ttl: Option<Duration>,
}

/// The distribution of a load's operations over its keys.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// All keys are equally popular.
    Uniform,
    /// Zipf's law: the key of rank k has a weight of 1 / k^exponent.
    Zipf {
        /// The exponent of the distribution; 0.99 is usual.
        exponent: f64,
    },
}

/// A command of a scenario's schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The time of the intervention.
    pub at: Duration,
    /// The intervention.
    #[serde(rename = "do")]
    pub command: Command,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            on: false,
            rate: 20.0,
            read_share: 0.8,
            keys: 50,
            distribution: Distribution::Uniform,
            clients: 3,
            delete_share: 0.0,
            blind: 0.0,
            shared_keys: false,
            ttl: None,
        }
    }
}

impl Default for Service {
    fn default() -> Self {
        let ringside_sim::Service { time: _, mailbox } = ringside_sim::Service::default();
        Self { time: None, mailbox }
    }
}
