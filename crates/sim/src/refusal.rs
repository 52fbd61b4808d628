//! Why a cluster refuses what it is told.

use std::fmt;

use ringside_store::NodeId;

use crate::MessageId;
use crate::config::MOST_NODES;

/// Why a cluster refuses what it is told. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such node.
    UnknownNode(NodeId),
    /// The node is stopped already.
    IsDown(NodeId),
    /// The node runs already.
    IsUp(NodeId),
    /// The node is paused.
    IsPaused(NodeId),
    /// The node is not paused.
    NotPaused(NodeId),
    /// A key can't have more replicas than there are nodes.
    TooFewNodes {
        /// The replicas wanted.
        n: u16,
        /// The nodes there are.
        nodes: u16,
    },
    /// A partition needs nodes on both sides.
    OneSided,
    /// A node has no link to itself.
    OwnLink(NodeId),
    /// The link is clogged already.
    IsClogged(NodeId, NodeId),
    /// The link is not clogged.
    NotClogged(NodeId, NodeId),
    /// No such message is in flight.
    NotInFlight(MessageId),
    /// No such message is held.
    NotHeld(MessageId),
    /// The message waits at a clogged link, and not because it is held.
    AtClog(MessageId),
    /// A client's channel makes no second copies.
    OfClient(MessageId),
    /// A swizzle needs nodes, each named once.
    NoSwizzle,
    /// Membership spreads by gossip, and gossip is off.
    GossipOff,
    /// The cluster is as large as it can be.
    TooManyNodes,
    /// A new node takes the next name.
    NotNext {
        /// The name wanted.
        node: NodeId,
        /// The next free one.
        next: NodeId,
    },
    /// The node is in the cluster already.
    IsMember(NodeId),
    /// The node is not in the cluster, or is on its way out already.
    NotMember(NodeId),
    /// Somebody must stay.
    LastNode(NodeId),
    /// A node is removed by another one.
    OwnRemoval(NodeId),
    /// No other node is there to be told.
    NobodyToTell,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownNode(node) => write!(f, "there is no node {node}"),
            Self::IsDown(node) => write!(f, "node {node} is stopped already"),
            Self::IsUp(node) => write!(f, "node {node} runs already"),
            Self::IsPaused(node) => write!(f, "node {node} is paused"),
            Self::NotPaused(node) => write!(f, "node {node} is not paused"),
            Self::TooFewNodes { n, nodes } => {
                write!(f, "n is {n}, but there are only {nodes} nodes to hold replicas")
            }
            Self::OneSided => {
                f.write_str("a partition needs nodes on both sides: choose some, but not all")
            }
            Self::OwnLink(node) => write!(f, "node {node} has no link to itself"),
            Self::IsClogged(from, to) => {
                write!(f, "the link from {from} to {to} is clogged already")
            }
            Self::NotClogged(from, to) => write!(f, "the link from {from} to {to} is not clogged"),
            Self::NotInFlight(message) => write!(f, "message {} is not in flight", message.0),
            Self::NotHeld(message) => write!(f, "message {} is not held", message.0),
            Self::AtClog(message) => {
                write!(f, "message {} waits at a clogged link: unclog the link", message.0)
            }
            Self::OfClient(message) => write!(
                f,
                "message {} is between a client and a node, where nothing arrives twice",
                message.0
            ),
            Self::NoSwizzle => f.write_str("a swizzle needs nodes: name some, each of them once"),
            Self::GossipOff => {
                f.write_str("membership spreads by gossip, which is off: turn it on first")
            }
            Self::TooManyNodes => write!(f, "{MOST_NODES} nodes is the most"),
            Self::NotNext { node, next } => {
                write!(f, "node {node} can't join yet: the next free name is {next}")
            }
            Self::IsMember(node) => write!(f, "node {node} is in the cluster already"),
            Self::NotMember(node) => write!(f, "node {node} is not in the cluster"),
            Self::LastNode(node) => write!(f, "node {node} is the last one and has to stay"),
            Self::OwnRemoval(node) => {
                write!(f, "node {node} can't remove itself: let it leave, or tell another node")
            }
            Self::NobodyToTell => f.write_str("no other node runs that could be told"),
        }
    }
}

impl std::error::Error for Refusal {}
