//! Settings of every mechanism of the store, as plain data.
//!
//! They can change while a node runs. By default each mechanism that sends messages of its own is
//! off, so that only the plain path of a get and a put is left.

mod check;

use serde::{Deserialize, Serialize};

use crate::Duration;
use crate::failure_detector::Detection;

pub use check::SettingsError;

/// The settings of every mechanism, which are the same for all nodes of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Comparison of versions.
    pub versions: Versions,
    /// Quorum rules: whose answers count, and how replicas are asked.
    pub quorum: QuorumRules,
    /// The reaction of a read to stale replicas.
    pub read_repair: ReadRepair,
    /// Hinted handoff.
    pub hints: Hints,
    /// Merkle anti-entropy.
    pub anti_entropy: AntiEntropy,
    /// Gossip, and the failure detector that uses its heartbeats.
    pub gossip: Gossip,
    /// The movement of ranges when nodes join and leave.
    pub streaming: Streaming,
    /// Deletes and values that expire.
    pub deletes: Deletes,
}

/// Comparison of versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Versions {
    /// Which of two versions replaces the other.
    pub order: Order,
    /// The rule by which clocks are truncated, or `None` for never.
    pub truncation: Option<Truncation>,
}

/// The order of versions: which of two replaces the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Dotted version vectors (Preguiça et al., 2012): a version replaces those that its writer had
    /// seen, and no others.
    #[default]
    Dotted,
    /// Plain version vectors by coordinating node, one for the whole set of a key's siblings, as in
    /// early Riak: cheap, and unable to distinguish what a client had seen from what its
    /// coordinator knew.
    Plain,
    /// The version with the latest time of its coordinator's wall clock, as in Cassandra: there is
    /// always one version, and no trace of the others.
    LastWriteWins,
}

/// The rule by which a version's clock is truncated (Dynamo, section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truncation {
    /// The number of actors that a clock may name. If there are more, the one that has been quiet
    /// longest is dropped.
    pub entries: u16,
    /// The time for which an actor must have been quiet before it is dropped.
    pub age: Duration,
}

/// Quorum rules: whose answers count, and how replicas are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuorumRules {
    /// Whether the first N nodes that are believed to be up stand in for the key's own N (Dynamo,
    /// section 4.6). If not, the quorum is strict: only the key's own N count.
    pub sloppy: bool,
    /// The replicas that a read asks first.
    pub ask: Ask,
    /// Whether one replica sends its versions and the others only a digest of theirs.
    pub digests: bool,
    /// The quantile of a coordinator's read latencies after which it asks one more replica, or
    /// `None` for never. It has an effect only if a read asks R replicas.
    pub speculation: Option<f64>,
    /// Whether keys are linearizable registers (Attiya, Bar-Noy and Dolev, 1995): a read writes its
    /// result back to a quorum before it replies, and a writer reads a quorum first.
    pub register: bool,
    /// The number of operations that a coordinator may have in progress, or `None` for any number.
    pub most_in_progress: Option<u32>,
}

/// The replicas that a read asks first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// All N replicas; the first R answers decide.
    #[default]
    All,
    /// R replicas: the coordinator itself if it is one, and the next in ring order.
    Quorum,
}

/// The reaction of a read to stale replicas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadRepair {
    /// Nothing.
    Off,
    /// Sends them what they lack after the reply, also from late answers (Dynamo, section 5).
    #[default]
    Asynchronous,
    /// Replies only once the R replicas that decided hold the result (Cassandra): a later read of R
    /// replicas can't return an older one.
    Blocking,
}

/// Hinted handoff (Dynamo, section 4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hints {
    /// Whether writes are kept for replicas that can't take them, and delivered later.
    pub on: bool,
    /// The node that keeps them.
    pub holder: Holder,
    /// Whether the acknowledgement of a hint counts towards W.
    pub count: bool,
    /// The time for which a replica may be away before no more hints are kept for it, and the
    /// lifetime of a hint.
    pub window: Duration,
    /// The largest number of hints that a node keeps for one replica.
    pub most_per_target: u32,
    /// The period with which a holder checks whether it can deliver.
    pub period: Duration,
    /// The largest number of hints that a holder delivers per second.
    pub keys_per_second: u32,
}

/// The node that keeps a hint.
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
    /// The period with which a node compares with each peer.
    pub period: Duration,
    /// The number of peers that a node compares with at once.
    pub concurrency: u16,
    /// The largest number of keys that a node sends for it per second.
    pub keys_per_second: u32,
    /// The depth of the trees: each range has 2^depth buckets, 0 to 12.
    pub depth: u8,
}

/// Gossip (Dynamo, section 4.8), and the failure detector that uses its heartbeats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gossip {
    /// Whether nodes gossip. Without gossip no node learns of joins and leaves, and every node is
    /// believed to be up.
    pub on: bool,
    /// The period with which a node sends its view to one random peer.
    pub period: Duration,
    /// The rule by which a node suspects that a peer is down.
    pub detection: Detection,
}

/// The movement of ranges when nodes join and leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Streaming {
    /// The largest number of keys that a node sends for it per second.
    pub keys_per_second: u32,
    /// The largest number of keys in one message.
    pub keys_per_message: u16,
}

/// Deletes and values that expire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deletes {
    /// The time for which tombstones are kept (Cassandra's `gc_grace`), or `None` for forever.
    pub grace: Option<Duration>,
    /// The lifetime of values that are put without one, or `None` for forever.
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
            // A fifth of Cassandra's period, because a class has no half minute to wait for a
            // suspicion.
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
