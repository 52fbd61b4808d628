//! Trace events emitted by a node.

use serde::{Serialize, Serializer};

use crate::membership::Status;
use crate::request::UnavailableReason;
use crate::ring::PreferenceList;
use crate::version::{Actor, Dot, Siblings, Version};
use crate::{Duration, Instant, Key, NodeId, Operation, Range, RequestId};

/// A step of a node, for observers. Observing changes nothing: a node never reads its own events.
///
/// All events of one `handle_*` call come in causal order, between the messages and replies that
/// they explain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The node accepted a request and asks these replicas, perhaps itself among them.
    Coordinating {
        /// The request.
        request: RequestId,
        /// Its kind.
        operation: Operation,
        /// Its key.
        key: Key,
        /// The replicas asked, in ring order.
        asked: PreferenceList,
        /// The number of them that must answer.
        needed: u16,
        /// The dot of the write, or `None` for a get.
        dot: Option<Dot>,
    },
    /// The node, as a replica, received a version.
    Stored {
        /// The request that wrote it.
        request: RequestId,
        /// The key.
        key: Key,
        /// The write.
        dot: Dot,
        /// Whether the versions changed. They do not if the write was held or replaced already.
        changed: bool,
        /// The number of siblings of the key here now.
        siblings: u16,
    },
    /// The node, as a coordinator, counted a replica's acknowledgement of a write.
    Acknowledged {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// The number of distinct replicas that have acknowledged, this one included.
        have: u16,
        /// The number that must.
        needed: u16,
    },
    /// The node, as a coordinator, counted a replica's answer to a read.
    Answered {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// The replica's versions.
        #[serde(serialize_with = "dots")]
        siblings: Siblings,
        /// The number of distinct replicas that have answered, this one included.
        have: u16,
        /// The number that must.
        needed: u16,
    },
    /// An answer or acknowledgement came after its operation had ended, or a second time.
    Ignored {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
    },
    /// Enough replicas answered; the client gets a success.
    QuorumMet {
        /// The request.
        request: RequestId,
        /// The number of distinct replicas that have answered.
        have: u16,
        /// The number that must.
        needed: u16,
        /// The number of versions that a get returns; zero for a put.
        siblings: u16,
    },
    /// Too few replicas answered; the client gets a failure.
    QuorumFailed {
        /// The request.
        request: RequestId,
        /// Why the coordinator waits for no more answers.
        cause: UnavailableReason,
        /// The number of distinct replicas that have answered.
        have: u16,
        /// The number that must.
        needed: u16,
        /// The number that were asked.
        asked: u16,
    },
    /// The node, as a coordinator, refuses a request because too many operations are in progress.
    Overloaded {
        /// The request.
        request: RequestId,
        /// The number of operations in progress.
        in_progress: u32,
    },
    /// A write's clock named too many actors; the ones that had been quiet longest were dropped.
    Truncated {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// The actors that were dropped from the clock.
        dropped: Vec<Actor>,
    },
    /// The node, as a coordinator, counted a replica's digest.
    DigestAnswered {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// The number of distinct replicas that have answered, this one included.
        have: u16,
        /// The number that must.
        needed: u16,
    },
    /// Digests differ from the versions that have arrived, or no versions have arrived: these
    /// replicas are asked for their versions.
    DigestMismatch {
        /// The request.
        request: RequestId,
        /// The replicas that are asked.
        asked: PreferenceList,
    },
    /// A read took longer than most, and one more replica is asked.
    Speculating {
        /// The request.
        request: RequestId,
        /// The replica.
        replica: NodeId,
        /// The time that the read had waited, in microseconds.
        after: Duration,
    },
    /// The replica that was asked in addition answered in time to decide the read.
    SpeculationWon {
        /// The request.
        request: RequestId,
        /// The replica.
        replica: NodeId,
    },
    /// A register's writer has read a quorum, and writes above the versions that it found.
    Ranked {
        /// The request.
        request: RequestId,
        /// The rank of the write.
        rank: u64,
    },
    /// Enough replicas answered a read, but it replies only once enough of them hold its result.
    WritingBack {
        /// The request.
        request: RequestId,
        /// The replicas that are sent what they lack.
        asked: PreferenceList,
        /// The number of replicas that must hold the result.
        needed: u16,
    },
    /// The node, as a coordinator, counted a replica that holds the result of a read.
    WroteBack {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// The number of replicas that hold it.
        have: u16,
        /// The number that must.
        needed: u16,
    },
    /// A read found that a replica lacks versions, and sends them to it.
    Repairing {
        /// The read.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that lacks them.
        replica: NodeId,
        /// The versions that it lacks.
        #[serde(serialize_with = "dots")]
        siblings: Siblings,
    },
    /// The node, as a replica, received versions from a read.
    Repaired {
        /// The read.
        request: RequestId,
        /// The key.
        key: Key,
        /// Whether its versions changed.
        changed: bool,
        /// The number of siblings of the key here now.
        siblings: u16,
    },
    /// The node, as a coordinator, asks for a hint for a replica that can't take a write.
    Hinting {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that the hint is for.
        target: NodeId,
        /// The node that keeps it.
        holder: NodeId,
        /// The reason.
        why: HintCause,
    },
    /// The node keeps a write for a replica.
    HintKept {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that the hint is for.
        target: NodeId,
        /// The number of hints that the node keeps now, for all replicas.
        held: u32,
        /// Their size in bytes.
        bytes: u64,
    },
    /// The node does not keep a write for a replica.
    HintRefused {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that the hint was for.
        target: NodeId,
        /// The reason.
        why: HintRefusal,
    },
    /// Hints for a replica grew older than the window and were dropped.
    HintsExpired {
        /// The replica.
        target: NodeId,
        /// The number of hints that were dropped.
        dropped: u32,
        /// The number of hints that the node keeps now, for all replicas.
        held: u32,
    },
    /// The node hands a key over to another node.
    HandingOff {
        /// The background task.
        cause: RequestId,
        /// The key.
        key: Key,
        /// The node that it is sent to.
        target: NodeId,
        /// Whether it was kept as a hint; otherwise the target owns the key now.
        hint: bool,
    },
    /// The node accepted a key that another node handed over.
    #[serde(rename = "took_over")]
    AcceptedHandoff {
        /// The background task.
        cause: RequestId,
        /// The key.
        key: Key,
        /// The node that sent it.
        from: NodeId,
        /// Whether the versions changed.
        changed: bool,
    },
    /// A handoff was acknowledged, and the node drops the key.
    HandedOff {
        /// The background task.
        cause: RequestId,
        /// The key.
        key: Key,
        /// The node that it was sent to.
        target: NodeId,
        /// Whether it was kept as a hint.
        hint: bool,
        /// The number of hints that the node keeps now, for all replicas.
        held: u32,
    },
    /// The node begins to compare its Merkle trees with a peer's.
    ExchangeBegan {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// The number of ranges that both hold.
        ranges: u32,
    },
    /// The node compared hashes of a peer's trees with its own.
    HashesCompared {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// The compared hashes.
        hashes: Vec<HashPair>,
    },
    /// The node compared a peer's keys in a bucket that differed with its own.
    KeysCompared {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// The bucket.
        bucket: Range,
        /// The number of keys that are the same on both sides.
        same: u32,
        /// Keys that differ, or that one of the two lacks.
        differing: Vec<Key>,
    },
    /// The node received versions of a key in an exchange.
    Exchanged {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// The key.
        key: Key,
        /// Whether its versions changed.
        changed: bool,
        /// The number of siblings of the key here now.
        siblings: u16,
    },
    /// The throttle permitted only some of the keys that differ; the others wait for the next
    /// exchange.
    ExchangeThrottled {
        /// The exchange.
        exchange: RequestId,
        /// The number of keys that were left out.
        left: u32,
    },
    /// An exchange that the node had begun is over.
    ExchangeEnded {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// Whether the exchange was completed; otherwise the peer fell silent.
        complete: bool,
    },
    /// The node begins to suspect that a peer is down.
    Suspected {
        /// The peer.
        peer: NodeId,
        /// The time since the last news of the peer, in microseconds.
        silent: Duration,
        /// The suspicion level: the chance of being wrong is one in 10^phi.
        phi: f64,
    },
    /// The node heard of a peer again, and no longer suspects it.
    Recovered {
        /// The peer.
        peer: NodeId,
        /// Whether the peer had heard of the suspicion and refuted it, by a new incarnation.
        refuted: bool,
    },
    /// The node heard that it is suspected, and begins a new incarnation.
    Refuting {
        /// The peer that suspects it.
        peer: NodeId,
        /// The new incarnation.
        incarnation: u32,
    },
    /// The node learned of a member's new status.
    MemberChanged {
        /// The member; perhaps the node itself.
        member: NodeId,
        /// Its new status.
        status: Status,
    },
    /// The node begins to fetch a range that it is about to own.
    StreamBegan {
        /// The stream.
        stream: RequestId,
        /// The range.
        range: Range,
        /// The node that sends it.
        source: NodeId,
        /// Whether an earlier stream is resumed.
        resumed: bool,
    },
    /// The node received keys of a range.
    Streamed {
        /// The stream.
        stream: RequestId,
        /// The range.
        range: Range,
        /// The node that sent them.
        source: NodeId,
        /// The number of keys.
        keys: u32,
        /// The number of keys whose versions changed.
        changed: u32,
    },
    /// The node has fetched a range.
    StreamEnded {
        /// The stream.
        stream: RequestId,
        /// The range.
        range: Range,
    },
    /// A value has expired.
    Expired {
        /// The key.
        key: Key,
    },
    /// The node dropped a key's tombstones, because their grace has passed.
    TombstoneCollected {
        /// The key.
        key: Key,
        /// The time since which the key was dead, by a wall clock.
        since: Instant,
    },
}

/// The reason why a coordinator asks for a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HintCause {
    /// The coordinator believes that the replica is down.
    Suspected,
    /// The replica did not acknowledge in time.
    Silent,
}

/// The reason why a node does not keep a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HintRefusal {
    /// The node keeps as many hints for the replica as it may.
    Full,
    /// The replica has been away for longer than the window.
    Window,
}

/// Two hashes of one node of a Merkle tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HashPair {
    /// The tree's range.
    pub range: Range,
    /// The node in the tree: 1 is the root, and 2i and 2i + 1 are the children of i.
    pub node: u32,
    /// The node's own hash.
    pub mine: u64,
    /// The peer's hash.
    pub theirs: u64,
}

impl Event {
    /// Returns the cause of the step: a client's request, or a background task. `None` if it was
    /// caused by time or by a message of gossip.
    pub const fn request(&self) -> Option<RequestId> {
        match self {
            Self::Coordinating { request, .. }
            | Self::Stored { request, .. }
            | Self::Acknowledged { request, .. }
            | Self::Answered { request, .. }
            | Self::Ignored { request, .. }
            | Self::QuorumMet { request, .. }
            | Self::QuorumFailed { request, .. }
            | Self::Overloaded { request, .. }
            | Self::Truncated { request, .. }
            | Self::DigestAnswered { request, .. }
            | Self::DigestMismatch { request, .. }
            | Self::Speculating { request, .. }
            | Self::SpeculationWon { request, .. }
            | Self::Ranked { request, .. }
            | Self::WritingBack { request, .. }
            | Self::WroteBack { request, .. }
            | Self::Repairing { request, .. }
            | Self::Repaired { request, .. }
            | Self::Hinting { request, .. }
            | Self::HintKept { request, .. }
            | Self::HintRefused { request, .. } => Some(*request),
            Self::HandingOff { cause, .. }
            | Self::AcceptedHandoff { cause, .. }
            | Self::HandedOff { cause, .. } => Some(*cause),
            Self::ExchangeBegan { exchange, .. }
            | Self::HashesCompared { exchange, .. }
            | Self::KeysCompared { exchange, .. }
            | Self::Exchanged { exchange, .. }
            | Self::ExchangeThrottled { exchange, .. }
            | Self::ExchangeEnded { exchange, .. } => Some(*exchange),
            Self::StreamBegan { stream, .. }
            | Self::Streamed { stream, .. }
            | Self::StreamEnded { stream, .. } => Some(*stream),
            Self::HintsExpired { .. }
            | Self::Suspected { .. }
            | Self::Recovered { .. }
            | Self::Refuting { .. }
            | Self::MemberChanged { .. }
            | Self::Expired { .. }
            | Self::TombstoneCollected { .. } => None,
        }
    }
}

/// Serializes a sibling set as the names of its versions, which are unique.
pub(crate) fn dots<S: Serializer>(siblings: &Siblings, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(siblings.iter().map(|version| version.dot))
}

/// Serializes a version as its name.
pub(crate) fn dot<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
    version.dot.serialize(serializer)
}
