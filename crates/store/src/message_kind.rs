//! Kinds of messages, on channels between nodes and between clients and nodes.

use std::fmt;

use serde::{Serialize, Serializer};

/// The kind of a message. Messages are displayed and counted by kind, and their random delays
/// depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageKind {
    /// A client's [`Request`](crate::Request) to a node.
    Request,
    /// A node's [`Response`](crate::Response) to a client.
    Reply,
    /// See [`Message::Write`](crate::Message::Write).
    Write,
    /// See [`Message::WriteAck`](crate::Message::WriteAck).
    WriteAck,
    /// See [`Message::Read`](crate::Message::Read), for all versions.
    Read,
    /// See [`Message::ReadAnswer`](crate::Message::ReadAnswer).
    ReadAnswer,
    /// See [`Message::Read`](crate::Message::Read), for a digest.
    Digest,
    /// See [`Message::DigestAnswer`](crate::Message::DigestAnswer).
    DigestAnswer,
    /// See [`Message::Repair`](crate::Message::Repair).
    Repair,
    /// See [`Message::RepairAck`](crate::Message::RepairAck).
    RepairAck,
    /// See [`Message::Hint`](crate::Message::Hint).
    Hint,
    /// See [`Message::HandOff`](crate::Message::HandOff).
    HandOff,
    /// See [`Message::HandOffAck`](crate::Message::HandOffAck).
    HandOffAck,
    /// See [`Message::Gossip`](crate::Message::Gossip).
    Gossip,
    /// See [`Message::GossipAnswer`](crate::Message::GossipAnswer).
    GossipAnswer,
    /// See [`Message::TreeHashes`](crate::Message::TreeHashes).
    TreeHashes,
    /// See [`Message::TreeKeys`](crate::Message::TreeKeys).
    TreeKeys,
    /// See [`Message::TreeVersions`](crate::Message::TreeVersions).
    TreeVersions,
    /// See [`Message::StreamRequest`](crate::Message::StreamRequest).
    StreamRequest,
    /// See [`Message::StreamPart`](crate::Message::StreamPart).
    StreamPart,
}

impl MessageKind {
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
        Self::StreamRequest,
        Self::StreamPart,
    ];

    /// Returns the kind's name in files and tables.
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
            Self::StreamRequest => "stream_ask",
            Self::StreamPart => "stream_part",
        }
    }

    /// Returns the number by which random draws and journals identify the kind. It is not the
    /// discriminant: it stays the same when kinds are added in between, so that old runs keep their
    /// draws and digests.
    pub const fn number(self) -> u32 {
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
            Self::StreamRequest => 18,
            Self::StreamPart => 19,
        }
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for MessageKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("MessageKind", self.number(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_distinct_number_and_name() {
        let mut numbers: Vec<u32> = MessageKind::ALL.iter().map(|kind| kind.number()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..MessageKind::ALL.len() as u32).collect::<Vec<_>>());
        for (index, kind) in MessageKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index, "{kind} is elsewhere in the list");
            let mut others = MessageKind::ALL[..index].iter();
            assert!(others.all(|other| other.name() != kind.name()), "{kind}");
        }
    }
}
