//! What a cluster begins with.

use std::collections::BTreeMap;

use ringside_random::Latency;
use ringside_store::{Duration, NodeId, Partitioning, Quorum, Settings};
use serde::{Deserialize, Serialize};

use crate::{Channels, Load};

/// The most nodes that a cluster can have.
pub const MOST_NODES: u16 = 100;

/// The settings of a cluster and its clients at the start of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The root of all luck.
    pub seed: u64,
    /// How many nodes there are.
    pub nodes: u16,
    /// How the ring is divided among them.
    pub partitioning: Partitioning,
    /// N, R and W.
    pub quorum: Quorum,
    /// How long a coordinator waits for answers.
    pub request_timeout: Duration,
    /// The switches and dials of the store.
    pub settings: Settings,
    /// How long nodes take for a message, and how many may wait.
    pub service: Service,
    /// How far wall clocks are off, of nodes whose clocks are.
    pub clocks: BTreeMap<NodeId, Deviation>,
    /// How the channels behave.
    pub channels: Channels,
    /// Which node a client asks.
    pub coordinator: CoordinatorChoice,
    /// How long a client waits before it takes an operation for unanswered.
    pub client_timeout: Duration,
    /// What the clients do on their own; none for nothing.
    pub load: Option<Load>,
}

/// How long nodes take for a message, and how many may wait for their turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// How long a node takes for one message, one after another; none for no time at all.
    pub time: Option<Latency>,
    /// How many messages may wait at a node that has a service time. One more is refused.
    pub mailbox: u32,
}

impl Default for Service {
    fn default() -> Self {
        Self { time: None, mailbox: 64 }
    }
}

/// How far a node's wall clock is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// How far it is ahead, in microseconds; behind where it is negative.
    pub skew_us: i64,
    /// How much faster it runs, in parts per million; slower where it is negative.
    pub drift_ppm: i32,
}

/// Which node a client asks, and so who coordinates. Where that one refuses, the next is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinatorChoice {
    /// One of the key's N replicas, by luck, then the others in ring order: a client that knows the
    /// ring (Dynamo, section 6.4).
    #[default]
    Replica,
    /// Any node, by luck: a load balancer that knows nothing of keys.
    Any,
    /// The same node for all that one client asks.
    Fixed,
    /// The replica that answered first when this client read the key last; as
    /// [`CoordinatorChoice::Replica`] before that.
    Fastest,
}
