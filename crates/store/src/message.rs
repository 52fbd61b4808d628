//! Messages between nodes.

use crate::membership::Member;
use crate::version::{Dot, Siblings};
use crate::{Key, MessageKind, NodeId, Range, RequestId};

/// A message from one node to another, with the id of its cause.
#[derive(Clone, Debug)]
pub enum Message {
    /// A coordinator asks a replica to store a write.
    Write {
        /// The request.
        request: RequestId,
        /// The key.
        key: Key,
        /// The write.
        dot: Dot,
        /// The versions to merge: the write alone, or with plain vectors the coordinator's whole
        /// set.
        siblings: Siblings,
    },
    /// A node acknowledges that it stored a write, or holds a later one, or keeps it as a hint.
    WriteAck {
        /// The request.
        request: RequestId,
    },
    /// A coordinator asks a replica for its versions.
    Read {
        /// The request.
        request: RequestId,
        /// The key.
        key: Key,
        /// Whether a digest of the versions is enough.
        digest: bool,
    },
    /// A replica answers with its versions.
    ReadAnswer {
        /// The request.
        request: RequestId,
        /// All versions that the replica holds.
        siblings: Siblings,
    },
    /// A replica answers with the digest of its versions.
    DigestAnswer {
        /// The request.
        request: RequestId,
        /// See [`Siblings::digest`].
        digest: u64,
    },
    /// A coordinator sends a replica the versions that its answer lacked.
    Repair {
        /// The read that found the difference.
        request: RequestId,
        /// The key.
        key: Key,
        /// The versions that the replica lacked.
        siblings: Siblings,
        /// Whether the coordinator waits for an acknowledgement.
        ack: bool,
    },
    /// A replica acknowledges a repair.
    RepairAck {
        /// The read.
        request: RequestId,
    },
    /// A coordinator asks a stand-in to keep a write for a replica.
    Hint {
        /// The request.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that the hint is for.
        target: NodeId,
        /// The versions to merge.
        siblings: Siblings,
        /// Whether the coordinator counts an acknowledgement.
        ack: bool,
    },
    /// A node sends another the versions of a key that it kept for it: a hint, or a key that the
    /// other owns now.
    HandOff {
        /// The background task.
        cause: RequestId,
        /// The key.
        key: Key,
        /// The versions to merge.
        siblings: Siblings,
    },
    /// A node acknowledges a handoff.
    HandOffAck {
        /// The background task.
        cause: RequestId,
    },
    /// A node sends a peer its view of the membership.
    Gossip {
        /// The background task.
        cause: RequestId,
        /// All members that it knows.
        members: Vec<Member>,
        /// Whether it suspects the receiver to be down.
        suspected: bool,
    },
    /// The peer answers with what it knows better.
    GossipAnswer {
        /// The background task.
        cause: RequestId,
        /// The members of which it knows more.
        members: Vec<Member>,
    },
    /// A replica sends hashes of its Merkle trees. The peer answers with the children of those that
    /// differ from its own, or with keys where there are no children, or with no hashes at all if
    /// nothing differs.
    TreeHashes {
        /// The exchange.
        exchange: RequestId,
        /// The number of earlier messages in the exchange.
        step: u32,
        /// Nodes of the trees with their hashes, by range.
        trees: Vec<(Range, Vec<(u32, u64)>)>,
    },
    /// A replica sends its keys in the buckets that differ, each with the digest of its versions.
    TreeKeys {
        /// The exchange.
        exchange: RequestId,
        /// The number of earlier messages in the exchange.
        step: u32,
        /// The buckets, each a part of the ring, with their keys.
        buckets: Vec<(Range, Vec<(Key, u64)>)>,
    },
    /// A replica sends versions that the peer lacks, and asks for those that it lacks itself.
    TreeVersions {
        /// The exchange.
        exchange: RequestId,
        /// The number of earlier messages in the exchange.
        step: u32,
        /// The versions that the peer lacks.
        items: Vec<(Key, Siblings)>,
        /// The keys whose versions it asks for.
        wanted: Vec<Key>,
    },
    /// A node asks for the keys of a range that it is about to own.
    StreamRequest {
        /// The stream.
        stream: RequestId,
        /// The number of earlier messages that it sent in the stream.
        step: u32,
        /// The range.
        range: Range,
        /// The last key that has arrived, or `None` at the beginning.
        after: Option<Key>,
        /// Whether all keys have arrived, and nothing more is asked for.
        done: bool,
    },
    /// A node sends keys of a range.
    StreamPart {
        /// The stream.
        stream: RequestId,
        /// The step of the request.
        step: u32,
        /// Keys with their versions, in ring order.
        items: Vec<(Key, Siblings)>,
        /// Whether the range ends here.
        last: bool,
    },
}

impl Message {
    /// Returns the kind of the message.
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::Write { .. } => MessageKind::Write,
            Self::WriteAck { .. } => MessageKind::WriteAck,
            Self::Read { digest: false, .. } => MessageKind::Read,
            Self::Read { digest: true, .. } => MessageKind::Digest,
            Self::ReadAnswer { .. } => MessageKind::ReadAnswer,
            Self::DigestAnswer { .. } => MessageKind::DigestAnswer,
            Self::Repair { .. } => MessageKind::Repair,
            Self::RepairAck { .. } => MessageKind::RepairAck,
            Self::Hint { .. } => MessageKind::Hint,
            Self::HandOff { .. } => MessageKind::HandOff,
            Self::HandOffAck { .. } => MessageKind::HandOffAck,
            Self::Gossip { .. } => MessageKind::Gossip,
            Self::GossipAnswer { .. } => MessageKind::GossipAnswer,
            Self::TreeHashes { .. } => MessageKind::TreeHashes,
            Self::TreeKeys { .. } => MessageKind::TreeKeys,
            Self::TreeVersions { .. } => MessageKind::TreeVersions,
            Self::StreamRequest { .. } => MessageKind::StreamRequest,
            Self::StreamPart { .. } => MessageKind::StreamPart,
        }
    }

    /// Returns the cause of the message: a client's request, or a background task of a node.
    pub const fn cause(&self) -> RequestId {
        match self {
            Self::Write { request, .. }
            | Self::WriteAck { request }
            | Self::Read { request, .. }
            | Self::ReadAnswer { request, .. }
            | Self::DigestAnswer { request, .. }
            | Self::Repair { request, .. }
            | Self::RepairAck { request }
            | Self::Hint { request, .. } => *request,
            Self::HandOff { cause, .. }
            | Self::HandOffAck { cause }
            | Self::Gossip { cause, .. }
            | Self::GossipAnswer { cause, .. } => *cause,
            Self::TreeHashes { exchange, .. }
            | Self::TreeKeys { exchange, .. }
            | Self::TreeVersions { exchange, .. } => *exchange,
            Self::StreamRequest { stream, .. } | Self::StreamPart { stream, .. } => *stream,
        }
    }

    /// Returns the message's number in its conversation, which distinguishes it from others of its
    /// cause, kind and ends. Zero if there is only one.
    pub const fn step(&self) -> u32 {
        match self {
            Self::TreeHashes { step, .. }
            | Self::TreeKeys { step, .. }
            | Self::TreeVersions { step, .. }
            | Self::StreamRequest { step, .. }
            | Self::StreamPart { step, .. } => *step,
            Self::Hint { target, .. } => target.0 as u32,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number that a message's randomness depends on must distinguish it within its
    /// conversation.
    #[test]
    fn a_step_distinguishes_the_messages_of_a_conversation() {
        let (request, key) = (RequestId(7), Key::new("k"));
        let hint = |target| {
            let (key, siblings) = (key.clone(), Siblings::new());
            Message::Hint { request, key, target: NodeId(target), siblings, ack: false }
        };
        assert_ne!(hint(1).step(), hint(2).step(), "one holder may keep a write for two");
        let range = Range { start: 0, end: 9 };
        let ask = |step| Message::StreamRequest {
            stream: request,
            step,
            range,
            after: None,
            done: false,
        };
        assert_eq!([ask(0).step(), ask(3).step()], [0, 3]);
        let read = |digest| Message::Read { request, key: key.clone(), digest };
        assert_ne!(read(true).kind(), read(false).kind(), "a full read may follow a digest");
        assert_eq!([ask(0).cause(), hint(1).cause(), read(true).cause()], [request; 3]);
    }
}
