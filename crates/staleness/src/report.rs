//! Measurements as plain data, for files, tables and charts.
//!
//! Times are in milliseconds of virtual time; a quantile is `None` if nothing was measured.

use serde::{Deserialize, Serialize};

use crate::pbs::Share;

/// All measurements of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The staleness of reads.
    pub staleness: Staleness,
    /// The time that acknowledged writes took to reach all their replicas.
    pub convergence_ms: Convergence,
    /// Siblings that reads returned and that merges left.
    pub conflicts: Conflicts,
    /// Operations that met their quorum, and those that did not.
    pub quorums: Quorums,
    /// Replica lag when writes are acknowledged.
    pub replica_lag: ReplicaLag,
    /// Divergent pairs of key and replica.
    pub debt: Debt,
    /// Hints that nodes hold for others.
    pub hint_queue: HintQueue,
    /// Differences that repairs found and fixed.
    pub repairs: Repairs,
    /// Violations of session guarantees.
    pub sessions: Sessions,
}

/// The staleness of reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Staleness {
    /// Reads that met their quorum.
    pub reads: u64,
    /// Those that were stale.
    pub stale: u64,
    /// Their share, from 0 to 1, or `None` without reads.
    pub stale_rate: Option<f64>,
    /// Staleness age over all reads; a fresh one's is zero.
    pub age_ms: Ages,
    /// Version lag over all reads; a fresh one's is zero.
    pub version_lag: Lags,
}

/// Quantiles of staleness age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ages {
    /// The median.
    pub p50: Option<f64>,
    /// One in twenty is older.
    pub p95: Option<f64>,
    /// One in a hundred is older.
    pub p99: Option<f64>,
    /// The oldest.
    pub max: Option<f64>,
}

/// The version lag of reads: how many acknowledged writes their answers were behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lags {
    /// The mean over all reads.
    pub mean: Option<f64>,
    /// One in a hundred is further behind.
    pub p99: Option<u64>,
    /// The furthest behind.
    pub max: Option<u64>,
}

/// The time that acknowledged writes took to reach all their replicas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// Writes that have converged.
    pub writes: u64,
    /// The median.
    pub p50: Option<f64>,
    /// One in a hundred took longer.
    pub p99: Option<f64>,
    /// One in a thousand took longer.
    #[serde(rename = "p99.9")]
    pub p99_9: Option<f64>,
    /// The slowest.
    pub max: Option<f64>,
    /// Acknowledged writes that have not converged yet.
    pub pending: u64,
    /// The time since the oldest of them was acknowledged.
    pub oldest_pending: Option<f64>,
    /// Acknowledged writes that were dropped: all their replicas agree, without them.
    pub lost: u64,
    /// Writes given up before they converged, because too many were pending.
    pub given_up: u64,
}

/// Siblings that reads returned and that merges left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflicts {
    /// Reads that returned two siblings or more.
    pub reads: u64,
    /// Merges at replicas that left more siblings than there were.
    pub merges: u64,
    /// The surviving branches of them all.
    pub conflict_versions_total: u64,
}

/// Operations that met their quorum, and those that did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quorums {
    /// Reads and writes that met their quorum.
    pub met: u64,
    /// Reads that did not, were refused, or were not answered in time.
    pub failed_reads: u64,
    /// Writes that did not, were refused, or were not answered in time.
    pub failed_writes: u64,
}

/// Replica lag at a write's acknowledgement: N minus the acknowledgements received by then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplicaLag {
    /// The mean over all acknowledged writes.
    pub mean: Option<f64>,
    /// The number of writes that lagged by 0, 1, 2... replicas; the last count includes all that lagged by
    /// more.
    pub writes: Vec<u64>,
}

/// Repair debt: divergent pairs of key and intended replica.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    /// The pairs now.
    pub pairs: u64,
    /// The most pairs at the end of any second.
    pub most: u64,
    /// The number of pairs that began to diverge since the run began.
    pub accrued: u64,
    /// The number of pairs that stopped diverging since the run began.
    pub paid: u64,
    /// The rate at which pairs accrue, over the last minute.
    pub accrual_per_s: f64,
    /// The rate at which pairs are paid, over the last minute.
    pub payoff_per_s: f64,
}

/// Hints that nodes hold for others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HintQueue {
    /// The hints held now.
    pub held: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// The age of the oldest one.
    pub oldest_ms: Option<f64>,
    /// The most hints held at the end of any second.
    pub most: u64,
}

/// Differences that repairs found and fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repairs {
    /// Replicas that reads repaired.
    pub read_repairs: u64,
    /// Differing keys that Merkle exchanges found.
    pub merkle_found: u64,
    /// Keys at which Merkle exchanges brought a replica versions that it lacked.
    pub merkle_fixed: u64,
}

/// Violations of session guarantees (Terry et al., 1994).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// Reads that lacked what their client had read before.
    pub monotonic_reads: u64,
    /// Reads that lacked what their client had written before.
    pub read_your_writes: u64,
    /// The same by client, for the clients with a violation, most violations first.
    pub clients: Vec<ClientSessions>,
}

/// Violations of session guarantees at one client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSessions {
    /// The client's number.
    pub client: u64,
    /// Reads that lacked what it had read before.
    pub monotonic_reads: u64,
    /// Reads that lacked what it had written before.
    pub read_your_writes: u64,
}

/// One window of the time series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The start of the window.
    pub from_ms: f64,
    /// The end of the window.
    pub to_ms: f64,
    /// Reads that met their quorum.
    pub reads: u64,
    /// Those that were stale.
    pub stale: u64,
    /// Staleness age over its reads.
    pub age_ms: Ages,
    /// Writes that converged in it.
    pub converged: u64,
    /// The time that they took: median, 99% and 99.9%.
    pub convergence_ms: [Option<f64>; 3],
    /// Acknowledged writes that had not converged when it ended.
    pub pending: u64,
    /// The age of the oldest of them when it ended.
    pub oldest_pending_ms: Option<f64>,
    /// Reads that returned siblings.
    pub conflicts: u64,
    /// Merges that left more siblings than there were.
    pub conflict_merges: u64,
    /// Divergent pairs when it ended.
    pub debt: u64,
    /// Pairs that began to diverge in it.
    pub accrued: u64,
    /// Pairs that stopped diverging in it.
    pub paid: u64,
    /// Hints held when it ended.
    pub hints: u64,
    /// Their size in bytes when it ended.
    pub hint_bytes: u64,
    /// Reads and writes that met no quorum.
    pub failed: u64,
    /// Writes that met their quorum.
    pub writes: u64,
    /// The latency of reads: median, 99% and 99.9%.
    pub read_ms: [Option<f64>; 3],
    /// The latency of writes: median, 99% and 99.9%.
    pub write_ms: [Option<f64>; 3],
}

/// One point of the measured staleness curve: the reads that began within a range of times after a commit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The least time after the newest write's commit.
    pub from_ms: f64,
    /// The end of the times after the commit, exclusive.
    pub to_ms: f64,
    /// The mean of the times of its reads.
    pub mean_ms: f64,
    /// The number of reads.
    pub reads: u64,
    /// The share of fresh reads, with its interval.
    pub fresh: Share,
}
