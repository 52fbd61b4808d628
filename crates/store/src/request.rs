//! What a client asks of a node, and the honest answer.

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

/// What a client asks of a node, which then coordinates it.
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
        /// What the client has seen; empty for a blind put.
        context: Context,
        /// How long the value lives; as long as the settings say where there is none.
        ttl: Option<Duration>,
    },
    /// Write a tombstone that replaces what the client has seen.
    Delete {
        /// The key.
        key: Key,
        /// What the client has seen.
        context: Context,
    },
}

impl Request {
    /// Returns the key that is asked about.
    pub const fn key(&self) -> &Key {
        match self {
            Self::Get { key } | Self::Put { key, .. } | Self::Delete { key, .. } => key,
        }
    }

    /// Returns the kind of the request.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Get { .. } => Operation::Get,
            Self::Put { .. } => Operation::Put,
            Self::Delete { .. } => Operation::Delete,
        }
    }
}

/// Why an operation did not get enough answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The coordinator waited as long as it may.
    Timeout,
    /// The key has fewer replicas than must answer; nobody was asked.
    TooFewNodes,
    /// The coordinator has as many operations in progress as it may; nobody was asked.
    Overloaded,
}

/// What a coordinator answers.
///
/// Being unavailable is an answer, not an error. A write that was answered as unavailable is not
/// undone: replicas that have it keep it, and a later read may find it (Dynamo, section 4.5, promises
/// no more).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// R replicas answered; these are their versions, merged.
    Found {
        /// All versions that no other one found replaces; empty when the key was never written.
        #[serde(serialize_with = "crate::event::dots")]
        siblings: Siblings,
        /// The replica whose answer came first, where it was another node's.
        first: Option<NodeId>,
    },
    /// W replicas stored the write.
    Stored {
        /// What was stored.
        #[serde(serialize_with = "crate::event::dot")]
        version: Arc<Version>,
    },
    /// Fewer replicas answered than must.
    Unavailable {
        /// Why no more are waited for.
        cause: Cause,
        /// How many distinct replicas answered.
        answered: u16,
        /// How many must.
        needed: u16,
        /// How many were asked.
        asked: u16,
    },
}

impl Response {
    /// Whether the operation got its quorum.
    pub const fn is_ok(&self) -> bool {
        !matches!(self, Self::Unavailable { .. })
    }
}
