//! The commands that a user or a schedule gives to a run.

use ringside_sim::{CoordinatorChoice, MessageId, Regions};
use ringside_store::{Duration, NodeId, Settings};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::planned::Planned;
use crate::scenario::{Clock, LatencyModel, Legs, Load, Service};

/// A command of the user or of a scenario's schedule. Commands are data: a run is a scenario, a seed and
/// the commands with their times.
///
/// In files it is written `{"crash": "A"}` or `"heal"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[strum(serialize_all = "snake_case")]
pub enum Command {
    /// Write a value, replacing the versions that the user has read of the key.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The node that is asked to coordinate; `None` leaves the choice to the client.
        #[serde(default)]
        through: Option<NodeId>,
        /// The time after which the value expires; `None` takes the one of the store's settings.
        #[serde(default)]
        ttl: Option<Duration>,
    },
    /// Read a key.
    Get {
        /// The key.
        key: String,
        /// The node that is asked to coordinate; `None` leaves the choice to the client.
        #[serde(default)]
        through: Option<NodeId>,
    },
    /// Write a tombstone, replacing the versions that the user has read of the key.
    Delete {
        /// The key.
        key: String,
        /// The node that is asked to coordinate; `None` leaves the choice to the client.
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
    /// Stop a node: its memory is lost, its disk stays.
    Crash(NodeId),
    /// Start a stopped node on its disk.
    Restart(NodeId),
    /// Stop a node and erase its disk; [`Command::Restart`] starts it empty.
    Wipe(NodeId),
    /// Cut every link between these nodes and the others, in both directions.
    Partition(Vec<NodeId>),
    /// Heal every link: mend the cut ones, unclog the clogged ones, and reset the slow and lossy ones.
    Heal,
    /// Hold a message in flight where it is, until it is released.
    Hold(MessageId),
    /// Release a held message.
    Release(MessageId),
    /// Drop one message, in flight or held.
    Drop(MessageId),
    /// Change the service time of nodes and the capacity of their mailboxes.
    Service(Service),
    /// Pause a node: its memory stays, and it handles nothing until it is resumed.
    Pause(NodeId),
    /// Resume a paused node.
    Resume(NodeId),
    /// Make a node take longer for each message.
    Slow {
        /// The node.
        node: NodeId,
        /// The additional time; zero makes it as fast as the others.
        by: Duration,
    },
    /// Cut single links, each in one direction.
    Cut(Vec<DirectedLink>),
    /// Cut a node off from all others, in both directions.
    Isolate(NodeId),
    /// Mend single links, each in one direction.
    Mend(Vec<DirectedLink>),
    /// Make messages wait on a link, in one direction, until it is unclogged.
    Clog(DirectedLink),
    /// Free a clogged link.
    Unclog(DirectedLink),
    /// Change the share of messages between nodes that arrive twice, from 0 to 1.
    Duplication(f64),
    /// Change the share of messages between nodes that take a second delay, from 0 to 1.
    Reordering(f64),
    /// Isolate nodes one after another, and reconnect them in another order.
    Swizzle {
        /// The nodes, in the order in which they are isolated.
        nodes: Vec<NodeId>,
        /// The time from each step to the next.
        every: Duration,
    },
    /// Set the rate of random faults: 1 for one a second, 0 for none, which ends those in force.
    Chaos(f64),
    /// Set the error of a node's wall clock.
    Clock(Clock),
    /// Change the nodes that clients choose as coordinators.
    Coordinator(CoordinatorChoice),
    /// Change the settings of the store.
    Settings(Box<Settings>),
    /// Let a node join the cluster: the next free name, or a node that left or was removed.
    Join(NodeId),
    /// Let a node leave the cluster.
    Leave(NodeId),
    /// Tell a node that another one is removed from the cluster.
    Remove {
        /// The removed node.
        node: NodeId,
        /// The node that is notified; `None` takes the lowest-numbered other node that is up.
        #[serde(default)]
        by: Option<NodeId>,
    },
    /// Change the delays of the messages of writes and reads, where they differ from the others; `None`
    /// makes them alike.
    Legs(Option<Legs>),
    /// Change the regions of the nodes; `None` puts all nodes into one, unless the preset of the legs has
    /// regions.
    Regions(Option<Regions>),
    /// Send a copy of a message between nodes, in flight or held.
    Duplicate(MessageId),
    /// Delay one message, in flight or held.
    Delay {
        /// The message.
        message: MessageId,
        /// The additional time.
        by: Duration,
    },
    /// Make messages take longer on one direction of a link.
    SlowLink {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// The additional time; zero resets it.
        by: Duration,
    },
    /// Change the share of messages that one direction of a link loses.
    LossyLink {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// The share, from 0 to 1; `None` resets it.
        #[serde(default)]
        share: Option<f64>,
    },
    /// Plan another command for later.
    Plan(Planned),
    /// Cancel the planned command of this number, of the user or of the scenario.
    Cancel(u32),
}

/// A link in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectedLink {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
}

impl Command {
    /// Returns the command's name, as files have it.
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
