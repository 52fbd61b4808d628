//! Messages between nodes and between clients and nodes, and the clients' identifiers.

use ringside_store::{Instant, Message, MessageKind, NodeId, Request, RequestId, Response};
use serde::{Deserialize, Serialize};

/// A client, by number.
///
/// Client zero is the user, whose operations go to any suitable node; the load's clients count from
/// one; and each node has a client of its own, through which the user asks just that node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u16);

impl ClientId {
    /// The user, whose operations go to any suitable node.
    pub const USER: Self = Self(0);

    /// The first of the clients at nodes.
    const AT_NODES: u16 = 0x8000;

    /// Returns the client at a node.
    pub const fn at(node: NodeId) -> Self {
        Self(Self::AT_NODES | node.0)
    }

    /// The first of the identifiers of nodes' background work.
    const BACKGROUND: u16 = 0x4000;

    /// Returns the identifier under which a node does its background work: gossip, anti-entropy,
    /// handoff. No client asked for that and none waits for it.
    pub const fn background(node: NodeId) -> Self {
        Self(Self::BACKGROUND | node.0)
    }

    /// Whether this stands for a node's background work and not for a client.
    pub const fn is_background(self) -> bool {
        self.0 >= Self::BACKGROUND && self.0 < Self::AT_NODES
    }

    /// Whether this is a client of the user, and not of the load.
    pub const fn is_user(self) -> bool {
        self.0 == Self::USER.0 || self.0 >= Self::AT_NODES
    }

    /// Returns the node that this client is at, or `None` if it is not at a node.
    pub const fn node(self) -> Option<NodeId> {
        if self.0 >= Self::AT_NODES { Some(NodeId(self.0 - Self::AT_NODES)) } else { None }
    }

    /// Returns the id of this client's request number `ordinal`, from zero. It is unique in the
    /// run, and does not depend on anything else that happens in it.
    pub const fn request(self, ordinal: u64) -> RequestId {
        RequestId(((self.0 as u64) << 48) | (ordinal & 0xFFFF_FFFF_FFFF))
    }

    /// Returns the client that made a request.
    pub const fn of(request: RequestId) -> Self {
        Self((request.0 >> 48) as u16)
    }

    /// Returns the number of a request among its client's, from zero.
    pub const fn ordinal(request: RequestId) -> u64 {
        request.0 & 0xFFFF_FFFF_FFFF
    }
}

/// A message, by its number among all messages sent in the run, from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub u64);

/// An endpoint of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// A client.
    Client(ClientId),
    /// A node.
    Node(NodeId),
}

impl Endpoint {
    /// Returns a number that identifies this endpoint.
    pub(crate) const fn identity(self) -> u64 {
        match self {
            Self::Client(client) => 1 << 16 | client.0 as u64,
            Self::Node(node) => node.0 as u64,
        }
    }
}

/// The content of a message.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    /// Boxed: a put carries its context, and all other messages are far smaller.
    Request(Box<Request>),
    Reply(Response),
    Node(Message),
}

impl Payload {
    pub(crate) fn kind(&self) -> MessageKind {
        match self {
            Self::Request(_) => MessageKind::Request,
            Self::Reply(_) => MessageKind::Reply,
            Self::Node(message) => message.kind(),
        }
    }
}

/// A message in flight or held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: MessageKind,
    /// The request that caused it.
    pub request: RequestId,
    /// The sender.
    pub from: Endpoint,
    /// The receiver.
    pub to: Endpoint,
    /// The time at which it was sent.
    pub sent: Instant,
    /// The time of its arrival, unless it is lost on its way; for a held message, had it not been
    /// held.
    pub arrives: Instant,
    /// Since when it is held, or `None` if it is moving.
    pub held: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_ids_distinguish_the_user_the_load_and_background_work() {
        let node = NodeId(99);
        let of = |client: ClientId| (client.is_user(), client.is_background());
        assert_eq!(of(ClientId::USER), (true, false));
        assert_eq!(of(ClientId::at(node)), (true, false));
        assert_eq!(of(ClientId(1_000)), (false, false));
        assert_eq!(of(ClientId::background(node)), (false, true));
        assert_eq!(ClientId::of(ClientId::background(node).request(7)), ClientId::background(node));
    }
}
