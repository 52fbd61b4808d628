//! Scenarios: what a run begins with, as a readable and versioned file.

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

/// The version of the file's format that this program reads and writes.
pub const FORMAT: u32 = 2;

/// A scenario, as its file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the file's format: 2. A file of format 1 is read as well.
    pub format: u32,
    /// A few words that name it.
    pub title: String,
    /// A sentence or two on what to look at.
    #[serde(default)]
    pub description: String,
    /// The seed of all randomness.
    #[serde(default)]
    pub seed: u64,
    /// The time that a run without a screen lasts.
    pub duration: Duration,
    /// The nodes.
    pub cluster: Cluster,
    /// The switches and dials of the store.
    #[serde(default)]
    pub store: Settings,
    /// The channels.
    pub network: Network,
    /// The operations that the clients send on their own.
    #[serde(default)]
    pub load: Load,
    /// The objectives of staleness, and the rules of their alerts.
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
    /// The number of places that each one takes on the ring, 1 to 256.
    pub tokens: u16,
    /// Into how many arcs of one size the ring is divided, which the nodes share evenly; the nodes'
    /// own places count where there is none. At least one a node, at most 4096.
    #[serde(default)]
    pub partitions: Option<u32>,
    /// Replicas of a key.
    pub n: u16,
    /// Answers that a read needs.
    pub r: u16,
    /// Acknowledgements that a write needs.
    pub w: u16,
    /// The time that a coordinator waits for them.
    pub request_timeout: Duration,
    /// Which node the clients ask.
    #[serde(default)]
    pub coordinator: CoordinatorChoice,
    /// The time that a node takes for a message, and how many may wait.
    #[serde(default)]
    pub service: Service,
    /// Wall clocks that are off.
    #[serde(default)]
    pub clocks: Vec<Clock>,
}

/// The time that a node takes for a message, and how many may wait: `{"time": {"constant": "2ms"},
/// "mailbox": 64}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// The time that it takes for one message, one after another; none for no time at all.
    pub time: Option<LatencyModel>,
    /// The number of messages that may wait at a node that has a service time. One more is refused.
    pub mailbox: u32,
}

/// The channels of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The time that messages between nodes take.
    pub latency: LatencyModel,
    /// The time that the messages of writes and reads take, where they differ from the rest: the name of a
    /// preset, or models.
    #[serde(default)]
    pub legs: Option<Legs>,
    /// The regions of the nodes. Without them all nodes are near each other, unless the legs' preset has
    /// regions; one region makes all near in any case.
    #[serde(default)]
    pub regions: Option<Regions>,
    /// The time that messages between a client and a node take.
    pub client_latency: LatencyModel,
    /// The time that a client waits before it takes an operation for unanswered.
    pub client_timeout: Duration,
    /// The share of messages between nodes that are lost, from 0 to 1.
    #[serde(default)]
    pub loss: f64,
    /// The share of messages between nodes that arrive twice, from 0 to 1.
    #[serde(default)]
    pub duplication: f64,
    /// The share of messages between nodes that take a second delay on top of theirs, from 0 to 1.
    #[serde(default)]
    pub reordering: f64,
    /// Links with a model or a loss of their own.
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
    /// The time that messages take; as the others where there is none.
    #[serde(default)]
    pub latency: Option<LatencyModel>,
    /// The share that is lost; as the others where there is none.
    #[serde(default)]
    pub loss: Option<f64>,
}

/// An open-loop load: operations arrive at a rate, whether or not earlier ones have ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Whether it runs.
    pub on: bool,
    /// Operations a second, over all clients.
    pub rate: f64,
    /// The share of them that are gets, from 0 to 1.
    pub read_share: f64,
    /// The number of keys.
    pub keys: u32,
    /// Which of them are touched how often.
    pub distribution: Distribution,
    /// The number of clients.
    pub clients: u16,
    /// The share of the writes that are deletes, from 0 to 1.
    #[serde(default)]
    pub delete_share: f64,
    /// The share of the puts whose context is empty, as if their client had seen nothing, from 0 to 1.
    #[serde(default)]
    pub blind: f64,
    /// Whether any client writes any key. Otherwise each key has one client that writes it.
    #[serde(default)]
    pub shared_keys: bool,
    /// The time to live of the values that are put, or `None` for that of the store's settings.
    #[serde(default)]
    pub ttl: Option<Duration>,
}

/// Which keys a load touches how often.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// All alike.
    Uniform,
    /// By Zipf's law: the key of rank k has a weight of 1 / k^exponent.
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
