//! What a cluster begins with.

use std::fmt;

use ringside_store::{Duration, NodeId, Quorum};

use crate::{Channels, Load, MessageId};

/// The settings of a cluster and its clients at the start of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The root of all luck.
    pub seed: u64,
    /// How many nodes there are.
    pub nodes: u16,
    /// How many places each one takes on the ring.
    pub tokens_per_node: u16,
    /// N, R and W.
    pub quorum: Quorum,
    /// How long a coordinator waits for answers.
    pub request_timeout: Duration,
    /// Whether a read repairs the replicas that it finds stale.
    pub read_repair: bool,
    /// How the channels behave.
    pub channels: Channels,
    /// How long a client waits before it takes an operation for unanswered.
    pub client_timeout: Duration,
    /// What the clients do on their own; none for nothing.
    pub load: Option<Load>,
}

/// Why a cluster refuses what it is told. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such node.
    UnknownNode(NodeId),
    /// The node is stopped already.
    IsDown(NodeId),
    /// The node runs already.
    IsUp(NodeId),
    /// A key can't have more replicas than there are nodes.
    TooFewNodes {
        /// The replicas wanted.
        n: u16,
        /// The nodes there are.
        nodes: u16,
    },
    /// A partition needs nodes on both sides.
    OneSided,
    /// No such message is in flight.
    NotInFlight(MessageId),
    /// No such message is held.
    NotHeld(MessageId),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownNode(node) => write!(f, "there is no node {node}"),
            Self::IsDown(node) => write!(f, "node {node} is stopped already"),
            Self::IsUp(node) => write!(f, "node {node} runs already"),
            Self::TooFewNodes { n, nodes } => {
                write!(f, "n is {n}, but there are only {nodes} nodes to hold replicas")
            }
            Self::OneSided => {
                write!(f, "a partition needs nodes on both sides: choose some, but not all")
            }
            Self::NotInFlight(message) => {
                write!(f, "message {} is not in flight", message.0)
            }
            Self::NotHeld(message) => write!(f, "message {} is not held", message.0),
        }
    }
}

impl std::error::Error for Refusal {}
