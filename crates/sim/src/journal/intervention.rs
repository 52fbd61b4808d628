//! Journal entries of interventions: changes made to a cluster from outside.

use ringside_random::Latency;
use ringside_store::{Duration, Instant, NodeId, Quorum, Settings};
use serde::Serialize;

use crate::{ClockSkew, CoordinatorChoice, Legs, Load, MessageId, Regions, Service};

/// A change of the cluster from outside.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Intervention {
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
    /// The load changed; `None` turns it off.
    Load(Option<Load>),
    /// A message was held where it is.
    Hold(MessageId),
    /// A held message was released, and is due at this instant.
    Release(MessageId, Instant),
    /// A scheduled change was impossible in the cluster's state at that time.
    Refused(String),
    /// The nodes' service time or mailbox capacity changed.
    Service(Service),
    /// A node was paused: its memory stays, and nothing is handled.
    Pause(NodeId),
    /// A paused node was resumed.
    Resume(NodeId),
    /// A node takes longer for each message.
    Slow {
        /// The node.
        node: NodeId,
        /// The additional time; zero restores the usual time.
        by: Duration,
    },
    /// Cut links were mended, each with its direction.
    Mend(Vec<(NodeId, NodeId)>),
    /// A link was clogged: messages wait on it, including those already on their way.
    Clog {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
    },
    /// A clogged link was unclogged.
    Unclog {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// The messages that were released, each with its new time of arrival.
        released: Vec<(MessageId, Instant)>,
    },
    /// The share of messages between nodes that arrive twice changed.
    Duplication(f64),
    /// The share of messages between nodes that take a second delay changed.
    Reordering(f64),
    /// A swizzle began: nodes are isolated one after another and healed in another order.
    Swizzle {
        /// The nodes, in the order in which they are isolated.
        nodes: Vec<NodeId>,
        /// The time from each step to the next.
        every: Duration,
    },
    /// The intensity of chaos was set, from 0 (none) to 1.
    Chaos(f64),
    /// A node's wall clock was made wrong.
    Clock {
        /// The node.
        node: NodeId,
        /// Its skew from now on.
        #[serde(rename = "deviation")]
        skew: ClockSkew,
    },
    /// The choice of the coordinator changed.
    Coordinator(CoordinatorChoice),
    /// The settings of the store changed.
    Settings(Box<Settings>),
    /// A node was asked to join the cluster.
    Join(NodeId),
    /// A node was asked to leave the cluster.
    Leave(NodeId),
    /// A node was asked to remove another one, which is gone for good.
    Remove {
        /// The removed node.
        node: NodeId,
        /// The node that was asked.
        by: NodeId,
    },
    /// The latency models of writes' and reads' messages changed.
    Legs(Box<Legs>),
    /// The regions changed; `None` puts all nodes near each other.
    Regions(Option<Regions>),
    /// A second copy of a message was sent after it.
    Duplicate {
        /// The message.
        message: MessageId,
        /// The copy.
        copy: MessageId,
    },
    /// A message was delayed.
    Delay {
        /// The message.
        message: MessageId,
        /// The additional time.
        by: Duration,
        /// Its new time of arrival; for a held message, had it been released at once.
        arrives: Instant,
    },
    /// Messages take longer on one direction of a link.
    SlowLink {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// The additional time; zero restores the usual time.
        by: Duration,
    },
    /// One direction of a link loses another share of its messages.
    LossyLink {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
        /// The share, from 0 to 1; `None` restores the channel's own.
        share: Option<f64>,
    },
    /// A command was planned for later.
    Planned {
        /// The time at which it is due.
        at: Instant,
        /// Its description.
        what: String,
    },
    /// A planned command was cancelled, given by its description.
    Cancelled(String),
}
