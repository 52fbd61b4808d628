//! Messages on their way: between nodes, and between clients and nodes.

use std::fmt;

use ringside_store::{Instant, Message, MessageKind, NodeId, Request, RequestId, Response};
use serde::{Deserialize, Serialize};

/// A client, by number.
///
/// Client zero is the person, who asks whichever node will do; the load's clients count from one; and
/// at each node sits a client through which the person asks just that node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u16);

impl ClientId {
    /// The person who types operations.
    pub const PERSON: Self = Self(0);

    /// The first of the clients that sit at nodes.
    const AT_NODES: u16 = 0x8000;

    /// Gives the client that sits at a node.
    pub const fn at(node: NodeId) -> Self {
        Self(Self::AT_NODES | node.0)
    }

    /// Tells whether the person asks as this client, and not the load.
    pub const fn is_person(self) -> bool {
        self.0 == Self::PERSON.0 || self.0 >= Self::AT_NODES
    }

    /// Gives the node that this client sits at, where it sits at one.
    pub const fn node(self) -> Option<NodeId> {
        if self.0 >= Self::AT_NODES { Some(NodeId(self.0 - Self::AT_NODES)) } else { None }
    }

    /// Makes the id of this client's request number `ordinal`, from zero: unique in the run, and the
    /// same in two runs that differ in anything else.
    pub const fn request(self, ordinal: u64) -> RequestId {
        RequestId(((self.0 as u64) << 48) | (ordinal & 0xFFFF_FFFF_FFFF))
    }

    /// Gives the client that made a request.
    pub const fn of(request: RequestId) -> Self {
        Self((request.0 >> 48) as u16)
    }

    /// Gives the number that a request has among its client's, from zero.
    pub const fn ordinal(request: RequestId) -> u64 {
        request.0 & 0xFFFF_FFFF_FFFF
    }
}

/// A message, by its number among all that were sent in the run, from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub u64);

/// One end of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// A client.
    Client(ClientId),
    /// A node.
    Node(NodeId),
}

impl End {
    /// Gives a number that tells this end from all others.
    pub(crate) const fn identity(self) -> u64 {
        match self {
            Self::Client(client) => 1 << 16 | client.0 as u64,
            Self::Node(node) => node.0 as u64,
        }
    }
}

/// The kind of a message on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A client asks a node.
    Request,
    /// A node answers a client.
    Reply,
    /// A coordinator asks a replica to store a version.
    Write,
    /// A replica acknowledges a write.
    WriteAck,
    /// A coordinator asks a replica for its versions.
    Read,
    /// A replica tells its versions.
    ReadAnswer,
    /// A coordinator brings a replica what it lacked.
    Repair,
}

impl Kind {
    /// All kinds, in the order of their discriminants.
    pub const ALL: [Self; 7] = [
        Self::Request,
        Self::Reply,
        Self::Write,
        Self::WriteAck,
        Self::Read,
        Self::ReadAnswer,
        Self::Repair,
    ];

    /// Gives the kind's name in files and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Write => "write",
            Self::WriteAck => "write_ack",
            Self::Read => "read",
            Self::ReadAnswer => "read_answer",
            Self::Repair => "repair",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<MessageKind> for Kind {
    fn from(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Write => Self::Write,
            MessageKind::WriteAck => Self::WriteAck,
            MessageKind::Read => Self::Read,
            MessageKind::ReadAnswer => Self::ReadAnswer,
            MessageKind::Repair => Self::Repair,
        }
    }
}

/// What a message carries.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    /// Boxed: a put carries its context, and all other messages are far smaller.
    Request(Box<Request>),
    Reply(Response),
    Node(Message),
}

impl Payload {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Request(_) => Kind::Request,
            Self::Reply(_) => Kind::Reply,
            Self::Node(message) => message.kind().into(),
        }
    }
}

/// A message in flight, or held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// The request that caused it.
    pub request: RequestId,
    /// The sender.
    pub from: End,
    /// The receiver.
    pub to: End,
    /// When it was sent.
    pub sent: Instant,
    /// When it arrives, unless it is lost on its way; for a held message, when it would have arrived.
    pub arrives: Instant,
    /// Since when it is held; none for a message on its way.
    pub held: Option<Instant>,
}
