//! Messages between nodes and between clients and nodes, and the clients' identifiers.

use std::fmt;

use ringside_store::{Instant, Message, MessageKind, NodeId, Request, RequestId, Response};
use serde::{Deserialize, Serialize, Serializer};

/// A client, by number.
///
/// Client zero is the user, whose operations go to any suitable node; the load's clients count from
/// one; and each node has a client of its own, through which the user asks just that node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u16);

impl ClientId {
    /// The user, whose operations go to any suitable node.
    pub const PERSON: Self = Self(0);

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
    pub const fn is_person(self) -> bool {
        self.0 == Self::PERSON.0 || self.0 >= Self::AT_NODES
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
    /// Returns a number that identifies this endpoint.
    pub(crate) const fn identity(self) -> u64 {
        match self {
            Self::Client(client) => 1 << 16 | client.0 as u64,
            Self::Node(node) => node.0 as u64,
        }
    }
}

/// The kind of a message on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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
    /// A coordinator asks a replica for a digest of its versions.
    Digest,
    /// A replica tells the digest of its versions.
    DigestAnswer,
    /// A coordinator brings a replica what it lacked.
    Repair,
    /// A replica acknowledges a repair.
    RepairAck,
    /// A coordinator gives a write to a stand-in, to keep for the replica that it is meant for.
    Hint,
    /// A stand-in brings a replica a write that it kept for it.
    HandOff,
    /// A replica acknowledges what a stand-in brought.
    HandOffAck,
    /// A node tells another what it knows of the members.
    Gossip,
    /// The other answers with what it knows.
    GossipAnswer,
    /// A node shows another a part of its Merkle tree.
    TreeHashes,
    /// A node lists the keys of buckets that differ.
    TreeKeys,
    /// A node brings another the versions that differ.
    TreeVersions,
    /// A node asks for the keys of a range that has become its own.
    StreamAsk,
    /// A node sends a part of the keys that were asked for.
    StreamPart,
}

impl Kind {
    /// All kinds, in the order of their discriminants.
    pub const ALL: [Self; 20] = [
        Self::Request,
        Self::Reply,
        Self::Write,
        Self::WriteAck,
        Self::Read,
        Self::ReadAnswer,
        Self::Digest,
        Self::DigestAnswer,
        Self::Repair,
        Self::RepairAck,
        Self::Hint,
        Self::HandOff,
        Self::HandOffAck,
        Self::Gossip,
        Self::GossipAnswer,
        Self::TreeHashes,
        Self::TreeKeys,
        Self::TreeVersions,
        Self::StreamAsk,
        Self::StreamPart,
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
            Self::Digest => "digest",
            Self::DigestAnswer => "digest_answer",
            Self::Repair => "repair",
            Self::RepairAck => "repair_ack",
            Self::Hint => "hint",
            Self::HandOff => "hand_off",
            Self::HandOffAck => "hand_off_ack",
            Self::Gossip => "gossip",
            Self::GossipAnswer => "gossip_answer",
            Self::TreeHashes => "tree_hashes",
            Self::TreeKeys => "tree_keys",
            Self::TreeVersions => "tree_versions",
            Self::StreamAsk => "stream_ask",
            Self::StreamPart => "stream_part",
        }
    }

    /// Gives the number by which luck and the journal know the kind. It stays what it was when
    /// kinds are added in between, so that old runs keep their luck.
    pub(crate) const fn number(self) -> u32 {
        match self {
            Self::Request => 0,
            Self::Reply => 1,
            Self::Write => 2,
            Self::WriteAck => 3,
            Self::Read => 4,
            Self::ReadAnswer => 5,
            Self::Digest => 7,
            Self::DigestAnswer => 8,
            Self::Repair => 6,
            Self::RepairAck => 9,
            Self::Hint => 10,
            Self::HandOff => 11,
            Self::HandOffAck => 12,
            Self::Gossip => 13,
            Self::GossipAnswer => 14,
            Self::TreeHashes => 15,
            Self::TreeKeys => 16,
            Self::TreeVersions => 17,
            Self::StreamAsk => 18,
            Self::StreamPart => 19,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("Kind", self.number(), self.name())
    }
}

impl From<MessageKind> for Kind {
    fn from(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Write => Self::Write,
            MessageKind::WriteAck => Self::WriteAck,
            MessageKind::Read => Self::Read,
            MessageKind::ReadAnswer => Self::ReadAnswer,
            MessageKind::Digest => Self::Digest,
            MessageKind::DigestAnswer => Self::DigestAnswer,
            MessageKind::Repair => Self::Repair,
            MessageKind::RepairAck => Self::RepairAck,
            MessageKind::Hint => Self::Hint,
            MessageKind::HandOff => Self::HandOff,
            MessageKind::HandOffAck => Self::HandOffAck,
            MessageKind::Gossip => Self::Gossip,
            MessageKind::GossipAnswer => Self::GossipAnswer,
            MessageKind::TreeHashes => Self::TreeHashes,
            MessageKind::TreeKeys => Self::TreeKeys,
            MessageKind::TreeVersions => Self::TreeVersions,
            MessageKind::StreamAsk => Self::StreamAsk,
            MessageKind::StreamPart => Self::StreamPart,
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
    fn every_kind_has_a_distinct_number_and_name() {
        let mut numbers: Vec<u32> = Kind::ALL.iter().map(|kind| kind.number()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..Kind::ALL.len() as u32).collect::<Vec<_>>());
        for (index, kind) in Kind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index, "{kind} is elsewhere in the list");
            assert!(Kind::ALL[..index].iter().all(|other| other.name() != kind.name()), "{kind}");
        }
    }

    #[test]
    fn client_ids_distinguish_the_user_the_load_and_background_work() {
        let node = NodeId(99);
        let of = |client: ClientId| (client.is_person(), client.is_background());
        assert_eq!(of(ClientId::PERSON), (true, false));
        assert_eq!(of(ClientId::at(node)), (true, false));
        assert_eq!(of(ClientId(1_000)), (false, false));
        assert_eq!(of(ClientId::background(node)), (false, true));
        assert_eq!(ClientId::of(ClientId::background(node).request(7)), ClientId::background(node));
    }
}
