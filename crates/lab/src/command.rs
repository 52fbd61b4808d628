//! What a person does to a running cluster.

use ringside_sim::MessageId;
use ringside_store::NodeId;
use serde::{Deserialize, Serialize};

use crate::scenario::{LatencyModel, Load};

/// One act of a person or of a scenario's schedule. Commands are data: a run is a scenario, a seed and
/// the commands with their times.
///
/// In files it is written `{"crash": "A"}` or `"heal"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Write a value, replacing what this person has seen of the key.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The node that is asked to coordinate; chosen for the person where there is none.
        #[serde(default)]
        through: Option<NodeId>,
    },
    /// Read a key.
    Get {
        /// The key.
        key: String,
        /// The node that is asked to coordinate.
        #[serde(default)]
        through: Option<NodeId>,
    },
    /// Write a tombstone, replacing what this person has seen of the key.
    Delete {
        /// The key.
        key: String,
        /// The node that is asked to coordinate.
        #[serde(default)]
        through: Option<NodeId>,
    },
    /// Change N, R and W of the running cluster.
    Quorum {
        /// Replicas of a key.
        n: u16,
        /// Answers that a read needs.
        r: u16,
        /// Acknowledgements that a write needs.
        w: u16,
    },
    /// Change the load of the clients.
    Load(Load),
    /// Change the latency model between nodes.
    Latency(LatencyModel),
    /// Change the share of messages between nodes that are lost, from 0 to 1.
    Loss(f64),
    /// Stop a node: what it had in memory is lost, its disk stays.
    Crash(NodeId),
    /// Start a stopped node on its disk.
    Restart(NodeId),
    /// Stop a node, and lose its disk as well. "Restart" starts it empty.
    Wipe(NodeId),
    /// Cut every link between these nodes and the others, in both directions.
    Partition(Vec<NodeId>),
    /// Undo every cut.
    Heal,
    /// Stop a message in flight where it is, until it is released.
    Hold(MessageId),
    /// Let a held message go on.
    Release(MessageId),
    /// Lose one message, in flight or held.
    Drop(MessageId),
}

impl Command {
    /// Gives the command's name, as files have it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Put { .. } => "put",
            Self::Get { .. } => "get",
            Self::Delete { .. } => "delete",
            Self::Quorum { .. } => "quorum",
            Self::Load(_) => "load",
            Self::Latency(_) => "latency",
            Self::Loss(_) => "loss",
            Self::Crash(_) => "crash",
            Self::Restart(_) => "restart",
            Self::Wipe(_) => "wipe",
            Self::Partition(_) => "partition",
            Self::Heal => "heal",
            Self::Hold(_) => "hold",
            Self::Release(_) => "release",
            Self::Drop(_) => "drop",
        }
    }
}
