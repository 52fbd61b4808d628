//! One picture of now, as plain data.

use ringside_sim::{ClientId, CoordinatorChoice, Loss, Regions};
use ringside_store::{Duration, Instant, NodeId, Operation, Quorum, RequestId, Settings, Status};

use crate::mechanisms::Mechanisms;
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
    /// The key in hand, where one was asked for.
    pub key: Option<KeyFrame>,
    /// The operation in hand, where there is one.
    pub operation: Option<OperationFrame>,
    /// Counters since the run began.
    pub totals: Totals,
    /// The same by mechanism.
    pub mechanisms: Mechanisms,
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
    /// What it answered to a get.
    pub versions: Vec<VersionFrame>,
    /// When the read brought it what it lacked; none if it did not (yet).
    pub repaired: Option<Instant>,
}

/// The answer of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vote {
    /// It was asked and has not answered.
    Waiting,
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

/// A line of the event log, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The number of the journal entry, from zero.
    pub number: u64,
    /// When it happened.
    pub at: Instant,
    /// What sort of thing it is, for its mark and colour.
    pub tone: Tone,
    /// What happened.
    pub text: String,
    /// The request that it belongs to.
    pub request: Option<RequestId>,
}

/// The sort of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A step of an operation.
    Step,
    /// An operation met its quorum.
    Success,
    /// An operation failed, or a message was lost.
    Failure,
    /// A replica was repaired, by whichever mechanism.
    Repair,
    /// A node's work of its own: gossip, an exchange, a stream.
    Background,
    /// A person or the schedule did something to the cluster.
    Command,
}
