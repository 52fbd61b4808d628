//! What nodes say to each other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::version::{Siblings, Version};
use crate::{Key, RequestId};

/// A message from one node to another. It names the request that caused it.
#[derive(Clone, Debug)]
pub enum Message {
    /// A coordinator asks a replica to store a version.
    Write {
        /// The cause.
        request: RequestId,
        /// The key.
        key: Key,
        /// The new version.
        version: Arc<Version>,
    },
    /// A replica tells that it stored the version, or holds a later one.
    WriteAck {
        /// The cause.
        request: RequestId,
    },
    /// A coordinator asks a replica for its versions.
    Read {
        /// The cause.
        request: RequestId,
        /// The key.
        key: Key,
    },
    /// A replica tells its versions.
    ReadAnswer {
        /// The cause.
        request: RequestId,
        /// All versions that the replica holds.
        siblings: Siblings,
    },
    /// A coordinator brings a replica the versions that its answer lacked. Nobody waits for it, so it
    /// is not acknowledged.
    Repair {
        /// The read that found the difference.
        request: RequestId,
        /// The key.
        key: Key,
        /// What the replica lacked.
        siblings: Siblings,
    },
}

/// The kind of a message, for drawing, counting and luck: the delay of a message hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// See [`Message::Write`].
    Write,
    /// See [`Message::WriteAck`].
    WriteAck,
    /// See [`Message::Read`].
    Read,
    /// See [`Message::ReadAnswer`].
    ReadAnswer,
    /// See [`Message::Repair`].
    Repair,
}

impl Message {
    /// Gives the kind of the message.
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::Write { .. } => MessageKind::Write,
            Self::WriteAck { .. } => MessageKind::WriteAck,
            Self::Read { .. } => MessageKind::Read,
            Self::ReadAnswer { .. } => MessageKind::ReadAnswer,
            Self::Repair { .. } => MessageKind::Repair,
        }
    }

    /// Gives the request that caused the message.
    pub const fn request(&self) -> RequestId {
        match self {
            Self::Write { request, .. }
            | Self::WriteAck { request }
            | Self::Read { request, .. }
            | Self::ReadAnswer { request, .. }
            | Self::Repair { request, .. } => *request,
        }
    }
}
