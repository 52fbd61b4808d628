//! One picture of now, as plain data.

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

/// What a screen shows of a moment, apart from the messages in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The virtual time.
    pub now: Instant,
    /// The journal's digest so far, as 32 hexadecimal digits.
    pub digest: String,
    /// N, R and W in force.
    pub quorum: Quorum,
    /// The latency model between nodes in force.
    pub latency: LatencyModel,
    /// How long the messages of writes and reads take, where they differ from the rest.
    pub legs: Option<Legs>,
    /// Which nodes are far from which in force, whether they were named or the legs' preset brought
    /// them; none where all are near.
    pub regions: Option<Regions>,
    /// The share of messages between nodes that are lost, from 0 to 1.
    pub loss: f64,
    /// The share of messages between nodes that arrive twice, from 0 to 1.
    pub duplication: f64,
    /// The share of messages between nodes that take a second delay, from 0 to 1.
    pub reordering: f64,
    /// The load in force.
    pub load: Load,
    /// How long nodes take for a message, and how many may wait.
    pub service: Service,
    /// Which node clients ask.
    pub coordinator: CoordinatorChoice,
    /// The dial of random faults, from 0 to 1.
    pub chaos: f64,
    /// How much time is between two of its faults on average; none where it brings none.
    pub chaos_gap: Option<Duration>,
    /// How many of its faults are in force.
    pub chaos_faults: usize,
    /// The switches and dials of the store in force.
    pub settings: Settings,
    /// How evenly the ring is shared: mean over maximum of the parts that nodes hold; 1 is perfect.
    pub balance: f64,
    /// The nodes, by number.
    pub nodes: Vec<NodeFrame>,
    /// The links that are cut, each with its direction.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// The links on which messages wait, each with its direction.
    pub clogs: Vec<(NodeId, NodeId)>,
    /// The links that were slowed or made lossy, each with its direction.
    pub impairments: Vec<((NodeId, NodeId), LinkImpairment)>,
    /// The links that lose a share of their own by the scenario, each with its direction.
    pub own_losses: Vec<((NodeId, NodeId), f64)>,
    /// What is planned for later, the next thing first: the next 20.
    pub plans: Vec<PlanFrame>,
    /// How much is planned in all.
    pub planned: usize,
    /// The key in hand, where one was asked for.
    pub key: Option<KeyFrame>,
    /// The operation in hand, where there is one.
    pub operation: Option<OperationFrame>,
    /// Counters since the run began.
    pub totals: Totals,
    /// The same by mechanism.
    pub mechanisms: Mechanisms,
}

/// Something that is planned for later, by the scenario or by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFrame {
    /// The number under which it can be cancelled.
    pub number: u32,
    /// When it will be done.
    pub at: Instant,
    /// What it is, as an order in words.
    pub what: String,
}

/// A node in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeFrame {
    /// The node.
    pub id: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// How many keys it holds that have a value to read; of a stopped node, on its disk.
    pub keys: u32,
    /// How many operations it is coordinating.
    pub coordinating: u32,
    /// How often its disk was wiped.
    pub wipes: u16,
    /// Whether its world is stopped.
    pub paused: bool,
    /// How much longer than others it takes for a message.
    pub slow_by: Duration,
    /// How many messages wait for their turn.
    pub waiting: u32,
    /// How far its wall clock is ahead, in microseconds; negative for behind.
    pub skew_us: i64,
    /// How it stands in the ring, as it believes itself; of a stopped node, on its disk.
    pub status: Status,
    /// Whom it believes to be down.
    pub suspects: Vec<NodeId>,
    /// For whom it keeps hints, and how many.
    pub hints: Vec<(NodeId, u32)>,
    /// The size of its hints in bytes.
    pub hint_bytes: u64,
    /// How many of its keys have nothing left but tombstones.
    pub tombstones: u32,
    /// How many ranges it still has to fetch.
    pub fetching: u32,
}

/// A key in a frame: where it lies, and what each of its replicas holds.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyFrame {
    /// The key.
    pub key: String,
    /// Its place on the ring, as a part of the full turn, clockwise from the top: 0 to 1.
    pub place: f64,
    /// Its preference list in ring order, with what each node holds.
    pub replicas: Vec<ReplicaFrame>,
    /// Whether all replicas hold the same versions.
    pub agreed: bool,
}

/// What one replica holds of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaFrame {
    /// The replica.
    pub node: NodeId,
    /// Its versions, sorted by name; several are siblings, none means that it never heard of the key.
    pub versions: Vec<VersionFrame>,
}

/// A version in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFrame {
    /// The name of the write, as `A3`: the third write to the key that A named.
    pub dot: String,
    /// What its writer had seen, as `{A:2, C:1}`.
    pub past: String,
    /// The value; none is a tombstone.
    pub value: Option<String>,
}

/// An operation, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationFrame {
    /// The request.
    pub request: RequestId,
    /// Who asked.
    pub client: ClientId,
    /// What was asked.
    pub operation: Operation,
    /// Of which key.
    pub key: String,
    /// The value of a put.
    pub value: Option<String>,
    /// When the client asked.
    pub invoked: Instant,
    /// The node that coordinates it; none until a node has taken it.
    pub coordinator: Option<NodeId>,
    /// The replicas asked, in ring order, and how each one stands.
    pub replicas: Vec<ReplicaProgress>,
    /// How many distinct replicas must answer: the number of lamps.
    pub needed: u16,
    /// The lamps that are lit, in the order in which they lit: never more than `needed`.
    pub lamps: Vec<Lamp>,
    /// When the coordinator decided the outcome; none while it is open.
    pub decided: Option<Instant>,
    /// How it ended, once its client knows; none before.
    pub outcome: Option<OutcomeFrame>,
    /// The hints that the write caused, in the order in which they were asked for.
    pub hints: Vec<HintCaused>,
    /// The repairs that the read caused, in the order in which they were sent.
    pub repairs: Vec<RepairCaused>,
    /// The operation before it and the one after it that can be told: of the person's own ones where it is
    /// one of them.
    pub beside: [Option<RequestId>; 2],
}

/// A write that a node was to keep for a replica, because of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct HintCaused {
    /// The replica that it is for.
    pub target: NodeId,
    /// Who is to keep it.
    pub holder: NodeId,
    /// Why, in words that follow "because".
    pub why: &'static str,
    /// What has become of it.
    pub stage: HintStage,
}

/// What has become of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintStage {
    /// Its keeper was asked at this time.
    Asked(Instant),
    /// It has been kept since this time.
    Kept(Instant),
    /// It was kept, and handed over to its target at this time.
    HandedOver(Instant),
    /// It was kept, and is no longer: it grew too old, or its keeper lost its disk.
    Gone,
    /// It was refused, or the message that asked for it was lost, in words that follow "because".
    Refused(&'static str),
}

/// What a read brought a replica that lacked it.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairCaused {
    /// The replica.
    pub replica: NodeId,
    /// What it lacked.
    pub versions: Vec<VersionFrame>,
    /// When it was sent.
    pub sent: Instant,
    /// Whether the read waited for it before it replied.
    pub before_reply: bool,
    /// When the replica took it; none if it did not (yet).
    pub took: Option<Instant>,
    /// Whether that changed anything there.
    pub changed: bool,
    /// Why it was lost, if it was.
    pub lost: Option<Loss>,
}

/// A lamp of the quorum: the vote of one replica that counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lamp {
    /// The replica.
    pub node: NodeId,
    /// When the coordinator counted its answer.
    pub at: Instant,
}

/// How one replica stands in an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaProgress {
    /// The replica.
    pub node: NodeId,
    /// Whether it is the coordinator itself, which needs no message.
    pub local: bool,
    /// How it stands.
    pub vote: Vote,
    /// What it was asked for.
    pub ask: Ask,
    /// When the coordinator asked it first; none of the coordinator itself, and before that.
    pub asked: Option<Instant>,
    /// When its digest was counted; none where it sent none.
    pub digest: Option<Instant>,
    /// What it answered to a get.
    pub versions: Vec<VersionFrame>,
    /// When the read brought it what it lacked; none if it did not (yet).
    pub repaired: Option<Instant>,
}

/// What a replica was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ask {
    /// To store a write.
    Write,
    /// All its versions: a full read.
    #[default]
    Versions,
    /// A digest of its versions.
    Digest,
    /// First a digest, and then all its versions, because digests did not agree.
    Both,
    /// To keep a write for another.
    Hint,
}

/// The answer of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    /// It was asked and has not answered.
    Waiting,
    /// It was asked and has not answered, and nothing is on its way any more that could bring an answer.
    Never,
    /// The message to it, or from it, was lost.
    Lost {
        /// When.
        at: Instant,
        /// Why.
        why: Loss,
    },
    /// It answered before the client was told the outcome, and counted.
    Counted(Instant),
    /// It answered after the client was told the outcome.
    Late(Instant),
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeFrame {
    /// Whether it got its quorum.
    pub ok: bool,
    /// When the client learned of it.
    pub at: Instant,
    /// How long the client waited.
    pub latency: Duration,
    /// The outcome in words, as `ok: 2 of 3 replicas stored it, 2 were needed`.
    pub words: String,
    /// What a get returned, newest name last.
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
    /// Reads that met their quorum, and that failed or were not answered.
    pub reads: Outcomes,
    /// Reads that met their quorum and were stale.
    pub stale: u64,
    /// The same for writes.
    pub writes: Outcomes,
}

/// How many operations went well, and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Met their quorum.
    pub ok: u64,
    /// Did not, or were never answered.
    pub failed: u64,
}
