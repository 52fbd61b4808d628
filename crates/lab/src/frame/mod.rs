//! Frames: the state of a run at one moment, as plain data.

mod build;
pub(crate) mod log;
mod mechanisms;
mod operation;
mod user_operations;

pub(crate) use build::FULL_TURN;
pub use build::Focus;
pub use log::{LogLine, Tone};
pub use mechanisms::{
    AskCounters, DetectorCounters, ExchangeCounters, HintCounters, MailboxCounters, Mechanisms,
    RepairCounters, SiblingCounters, StreamCounters, TombstoneCounters,
};
pub(crate) use operation::{operation_frame, versions};
pub(crate) use user_operations::UserOperations;

use ringside_sim::{ClientId, CoordinatorChoice, LinkImpairment, Loss, Regions};
use ringside_store::{Duration, Instant, NodeId, Operation, Quorum, RequestId, Settings, Status};

use crate::scenario::{LatencyModel, Legs, Load, Service};

/// The state of a run at one moment, apart from the messages in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The virtual time.
    pub now: Instant,
    /// The journal's digest so far, as 32 hexadecimal digits.
    pub digest: String,
    /// N, R and W in force.
    pub quorum: Quorum,
    /// The latency model between nodes.
    pub latency: LatencyModel,
    /// The delays of the messages of writes and reads, where they differ from the others.
    pub legs: Option<Legs>,
    /// The regions of the nodes, set by themselves or by the preset of the legs, or `None` if all nodes are in
    /// one.
    pub regions: Option<Regions>,
    /// The share of messages between nodes that are lost, from 0 to 1.
    pub loss: f64,
    /// The share of messages between nodes that arrive twice, from 0 to 1.
    pub duplication: f64,
    /// The share of messages between nodes that take a second delay, from 0 to 1.
    pub reordering: f64,
    /// The load.
    pub load: Load,
    /// The service time of nodes and the capacity of their mailboxes.
    pub service: Service,
    /// The clients' choice of a coordinator.
    pub coordinator: CoordinatorChoice,
    /// The rate of random faults, from 0 to 1.
    pub chaos: f64,
    /// The average time between two random faults, or `None` if there are none.
    pub chaos_gap: Option<Duration>,
    /// The number of random faults in force.
    pub chaos_faults: usize,
    /// The settings of the store.
    pub settings: Settings,
    /// The balance of the ring: the mean over the maximum of the shares that nodes own; 1 is perfect.
    pub balance: f64,
    /// The nodes, by number.
    pub nodes: Vec<NodeFrame>,
    /// The cut links, each in its direction.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// The clogged links, each in its direction.
    pub clogs: Vec<(NodeId, NodeId)>,
    /// The links that were made slow or lossy, each in its direction.
    pub impairments: Vec<((NodeId, NodeId), LinkImpairment)>,
    /// The links for which the scenario sets a share of lost messages, each in its direction.
    pub own_losses: Vec<((NodeId, NodeId), f64)>,
    /// The next 20 planned commands, the earliest first.
    pub plans: Vec<PlanFrame>,
    /// The number of all planned commands.
    pub planned: usize,
    /// The selected key, or `None` if none is selected.
    pub key: Option<KeyFrame>,
    /// The selected operation, or `None` if there is none.
    pub operation: Option<OperationFrame>,
    /// Counters since the run began.
    pub totals: Totals,
    /// Counters of each mechanism.
    pub mechanisms: Mechanisms,
}

/// A command that the scenario or the user has planned for later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFrame {
    /// The number by which it can be cancelled.
    pub number: u32,
    /// The time at which it is due.
    pub at: Instant,
    /// The command in words, as an order: `crash A`.
    pub what: String,
}

/// A node in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFrame {
    /// The node.
    pub id: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// The number of keys with a live value; of a stopped node, on its disk.
    pub keys: u32,
    /// The number of operations that it coordinates.
    pub coordinating: u32,
    /// The number of times that its disk was wiped.
    pub wipes: u16,
    /// Whether it is paused.
    pub paused: bool,
    /// The additional time that it takes for a message.
    pub slow_by: Duration,
    /// The number of messages in its mailbox.
    pub waiting: u32,
    /// The lead of its wall clock in microseconds; negative if the clock is behind.
    pub skew_us: i64,
    /// Its status in the ring by its own view; of a stopped node, by its disk.
    pub status: Status,
    /// The members that it believes to be down.
    pub suspects: Vec<NodeId>,
    /// The number of hints that it keeps for each target.
    pub hints: Vec<(NodeId, u32)>,
    /// The size of its hints, in bytes.
    pub hint_bytes: u64,
    /// The number of its keys of which only tombstones are left.
    pub tombstones: u32,
    /// The number of ranges that it has still to fetch.
    pub fetching: u32,
}

/// A key in a frame: its position, and the versions at each of its replicas.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFrame {
    /// The key.
    pub key: String,
    /// Its position on the ring, as a fraction of the full turn clockwise from the top: 0 to 1.
    pub place: f64,
    /// Its preference list in ring order, with the versions at each node.
    pub replicas: Vec<ReplicaFrame>,
    /// Whether all replicas hold the same versions.
    pub agreed: bool,
}

/// The versions of a key at one replica.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaFrame {
    /// The replica.
    pub node: NodeId,
    /// Its versions, sorted by dot. Several are siblings; an empty list means that the replica has never had the
    /// key.
    pub versions: Vec<VersionFrame>,
}

/// A version in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFrame {
    /// The dot of the write, as `A3`: the third write to the key that A coordinated.
    pub dot: String,
    /// The causal past of the write, as `{A:2, C:1}`.
    pub past: String,
    /// The value, or `None` for a tombstone.
    pub value: Option<String>,
}

/// An operation, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationFrame {
    /// The request.
    pub request: RequestId,
    /// The client.
    pub client: ClientId,
    /// The kind of operation.
    pub operation: Operation,
    /// The key.
    pub key: String,
    /// The value of a put.
    pub value: Option<String>,
    /// The time of the client's request.
    pub invoked: Instant,
    /// The coordinator, or `None` until a node has accepted the request.
    pub coordinator: Option<NodeId>,
    /// The replicas that were asked, in ring order, each with its progress.
    pub replicas: Vec<ReplicaProgress>,
    /// The number of distinct replicas that must answer, which is the number of lamps.
    pub needed: u16,
    /// The lamps that are lit, in the order of their times: at most `needed`.
    pub lamps: Vec<Lamp>,
    /// The time at which the coordinator decided the outcome, or `None` while it is open.
    pub decided: Option<Instant>,
    /// The outcome, or `None` until the client has learned of it.
    pub outcome: Option<OutcomeFrame>,
    /// The hints that the write caused, in the order of their requests.
    pub hints: Vec<HintCaused>,
    /// The repairs that the read caused, in the order of their sending.
    pub repairs: Vec<RepairCaused>,
    /// The previous and the next operation that can be shown; of an operation of the user, those of the user.
    pub neighbours: [Option<RequestId>; 2],
}

/// A hint that an operation caused.
#[derive(Clone, Debug, PartialEq)]
pub struct HintCaused {
    /// The replica that the write is for.
    pub target: NodeId,
    /// The node that was asked to keep it.
    pub holder: NodeId,
    /// The reason, as a clause that can follow "because".
    pub why: &'static str,
    /// Its stage.
    pub stage: HintStage,
}

/// The stage of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintStage {
    /// Its holder was asked at this time.
    Asked(Instant),
    /// It has been kept since this time.
    Kept(Instant),
    /// It was handed off to its target at this time.
    HandedOver(Instant),
    /// It was kept and then dropped: it expired, or its holder lost its disk.
    Gone,
    /// It was refused, or its message was lost, for this reason: a clause that can follow "because".
    Refused(&'static str),
}

/// A read repair of one replica.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairCaused {
    /// The replica.
    pub replica: NodeId,
    /// The versions that it lacked.
    pub versions: Vec<VersionFrame>,
    /// The time of its sending.
    pub sent: Instant,
    /// Whether the read waited for it before its reply.
    pub before_reply: bool,
    /// The time at which the replica applied it, or `None` if it has not.
    pub took: Option<Instant>,
    /// Whether it changed the replica.
    pub changed: bool,
    /// The reason of its loss, or `None` if it was not lost.
    pub lost: Option<Loss>,
}

/// A lamp of the quorum: the vote of one replica that counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lamp {
    /// The replica.
    pub node: NodeId,
    /// The time at which the coordinator counted its answer.
    pub at: Instant,
}

/// The progress of one replica in an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaProgress {
    /// The replica.
    pub node: NodeId,
    /// Whether it is the coordinator itself, which needs no message.
    pub local: bool,
    /// Its vote.
    pub vote: Vote,
    /// The kind of its request.
    pub ask: Ask,
    /// The time of its first request, or `None` if none was sent: the coordinator needs no request to itself.
    pub asked: Option<Instant>,
    /// The time at which its digest was counted, or `None` if it sent none.
    pub digest: Option<Instant>,
    /// The versions in its answer to a get.
    pub versions: Vec<VersionFrame>,
    /// The time at which the read repaired it, or `None` if it has not.
    pub repaired: Option<Instant>,
}

/// A request to a replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ask {
    /// A write.
    Write,
    /// All its versions: a full read.
    #[default]
    Versions,
    /// A digest of its versions.
    Digest,
    /// First a digest, and then all its versions, because the digests differed.
    Both,
    /// A hint: a write to be kept for another replica.
    Hint,
}

/// The vote of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    /// It was asked and has not answered.
    Waiting,
    /// It was asked and has not answered, and no message in flight can bring an answer.
    Never,
    /// The request to it or its answer was lost.
    Lost {
        /// The time of the loss.
        at: Instant,
        /// The reason of the loss.
        why: Loss,
    },
    /// Its answer counted.
    Counted(Instant),
    /// It answered after the outcome was decided.
    Late(Instant),
}

/// The outcome of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeFrame {
    /// Whether it met its quorum.
    pub ok: bool,
    /// The time at which the client learned of it.
    pub at: Instant,
    /// The time that the client waited.
    pub latency: Duration,
    /// The outcome in words, as `ok: 2 of 3 replicas stored it, 2 were needed`.
    pub words: String,
    /// The versions that a get returned, sorted by dot.
    pub versions: Vec<VersionFrame>,
}

/// Counters since the run began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Journal entries.
    pub events: u64,
    /// Messages sent, of any kind.
    pub sent: u64,
    /// Messages delivered.
    pub delivered: u64,
    /// Messages lost.
    pub dropped: u64,
    /// Reads.
    pub reads: Outcomes,
    /// Reads that met their quorum and were stale.
    pub stale: u64,
    /// Writes.
    pub writes: Outcomes,
}

/// The numbers of operations that succeeded and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Operations that met their quorum.
    pub ok: u64,
    /// Operations that did not, or were not answered.
    pub failed: u64,
}
