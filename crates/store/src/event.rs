//! What a node tells about what it did and why.

use serde::{Serialize, Serializer};

use crate::request::Cause;
use crate::ring::PreferenceList;
use crate::version::{Dot, Siblings, Version};
use crate::{Key, NodeId, Operation, RequestId};

/// A step of a node, for observers. Watching changes nothing: a node never reads its own events.
///
/// All events of one `handle_*` call come in the order of their causes, between the messages and
/// replies that they explain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The node took a request and asks these replicas, itself perhaps among them.
    Coordinating {
        /// The request.
        request: RequestId,
        /// Its kind.
        operation: Operation,
        /// Its key.
        key: Key,
        /// The replicas asked, in ring order.
        asked: PreferenceList,
        /// How many of them must answer.
        needed: u16,
        /// The name of the write; none for a get.
        dot: Option<Dot>,
    },
    /// The node, as a replica, was given a version.
    Stored {
        /// The request that brought it.
        request: RequestId,
        /// The key.
        key: Key,
        /// The write.
        dot: Dot,
        /// Whether it changed anything: not when it was held or replaced already.
        changed: bool,
        /// How many siblings the key has here now.
        siblings: u16,
    },
    /// The node, as a coordinator, counted a replica's acknowledgement of a write.
    Acknowledged {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// How many distinct replicas have acknowledged, this one included.
        have: u16,
        /// How many must.
        needed: u16,
    },
    /// The node, as a coordinator, counted a replica's answer to a read.
    Answered {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// What it holds.
        #[serde(serialize_with = "dots")]
        siblings: Siblings,
        /// How many distinct replicas have answered, this one included.
        have: u16,
        /// How many must.
        needed: u16,
    },
    /// An answer or acknowledgement came after its operation had ended, or a second time.
    Ignored {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
    },
    /// Enough replicas answered; the client is told success.
    QuorumMet {
        /// The request.
        request: RequestId,
        /// How many distinct replicas have answered.
        have: u16,
        /// How many must.
        needed: u16,
        /// How many versions a get returns; zero for a put.
        siblings: u16,
    },
    /// Too few replicas answered; the client is told failure.
    QuorumFailed {
        /// The request.
        request: RequestId,
        /// Why no more are waited for.
        cause: Cause,
        /// How many distinct replicas have answered.
        have: u16,
        /// How many must.
        needed: u16,
        /// How many were asked.
        asked: u16,
    },
    /// A read found that a replica lacks versions, and brings them to it.
    Repairing {
        /// The read.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that lacks them.
        replica: NodeId,
        /// What it lacks.
        #[serde(serialize_with = "dots")]
        siblings: Siblings,
    },
    /// The node, as a replica, was brought versions by a read.
    Repaired {
        /// The read.
        request: RequestId,
        /// The key.
        key: Key,
        /// Whether they changed anything.
        changed: bool,
        /// How many siblings the key has here now.
        siblings: u16,
    },
}

impl Event {
    /// Gives the request that caused the step.
    pub const fn request(&self) -> RequestId {
        match self {
            Self::Coordinating { request, .. }
            | Self::Stored { request, .. }
            | Self::Acknowledged { request, .. }
            | Self::Answered { request, .. }
            | Self::Ignored { request, .. }
            | Self::QuorumMet { request, .. }
            | Self::QuorumFailed { request, .. }
            | Self::Repairing { request, .. }
            | Self::Repaired { request, .. } => *request,
        }
    }
}

/// Writes a sibling set as the names of its versions: a name tells a version from all others.
pub(crate) fn dots<S: Serializer>(siblings: &Siblings, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(siblings.iter().map(|version| version.dot))
}

/// Writes a version as its name.
pub(crate) fn dot<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
    version.dot.serialize(serializer)
}
