//! What was measured, as plain data for files, tables and charts.
//!
//! Times are in milliseconds of virtual time; a quantile is none where nothing was measured.

use serde::{Deserialize, Serialize};

use crate::pbs::Share;

/// Everything that the instruments say of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// How stale reads were.
    pub staleness: Staleness,
    /// How long acknowledged writes took to reach all their replicas.
    pub convergence_ms: Convergence,
    /// Siblings that reads returned and that merges left.
    pub conflicts: Conflicts,
    /// Operations that met their quorum, and that did not.
    pub quorums: Quorums,
    /// How far replicas lag when a write is acknowledged.
    pub replica_lag: ReplicaLag,
    /// Divergent pairs of key and replica.
    pub debt: Debt,
    /// Writes that nodes keep for others.
    pub hint_queue: HintQueue,
    /// What repairs found and fixed.
    pub repairs: Repairs,
    /// Violations of session guarantees.
    pub sessions: Sessions,
}

/// How stale reads were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Staleness {
    /// Reads that met their quorum.
    pub reads: u64,
    /// Those that were stale.
    pub stale: u64,
    /// Their share, from 0 to 1; none without reads.
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

/// How many acknowledged writes answers were behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lags {
    /// The mean over all reads.
    pub mean: Option<f64>,
    /// One in a hundred is further behind.
    pub p99: Option<u64>,
    /// The furthest behind.
    pub max: Option<u64>,
}

/// How long acknowledged writes took to reach all their replicas.
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
    /// How long ago the oldest of them was acknowledged.
    pub oldest_pending: Option<f64>,
    /// Acknowledged writes that were dropped: all their replicas agree, without them.
    pub lost: u64,
    /// Writes that had not converged when too many were pending to go on following them all.
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

/// Operations that met their quorum, and that did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quorums {
    /// Reads and writes that met their quorum.
    pub met: u64,
    /// Reads that did not, were refused, or were not answered in time.
    pub failed_reads: u64,
    /// The same for writes.
    pub failed_writes: u64,
}

/// How far replicas lag when a write is acknowledged: N minus the acknowledgements in hand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplicaLag {
    /// The mean over all acknowledged writes.
    pub mean: Option<f64>,
    /// How many writes lagged by 0, 1, 2... replicas; the last one counts all that lag by more.
    pub writes: Vec<u64>,
}

/// Repair debt: divergent pairs of key and intended replica.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Debt {
    /// The pairs now.
    pub pairs: u64,
    /// The most that there ever were at the end of a second.
    pub most: u64,
    /// How many accrued since the run began.
    pub accrued: u64,
    /// How many were paid.
    pub paid: u64,
    /// How many accrue a second, over the last minute.
    pub accrual_per_s: f64,
    /// How many are paid a second, over the last minute.
    pub payoff_per_s: f64,
}

/// Writes that nodes keep for others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HintQueue {
    /// Held now.
    pub held: u64,
    /// Their size.
    pub bytes: u64,
    /// The age of the oldest one.
    pub oldest_ms: Option<f64>,
    /// The most that were ever held at the end of a second.
    pub most: u64,
}

/// What repairs found and fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repairs {
    /// Replicas to which a read brought what they lacked.
    pub read_repairs: u64,
    /// Keys that Merkle exchanges found to differ.
    pub merkle_found: u64,
    /// Keys of which Merkle exchanges brought a replica what it lacked.
    pub merkle_fixed: u64,
}

/// Violations of session guarantees (Terry et al., 1994).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// Reads that lacked what their client had read before.
    pub monotonic_reads: u64,
    /// Reads that lacked what their client had written before.
    pub read_your_writes: u64,
    /// The same by client, those with a violation alone, most violations first.
    pub clients: Vec<ClientSessions>,
}

/// Violations of session guarantees at one client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSessions {
    /// The client, by number.
    pub client: u64,
    /// Reads that lacked what it had read before.
    pub monotonic_reads: u64,
    /// Reads that lacked what it had written before.
    pub read_your_writes: u64,
}

/// One window of the time series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// When it begins.
    pub from_ms: f64,
    /// When it ends.
    pub to_ms: f64,
    /// Reads that met their quorum.
    pub reads: u64,
    /// Those that were stale.
    pub stale: u64,
    /// Staleness age over its reads.
    pub age_ms: Ages,
    /// Writes that converged in it.
    pub converged: u64,
    /// How long they had taken: median, 99% and 99.9%.
    pub convergence_ms: [Option<f64>; 3],
    /// Acknowledged writes that had not converged when it ended.
    pub pending: u64,
    /// The age of the oldest of them then.
    pub oldest_pending_ms: Option<f64>,
    /// Reads that returned siblings.
    pub conflicts: u64,
    /// Merges that left more siblings than there were.
    pub conflict_merges: u64,
    /// Divergent pairs when it ended.
    pub debt: u64,
    /// How many accrued.
    pub accrued: u64,
    /// How many were paid.
    pub paid: u64,
    /// Hints held when it ended.
    pub hints: u64,
    /// Their size in bytes then.
    pub hint_bytes: u64,
    /// Reads and writes that met no quorum.
    pub failed: u64,
    /// Writes that met their quorum.
    pub writes: u64,
    /// How long clients waited for reads: median, 99% and 99.9%.
    pub read_ms: [Option<f64>; 3],
    /// How long clients waited for writes: median, 99% and 99.9%.
    pub write_ms: [Option<f64>; 3],
}

/// One point of the measured staleness curve: the reads that began so long after a commit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// From which time after the newest write's commit on.
    pub from_ms: f64,
    /// Up to which time, not included.
    pub to_ms: f64,
    /// The mean time of its reads.
    pub mean_ms: f64,
    /// How many reads there were.
    pub reads: u64,
    /// The share of fresh ones, with its interval.
    pub fresh: Share,
}
