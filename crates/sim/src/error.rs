//! Errors of calls to a cluster.

use std::fmt;

use ringside_store::NodeId;

use crate::MessageId;
use crate::config::MAX_NODES;

/// The reason why a cluster refuses a call. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterError {
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
    /// N is larger than the number of nodes.
    TooFewNodes {
        /// The N wanted.
        n: u16,
        /// The number of nodes.
        nodes: u16,
    },
    /// A partition needs nodes on both sides.
    OneSided,
    /// A node has no link to itself.
    SelfLink(NodeId),
    /// The link is clogged already.
    IsClogged(NodeId, NodeId),
    /// The link is not clogged.
    NotClogged(NodeId, NodeId),
    /// No such message is in flight.
    NotInFlight(MessageId),
    /// No such message is held.
    NotHeld(MessageId),
    /// The message waits at a clogged link, and was not held by a call.
    AtClog(MessageId),
    /// The message is between a client and a node, where nothing is duplicated.
    ClientMessage(MessageId),
    /// A swizzle needs nodes, each named once.
    NoSwizzle,
    /// Membership spreads by gossip, and gossip is off.
    GossipOff,
    /// The cluster is as large as it can be.
    TooManyNodes,
    /// The node's number is not the next free one.
    NotNext {
        /// The number wanted.
        node: NodeId,
        /// The next free one.
        next: NodeId,
    },
    /// The node is a member already.
    IsMember(NodeId),
    /// The node is not a member, or is leaving already.
    NotMember(NodeId),
    /// The last member can't leave.
    LastNode(NodeId),
    /// A node can't remove itself.
    SelfRemoval(NodeId),
    /// No other node runs that could remove the node.
    NoRemover,
}

impl fmt::Display for ClusterError {
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
            Self::SelfLink(node) => write!(f, "node {node} has no link to itself"),
            Self::IsClogged(from, to) => {
                write!(f, "the link from {from} to {to} is clogged already")
            }
            Self::NotClogged(from, to) => write!(f, "the link from {from} to {to} is not clogged"),
            Self::NotInFlight(message) => write!(f, "message {} is not in flight", message.0),
            Self::NotHeld(message) => write!(f, "message {} is not held", message.0),
            Self::AtClog(message) => {
                write!(f, "message {} waits at a clogged link: unclog the link", message.0)
            }
            Self::ClientMessage(message) => write!(
                f,
                "message {} is between a client and a node, where nothing arrives twice",
                message.0
            ),
            Self::NoSwizzle => f.write_str("a swizzle needs nodes: name some, each of them once"),
            Self::GossipOff => {
                f.write_str("membership spreads by gossip, which is off: turn it on first")
            }
            Self::TooManyNodes => write!(f, "{MAX_NODES} nodes is the most"),
            Self::NotNext { node, next } => {
                write!(f, "node {node} can't join yet: the next free name is {next}")
            }
            Self::IsMember(node) => write!(f, "node {node} is in the cluster already"),
            Self::NotMember(node) => write!(f, "node {node} is not in the cluster"),
            Self::LastNode(node) => write!(f, "node {node} is the last one and has to stay"),
            Self::SelfRemoval(node) => {
                write!(f, "node {node} can't remove itself: let it leave, or tell another node")
            }
            Self::NoRemover => f.write_str("no other running node can remove it"),
        }
    }
}

impl std::error::Error for ClusterError {}
