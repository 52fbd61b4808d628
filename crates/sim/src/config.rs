//! Configuration of a cluster at the start of a run.

use std::collections::BTreeMap;

use ringside_random::Latency;
use ringside_store::{Duration, NodeId, Partitioning, Quorum, Settings};
use serde::{Deserialize, Serialize};

use crate::{Channels, Load};

/// The most nodes that a cluster can have.
pub const MAX_NODES: u16 = 100;

/// The settings of a cluster and its clients at the start of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The seed from which everything random is drawn.
    pub seed: u64,
    /// The number of nodes.
    pub nodes: u16,
    /// The partitioning of the ring among them.
    pub partitioning: Partitioning,
    /// N, R and W.
    pub quorum: Quorum,
    /// The timeout of a coordinator's requests to replicas.
    pub request_timeout: Duration,
    /// The switches and dials of the store.
    pub settings: Settings,
    /// The service time of nodes and the capacity of their mailboxes.
    pub service: Service,
    /// The nodes with wrong wall clocks, and how wrong they are.
    pub clocks: BTreeMap<NodeId, ClockSkew>,
    /// The behaviour of the channels.
    pub channels: Channels,
    /// The choice of the node that a client asks.
    pub coordinator: CoordinatorChoice,
    /// The timeout of a client's operations.
    pub client_timeout: Duration,
    /// The generated load, or `None` for no load.
    pub load: Option<Load>,
}

/// The service time of nodes and the capacity of their mailboxes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// The service time of one message, or `None` if handling a message takes no time.
    pub time: Option<Latency>,
    /// The number of messages that may wait at a node that has a service time. Further ones are
    /// refused.
    pub mailbox: u32,
}

impl Default for Service {
    fn default() -> Self {
        Self { time: None, mailbox: 64 }
    }
}

/// The skew of a node's wall clock: offset and drift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClockSkew {
    /// Its lead, in microseconds; a lag if negative.
    pub skew_us: i64,
    /// Its additional speed, in parts per million; it runs slower if negative.
    pub drift_ppm: i32,
}

/// The choice of the node that a client asks, which coordinates. If it refuses, the next is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoordinatorChoice {
    /// A random one of the key's N replicas, then the others in ring order: a client that knows the
    /// ring (Dynamo, section 6.4).
    #[default]
    Replica,
    /// A random node: a load balancer that knows nothing of keys.
    Any,
    /// The same node for all operations of one client.
    Fixed,
    /// The replica that answered this client's last read of the key first; before any read, as
    /// [`CoordinatorChoice::Replica`].
    Fastest,
}
