//! Client requests and responses.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::version::{Context, Siblings, Version};
use crate::{Duration, Key, NodeId, Value};

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Read the versions of a key.
    Get,
    /// Write a value.
    Put,
    /// Write a tombstone.
    Delete,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Delete => "delete",
        })
    }
}

/// A client's request to a node, which then coordinates it.
#[derive(Clone, Debug)]
pub enum Request {
    /// Read the versions of a key.
    Get {
        /// The key.
        key: Key,
    },
    /// Write a value that replaces what the client has seen.
    Put {
        /// The key.
        key: Key,
        /// The value.
        value: Value,
        /// The context of what the client has seen; empty for a blind put.
        context: Context,
        /// The lifetime of the value, or `None` for the default of the settings.
        ttl: Option<Duration>,
    },
    /// Write a tombstone that replaces what the client has seen.
    Delete {
        /// The key.
        key: Key,
        /// The context of what the client has seen.
        context: Context,
    },
}

impl Request {
    /// The key of the request.
    pub const fn key(&self) -> &Key {
        match self {
            Self::Get { key } | Self::Put { key, .. } | Self::Delete { key, .. } => key,
        }
    }

    /// The kind of the request.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Get { .. } => Operation::Get,
            Self::Put { .. } => Operation::Put,
            Self::Delete { .. } => Operation::Delete,
        }
    }
}

/// The reason why an operation did not get enough answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnavailableReason {
    /// The coordinator waited until its deadline.
    Timeout,
    /// The key has fewer replicas than must answer; no replica was asked.
    TooFewNodes,
    /// The coordinator has too many operations in progress; no replica was asked.
    Overloaded,
}

/// A coordinator's response to a client.
///
/// Being unavailable is a response, not an error. A write with that response is not undone:
/// replicas that have it keep it, and a later read may find it (Dynamo, section 4.5, promises no
/// more).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// R replicas answered; these are their versions, merged.
    Found {
        /// All versions that no other version found replaces; empty if the key was never written.
        #[serde(serialize_with = "crate::event::dots")]
        siblings: Siblings,
        /// The replica whose answer came first, or `None` if no other node answered.
        first: Option<NodeId>,
    },
    /// W replicas stored the write.
    Stored {
        /// The version that was stored.
        #[serde(serialize_with = "crate::event::dot")]
        version: Arc<Version>,
    },
    /// Fewer replicas answered than the operation needs.
    Unavailable {
        /// Why the coordinator waits for no more answers.
        cause: UnavailableReason,
        /// The number of distinct replicas that answered.
        answered: u16,
        /// The number that must answer.
        needed: u16,
        /// The number that were asked.
        asked: u16,
    },
}

impl Response {
    /// Whether the operation met its quorum.
    pub const fn is_ok(&self) -> bool {
        !matches!(self, Self::Unavailable { .. })
    }
}
