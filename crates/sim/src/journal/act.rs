//! What somebody does to the cluster, as the journal has it.

use ringside_random::Latency;
use ringside_store::{Duration, Instant, NodeId, Quorum, Settings};
use serde::Serialize;

use crate::{CoordinatorChoice, Deviation, Legs, Load, MessageId, Regions, Service};

/// A change of the cluster from outside.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A node stopped; its disk stays.
    Crash(NodeId),
    /// A node started on its disk.
    Restart(NodeId),
    /// A node stopped and lost its disk.
    Wipe(NodeId),
    /// Links were cut, each with its direction.
    Cut(Vec<(NodeId, NodeId)>),
    /// Every cut was mended.
    Heal,
    /// N, R and W changed.
    Quorum(Quorum),
    /// The latency model between nodes changed.
    Latency(Latency),
    /// The share of messages lost between nodes changed.
    Loss(f64),
    /// The load changed; none for off.
    Load(Option<Load>),
    /// A message was stopped where it is.
    Hold(MessageId),
    /// A held message went on, and is due at this instant.
    Release(MessageId, Instant),
    /// A scheduled change was impossible in the state that the cluster was in.
    Refused(String),
    /// How long nodes take for a message changed, or how many may wait.
    Service(Service),
    /// A node stopped its world: its memory stays, and nothing is handled.
    Pause(NodeId),
    /// A paused node went on.
    Resume(NodeId),
    /// A node takes this much longer for each message; no time at all for a node as the others.
    Slow {
        /// The node.
        node: NodeId,
        /// How much longer.
        by: Duration,
    },
    /// Cut links were mended, each with its direction.
    Mend(Vec<(NodeId, NodeId)>),
    /// Messages wait at a link, those that are on it included.
    Clog {
        /// The senders' end.
        from: NodeId,
        /// The receivers' end.
        to: NodeId,
    },
    /// A clogged link is free.
    Unclog {
        /// The senders' end.
        from: NodeId,
        /// The receivers' end.
        to: NodeId,
        /// The messages that go on, each with the instant that it is due at now.
        released: Vec<(MessageId, Instant)>,
    },
    /// The share of messages between nodes that arrive twice changed.
    Duplication(f64),
    /// The share of messages between nodes that take a second delay changed.
    Reordering(f64),
    /// Nodes are going to be isolated one after another and healed in another order.
    Swizzle {
        /// The nodes, in the order in which they are isolated.
        nodes: Vec<NodeId>,
        /// The time from each step to the next.
        every: Duration,
    },
    /// The dial of chaos was set, from 0 (none) to 1.
    Chaos(f64),
    /// A node's wall clock was set off.
    Clock {
        /// The node.
        node: NodeId,
        /// How far it is off from now on.
        deviation: Deviation,
    },
    /// Which node clients ask changed.
    Coordinator(CoordinatorChoice),
    /// The settings of the store changed.
    Settings(Box<Settings>),
    /// A node was told to join the cluster.
    Join(NodeId),
    /// A node was told to leave the cluster.
    Leave(NodeId),
    /// A node was told that another one is gone for good.
    Remove {
        /// The one that is gone.
        node: NodeId,
        /// The one that was told.
        by: NodeId,
    },
    /// The latency models of writes' and reads' messages changed.
    Legs(Box<Legs>),
    /// Which nodes are far from which changed; none for all near.
    Regions(Option<Regions>),
    /// A second copy of a message went out after it.
    Duplicate {
        /// The message.
        message: MessageId,
        /// The copy.
        copy: MessageId,
    },
    /// A message takes longer than it would have.
    Delay {
        /// The message.
        message: MessageId,
        /// How much longer.
        by: Duration,
        /// When it is due now; where it is held, had it gone on when it was stopped.
        arrives: Instant,
    },
    /// Messages take this much longer on one direction of a link; no time at all for as before.
    SlowLink {
        /// The senders' end.
        from: NodeId,
        /// The receivers' end.
        to: NodeId,
        /// How much longer.
        by: Duration,
    },
    /// One direction of a link loses this share of its messages; none for as many as before.
    LossyLink {
        /// The senders' end.
        from: NodeId,
        /// The receivers' end.
        to: NodeId,
        /// The share, from 0 to 1.
        share: Option<f64>,
    },
    /// Something was planned for later.
    Planned {
        /// When it is to be done.
        at: Instant,
        /// What it is, in words.
        what: String,
    },
    /// Something that was planned, in words, will not be done.
    Cancelled(String),
}
