//! The switches and dials of every mechanism of the store, as plain data.
//!
//! They can change while a node runs. By default each mechanism that sends messages of its own is off,
//! so that what is left is the plain path of a get and a put.

mod check;

use serde::{Deserialize, Serialize};

use crate::Duration;
use crate::failure_detector::Detection;

pub use check::SettingsError;

/// The settings of every mechanism. All nodes of a cluster are given the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How versions are told apart.
    pub versions: Versions,
    /// Whose answers count, and how replicas are asked.
    pub quorum: QuorumRules,
    /// What a read does about replicas that it finds stale.
    pub read_repair: ReadRepair,
    /// Hinted handoff.
    pub hints: Hints,
    /// Merkle anti-entropy.
    pub anti_entropy: AntiEntropy,
    /// Gossip, and the failure detector that lives on it.
    pub gossip: Gossip,
    /// The movement of ranges when nodes come and go.
    pub streaming: Streaming,
    /// Deletes and values that expire.
    pub deletes: Deletes,
}

/// How versions are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Versions {
    /// Which of two versions replaces the other.
    pub order: Order,
    /// Whether clocks are cut short; none for never.
    pub truncation: Option<Truncation>,
}

/// Which of two versions replaces the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Dotted version vectors (Preguiça et al., 2012): a version replaces those that its writer had
    /// seen, and no other.
    #[default]
    Dotted,
    /// Plain version vectors by coordinating node, one for the whole set of a key's siblings, as early
    /// Riak kept them: cheap, and unable to tell a write from what its coordinator knew.
    Plain,
    /// The version with the latest stamp of its coordinator's wall clock, as Cassandra has it: one
    /// version always, and no trace of what lost.
    LastWriteWins,
}

/// When a version's clock is cut short (Dynamo, section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truncation {
    /// How many actors a clock may name. Beyond it the one that has been quiet longest is dropped.
    pub entries: u16,
    /// How long an actor must have been quiet before it is dropped.
    pub age: Duration,
}

/// Whose answers count, and how replicas are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuorumRules {
    /// Whether the first N nodes that are believed to be up stand in for the key's own N (Dynamo,
    /// section 4.6). Strict where it is not set: only the key's own N count.
    pub sloppy: bool,
    /// Whom a read asks at first.
    pub ask: Ask,
    /// Whether one replica sends its versions and the others only a digest of theirs.
    pub digests: bool,
    /// The quantile of a coordinator's read latencies past which it asks one replica more; none for
    /// never. It matters where a read asks R replicas only.
    pub speculation: Option<f64>,
    /// Whether keys are linearizable registers (Attiya, Bar-Noy and Dolev, 1995): a read writes its
    /// answer back to a quorum before it replies, and a writer reads a quorum first.
    pub register: bool,
    /// How many operations a coordinator may have in progress; none for any number.
    pub most_in_progress: Option<u32>,
}

/// Whom a read asks at first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// All N replicas; the first R answers decide.
    #[default]
    All,
    /// R replicas: the coordinator itself where it is one, and the next in ring order.
    Quorum,
}

/// What a read does about replicas that it finds stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadRepair {
    /// Nothing.
    Off,
    /// Brings them what they lack after the reply, late answers included (Dynamo, section 5).
    #[default]
    Asynchronous,
    /// Replies only when the R replicas that decided hold what is returned (Cassandra): a later read
    /// of R replicas can't go back.
    Blocking,
}

/// Hinted handoff (Dynamo, section 4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hints {
    /// Whether writes are kept for replicas that can't take them, and brought to them later.
    pub on: bool,
    /// Who keeps them.
    pub holder: Holder,
    /// Whether the acknowledgement of a hint counts towards W.
    pub count: bool,
    /// How long a replica may be away before nothing more is kept for it, and how long a hint lives.
    pub window: Duration,
    /// How many hints a node keeps for one replica at most.
    pub most_per_target: u32,
    /// How often a holder looks whether it can deliver.
    pub period: Duration,
    /// How many hints a second a holder delivers at most.
    pub keys_per_second: u32,
}

/// Who keeps hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The next node on the ring that is up (Dynamo).
    #[default]
    StandIn,
    /// The coordinator (Cassandra).
    Coordinator,
}

/// Merkle anti-entropy (Dynamo, section 4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AntiEntropy {
    /// Whether replicas compare their trees.
    pub on: bool,
    /// How often a node compares with each peer.
    pub period: Duration,
    /// With how many peers a node compares at once.
    pub concurrency: u16,
    /// How many keys a second a node sends for it at most.
    pub keys_per_second: u32,
    /// The depth of the trees: each range has 2^depth buckets, 0 to 12.
    pub depth: u8,
}

/// Gossip (Dynamo, section 4.8), and the failure detector that lives on its heartbeats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gossip {
    /// Whether nodes gossip. Without it nobody learns of joins and leaves, and every node is believed
    /// to be up.
    pub on: bool,
    /// How often a node tells one random peer what it knows.
    pub period: Duration,
    /// How a node judges that a peer is down.
    pub detection: Detection,
}

/// The movement of ranges when nodes come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Streaming {
    /// How many keys a second a node sends for it at most.
    pub keys_per_second: u32,
    /// How many keys go into one message at most.
    pub keys_per_message: u16,
}

/// Deletes and values that expire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deletes {
    /// How long tombstones are kept (Cassandra's `gc_grace`); none forever.
    pub grace: Option<Duration>,
    /// How long a value lives that is put without a time of its own; none forever.
    pub default_ttl: Option<Duration>,
}

impl Default for Hints {
    fn default() -> Self {
        Self {
            on: false,
            holder: Holder::StandIn,
            count: true,
            window: Duration::from_secs(3 * 3_600),
            most_per_target: 10_000,
            period: Duration::from_secs(1),
            keys_per_second: 500,
        }
    }
}

impl Default for AntiEntropy {
    fn default() -> Self {
        Self {
            on: false,
            period: Duration::from_secs(5),
            concurrency: 2,
            keys_per_second: 500,
            depth: 4,
        }
    }
}

impl Default for Gossip {
    fn default() -> Self {
        Self {
            on: false,
            // A fifth of Cassandra's: a class has no half minute to wait for a suspicion.
            period: Duration::from_ms(200),
            detection: Detection::PhiAccrual { threshold: 8.0 },
        }
    }
}

impl Default for Streaming {
    fn default() -> Self {
        Self { keys_per_second: 200, keys_per_message: 20 }
    }
}
