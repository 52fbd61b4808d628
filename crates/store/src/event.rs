//! What a node tells about what it did and why.

use serde::{Serialize, Serializer};

use crate::membership::Status;
use crate::request::Cause;
use crate::ring::PreferenceList;
use crate::version::{Actor, Dot, Siblings, Version};
use crate::{Duration, Instant, Key, NodeId, Operation, Range, RequestId};

/// A step of a node, for observers. Watching changes nothing: a node never reads its own events.
///
/// All events of one `handle_*` call come in the order of their causes, between the messages and
/// replies that they explain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The node took a request and asks these replicas, itself perhaps among them.
    Coordinating {
        /// The request.
        request: RequestId,
        /// Its kind.
        operation: Operation,
        /// Its key.
        key: Key,
        /// The replicas asked, in ring order.
        asked: PreferenceList,
        /// How many of them must answer.
        needed: u16,
        /// The name of the write; none for a get.
        dot: Option<Dot>,
    },
    /// The node, as a replica, was given a version.
    Stored {
        /// The request that brought it.
        request: RequestId,
        /// The key.
        key: Key,
        /// The write.
        dot: Dot,
        /// Whether it changed anything: not when it was held or replaced already.
        changed: bool,
        /// How many siblings the key has here now.
        siblings: u16,
    },
    /// The node, as a coordinator, counted a replica's acknowledgement of a write.
    Acknowledged {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// How many distinct replicas have acknowledged, this one included.
        have: u16,
        /// How many must.
        needed: u16,
    },
    /// The node, as a coordinator, counted a replica's answer to a read.
    Answered {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// What it holds.
        #[serde(serialize_with = "dots")]
        siblings: Siblings,
        /// How many distinct replicas have answered, this one included.
        have: u16,
        /// How many must.
        needed: u16,
    },
    /// An answer or acknowledgement came after its operation had ended, or a second time.
    Ignored {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
    },
    /// Enough replicas answered; the client is told success.
    QuorumMet {
        /// The request.
        request: RequestId,
        /// How many distinct replicas have answered.
        have: u16,
        /// How many must.
        needed: u16,
        /// How many versions a get returns; zero for a put.
        siblings: u16,
    },
    /// Too few replicas answered; the client is told failure.
    QuorumFailed {
        /// The request.
        request: RequestId,
        /// Why no more are waited for.
        cause: Cause,
        /// How many distinct replicas have answered.
        have: u16,
        /// How many must.
        needed: u16,
        /// How many were asked.
        asked: u16,
    },
    /// The node, as a coordinator, has as many operations in progress as it may, and refuses one.
    Overloaded {
        /// The request.
        request: RequestId,
        /// How many are in progress.
        in_progress: u32,
    },
    /// A write's clock named too many actors; the ones that had been quiet longest were dropped.
    Truncated {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// Who is not named any more.
        dropped: Vec<Actor>,
    },
    /// The node, as a coordinator, counted a replica's digest.
    DigestAnswered {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// How many distinct replicas have answered, this one included.
        have: u16,
        /// How many must.
        needed: u16,
    },
    /// Digests differ from the versions at hand, or there are none at hand: these replicas are asked
    /// for their versions.
    DigestMismatch {
        /// The request.
        request: RequestId,
        /// Who is asked.
        asked: PreferenceList,
    },
    /// A read took longer than most, and one replica more is asked.
    Speculating {
        /// The request.
        request: RequestId,
        /// The replica.
        replica: NodeId,
        /// How long the read had waited, in microseconds.
        after: Duration,
    },
    /// The replica that was asked in addition answered in time to decide the read.
    SpeculationWon {
        /// The request.
        request: RequestId,
        /// The replica.
        replica: NodeId,
    },
    /// A register's writer has read a quorum, and now writes above what it found.
    Ranked {
        /// The request.
        request: RequestId,
        /// The rank of the write.
        rank: u64,
    },
    /// Enough replicas answered a read, but it replies only once enough of them hold what it returns.
    WritingBack {
        /// The request.
        request: RequestId,
        /// Who is brought what it lacks.
        asked: PreferenceList,
        /// How many replicas must hold it.
        needed: u16,
    },
    /// The node, as a coordinator, counted a replica that holds what the read returns.
    WroteBack {
        /// The request.
        request: RequestId,
        /// The replica.
        from: NodeId,
        /// How many hold it.
        have: u16,
        /// How many must.
        needed: u16,
    },
    /// A read found that a replica lacks versions, and brings them to it.
    Repairing {
        /// The read.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that lacks them.
        replica: NodeId,
        /// What it lacks.
        #[serde(serialize_with = "dots")]
        siblings: Siblings,
    },
    /// The node, as a replica, was brought versions by a read.
    Repaired {
        /// The read.
        request: RequestId,
        /// The key.
        key: Key,
        /// Whether they changed anything.
        changed: bool,
        /// How many siblings the key has here now.
        siblings: u16,
    },
    /// The node, as a coordinator, has a write kept for a replica that can't take it.
    Hinting {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that it is for.
        target: NodeId,
        /// Who keeps it.
        holder: NodeId,
        /// Why.
        why: HintCause,
    },
    /// The node keeps a write for a replica.
    HintKept {
        /// The write.
        request: RequestId,
        /// The key.
        key: Key,
        /// The replica that it is for.
        target: NodeId,
        /// How many hints the node keeps now, for whomever.
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
        /// The replica that it was for.
        target: NodeId,
        /// Why.
        why: HintRefusal,
    },
    /// Hints for a replica grew older than the window and were dropped.
    HintsExpired {
        /// The replica.
        target: NodeId,
        /// How many.
        dropped: u32,
        /// How many hints the node keeps now, for whomever.
        held: u32,
    },
    /// The node brings another a key that it kept for it.
    HandingOff {
        /// The work.
        cause: RequestId,
        /// The key.
        key: Key,
        /// Who is brought it.
        target: NodeId,
        /// Whether it was kept as a hint; otherwise the key has become the other's.
        hint: bool,
    },
    /// The node was handed a key.
    TookOver {
        /// The work.
        cause: RequestId,
        /// The key.
        key: Key,
        /// Who brought it.
        from: NodeId,
        /// Whether it changed anything.
        changed: bool,
    },
    /// What was handed over has arrived, and the node keeps it no longer.
    HandedOff {
        /// The work.
        cause: RequestId,
        /// The key.
        key: Key,
        /// Who has it.
        target: NodeId,
        /// Whether it was kept as a hint.
        hint: bool,
        /// How many hints the node keeps now, for whomever.
        held: u32,
    },
    /// The node begins to compare its Merkle trees with a peer's.
    ExchangeBegan {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// How many ranges both hold.
        ranges: u32,
    },
    /// The node compared hashes of a peer's trees with its own.
    HashesCompared {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// What was compared.
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
        /// How many keys both have alike.
        same: u32,
        /// Keys that differ, or that one of them lacks.
        differing: Vec<Key>,
    },
    /// An exchange brought the node versions of a key.
    Exchanged {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// The key.
        key: Key,
        /// Whether they changed anything.
        changed: bool,
        /// How many siblings the key has here now.
        siblings: u16,
    },
    /// The throttle let the node send only some of the keys that differ; the rest waits for the next
    /// exchange.
    ExchangeThrottled {
        /// The exchange.
        exchange: RequestId,
        /// How many keys were left.
        left: u32,
    },
    /// An exchange that the node had begun is over.
    ExchangeEnded {
        /// The exchange.
        exchange: RequestId,
        /// The peer.
        peer: NodeId,
        /// Whether it went to its end; otherwise the peer fell silent.
        complete: bool,
    },
    /// The node does not believe any more that a peer is up.
    Suspected {
        /// The peer.
        peer: NodeId,
        /// For how long nothing new had been heard of it, in microseconds.
        silent: Duration,
        /// How sure the node is: the chance of being wrong is one in 10^phi.
        phi: f64,
    },
    /// The node heard of a peer again, and believes that it is up.
    Recovered {
        /// The peer.
        peer: NodeId,
        /// Whether the peer had heard of the suspicion and spoken against it, by a new incarnation.
        refuted: bool,
    },
    /// The node heard that it is suspected, and begins a new incarnation.
    Refuting {
        /// Who suspects it.
        peer: NodeId,
        /// The new incarnation.
        incarnation: u32,
    },
    /// The node learned of a member's new standing.
    MemberChanged {
        /// The member; perhaps the node itself.
        member: NodeId,
        /// Its standing now.
        status: Status,
    },
    /// The node begins to fetch a range that becomes its own.
    StreamBegan {
        /// The stream.
        stream: RequestId,
        /// The range.
        range: Range,
        /// Who sends it.
        source: NodeId,
        /// Whether it goes on from where an earlier one stopped.
        resumed: bool,
    },
    /// The node was sent keys of a range.
    Streamed {
        /// The stream.
        stream: RequestId,
        /// The range.
        range: Range,
        /// Who sent them.
        source: NodeId,
        /// How many keys.
        keys: u32,
        /// How many of them changed anything.
        changed: u32,
    },
    /// The node has fetched a range.
    StreamEnded {
        /// The stream.
        stream: RequestId,
        /// The range.
        range: Range,
    },
    /// A value has lived as long as it may.
    Expired {
        /// The key.
        key: Key,
    },
    /// The node dropped a key's tombstones, which had been kept as long as they must.
    TombstoneCollected {
        /// The key.
        key: Key,
        /// Since when it was dead, by a wall clock.
        since: Instant,
    },
}

/// Why a coordinator has a write kept for a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HintCause {
    /// It believes that the replica is down.
    Suspected,
    /// The replica did not acknowledge in time.
    Silent,
}

/// Why a node does not keep a write for a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HintRefusal {
    /// It keeps as many for it as it may.
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
    /// The own hash.
    pub mine: u64,
    /// The peer's.
    pub theirs: u64,
}

impl Event {
    /// Returns what caused the step: a client's request, or work that the node began by itself; none
    /// where it was neither, but time or a message of gossip.
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
            | Self::TookOver { cause, .. }
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

/// Writes a sibling set as the names of its versions: a name tells a version from all others.
pub(crate) fn dots<S: Serializer>(siblings: &Siblings, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(siblings.iter().map(|version| version.dot))
}

/// Writes a version as its name.
pub(crate) fn dot<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
    version.dot.serialize(serializer)
}
