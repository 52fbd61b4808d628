//! What a person does to a running cluster.

use ringside_sim::{CoordinatorChoice, MessageId, Regions};
use ringside_store::{Duration, NodeId, Settings};
use serde::{Deserialize, Serialize};

use super::schedule::Planned;
use crate::scenario::{Clock, LatencyModel, Legs, Load, Service};

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
        /// How long the value lives; as the store's settings say where there is none.
        #[serde(default)]
        ttl: Option<Duration>,
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
    /// Make every link whole: undo every cut, free every clogged link, and make slow and lossy ones as
    /// they were.
    Heal,
    /// Stop a message in flight where it is, until it is released.
    Hold(MessageId),
    /// Let a held message go on.
    Release(MessageId),
    /// Lose one message, in flight or held.
    Drop(MessageId),
    /// Change how long nodes take for a message, and how many may wait for their turn.
    Service(Service),
    /// Stop the world of a node: its memory stays, and nothing is handled until it goes on.
    Pause(NodeId),
    /// Let a paused node go on.
    Resume(NodeId),
    /// Make a node take longer for each message.
    Slow {
        /// The node.
        node: NodeId,
        /// How much longer; no time at all makes it as the others.
        by: Duration,
    },
    /// Cut single links, each in its direction alone.
    Cut(Vec<Way>),
    /// Cut a node off from all others, in both directions.
    Isolate(NodeId),
    /// Mend single links, each in its direction alone.
    Mend(Vec<Way>),
    /// Let messages wait on a link, in one direction, until it is unclogged.
    Clog(Way),
    /// Free a clogged link.
    Unclog(Way),
    /// Change the share of messages between nodes that arrive twice, from 0 to 1.
    Duplication(f64),
    /// Change the share of messages between nodes that take a second delay, from 0 to 1.
    Reordering(f64),
    /// Isolate nodes one after another, and heal them in another order.
    Swizzle {
        /// The nodes, in the order in which they are isolated.
        nodes: Vec<NodeId>,
        /// The time from each step to the next.
        every: Duration,
    },
    /// Set the dial of random faults: 0 for none and an end to those in force, 1 for one a second.
    Chaos(f64),
    /// Set a node's wall clock off.
    Clock(Clock),
    /// Change which node the clients ask.
    Coordinator(CoordinatorChoice),
    /// Change the settings of the store.
    Settings(Box<Settings>),
    /// Let a node join the cluster: the next name, or one that has left or was removed.
    Join(NodeId),
    /// Let a node leave the cluster.
    Leave(NodeId),
    /// Tell a node that another one is gone for good.
    Remove {
        /// The one that is gone.
        node: NodeId,
        /// The one that is told; the lowest-numbered other one that is up where there is none.
        #[serde(default)]
        by: Option<NodeId>,
    },
    /// Change how long the messages of writes and reads take, where they differ from the rest; none
    /// makes them alike.
    Legs(Option<Legs>),
    /// Change which nodes are far from which; none makes all near, unless the legs' preset says
    /// otherwise.
    Regions(Option<Regions>),
    /// Send a second copy of a message between nodes out behind it, in flight or held.
    Duplicate(MessageId),
    /// Make one message take longer, in flight or held.
    Delay {
        /// The message.
        message: MessageId,
        /// How much longer.
        by: Duration,
    },
    /// Make messages take longer on one direction of a link.
    SlowLink {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// How much longer; no time at all makes it as it was.
        by: Duration,
    },
    /// Change the share of messages that one direction of a link loses.
    LossyLink {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// The share, from 0 to 1; none makes it as it was.
        #[serde(default)]
        share: Option<f64>,
    },
    /// Plan something for later.
    Plan(Planned),
    /// Do not do what was planned under this number, by hand or by the scenario.
    Cancel(u32),
}

/// A link in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
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
            Self::Service(_) => "service",
            Self::Pause(_) => "pause",
            Self::Resume(_) => "resume",
            Self::Slow { .. } => "slow",
            Self::Cut(_) => "cut",
            Self::Isolate(_) => "isolate",
            Self::Mend(_) => "mend",
            Self::Clog(_) => "clog",
            Self::Unclog(_) => "unclog",
            Self::Duplication(_) => "duplication",
            Self::Reordering(_) => "reordering",
            Self::Swizzle { .. } => "swizzle",
            Self::Chaos(_) => "chaos",
            Self::Clock(_) => "clock",
            Self::Coordinator(_) => "coordinator",
            Self::Settings(_) => "settings",
            Self::Join(_) => "join",
            Self::Leave(_) => "leave",
            Self::Remove { .. } => "remove",
            Self::Legs(_) => "legs",
            Self::Regions(_) => "regions",
            Self::Duplicate(_) => "duplicate",
            Self::Delay { .. } => "delay",
            Self::SlowLink { .. } => "slow_link",
            Self::LossyLink { .. } => "lossy_link",
            Self::Plan(_) => "plan",
            Self::Cancel(_) => "cancel",
        }
    }
}
