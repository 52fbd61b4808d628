//! Service level objectives for staleness as data, and a run's status against them.

mod alerts;
mod check;
mod meter;
mod standard;
mod watch;
mod words;

use serde::{Deserialize, Serialize};

pub use check::SloError;
pub(crate) use meter::{ObjectiveCounts, PendingWrites};
pub(crate) use watch::SloWatch;

/// The timescale on which the rules of an SLO run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timescale {
    /// The durations of the SLO.
    Full,
    /// All durations divided by the compression, usually 60: a class has no hour to watch.
    #[default]
    Compressed,
}

/// A service level objective: promises over a sliding window, each with the rules of its alerts.
///
/// A class has no hour to watch. So a board divides every duration here by its *compression*, and the same
/// rules also run on a window of a minute; the promises themselves (milliseconds of age, shares of reads)
/// stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slo {
    /// The sliding window in milliseconds.
    pub window_ms: f64,
    /// The promises.
    pub objectives: Vec<Objective>,
}

/// One promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// The measured indicator.
    pub indicator: Indicator,
    /// The value that the indicator must not exceed: milliseconds for an age or a time, and a share from 0
    /// to 1 for a rate.
    pub target: f64,
    /// The secondary rule, which raises a warning.
    pub warning: AlertRule,
    /// The primary rule, which pages the operator.
    pub page: AlertRule,
    /// The runbook: what to check first.
    pub look_at: Vec<RunbookEntry>,
}

/// The indicator that an objective measures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Indicator {
    /// A quantile of staleness age over all reads, in milliseconds.
    StalenessAge {
        /// Which quantile, above 0 and below 1.
        quantile: f64,
    },
    /// The share of reads that are stale, from 0 to 1.
    StaleReadRate,
    /// A quantile of the time that acknowledged writes take to converge, in milliseconds. A write that
    /// has not converged counts by its age so far.
    Convergence {
        /// Which quantile, above 0 and below 1.
        quantile: f64,
    },
}

/// The condition of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// The limit that the indicator must exceed.
    pub above: f64,
    /// The time for which the indicator must exceed it.
    pub lasting: Lasting,
}

/// The time for which an indicator must be above its limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Lasting {
    /// The indicator over the whole window is above the limit, for any time.
    AtOnce,
    /// The indicator over each sixtieth of the window is above the limit, for this time in total within
    /// the window.
    Within {
        /// The time in milliseconds.
        ms: f64,
    },
    /// The indicator over each sixtieth of the window is above the limit, for longer than this without a
    /// pause.
    Running {
        /// The time in milliseconds.
        ms: f64,
    },
}

/// An entry of the runbook: what to check when an objective is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunbookEntry {
    /// Replicas that lag behind.
    LaggingReplicas,
    /// Delays, losses and cut links.
    Network,
    /// The differences that anti-entropy has yet to repair.
    AntiEntropyBacklog,
    /// Operations per second, and messages queued at nodes.
    Load,
    /// Nodes that are down.
    NodesDown,
    /// The write load, against W.
    WriteLoad,
    /// Hints that wait for their replicas.
    HintQueues,
    /// Differences that Merkle exchanges find.
    MerkleDifferences,
    /// Whether repair is throttled.
    RepairThrottle,
    /// Cut links.
    Partitions,
    /// A replica that no longer accepts writes: take it out of rotation.
    StuckReplica,
}

/// The severity of an objective's state: the gravest of its broken rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Neither rule is broken.
    #[default]
    Fine,
    /// The secondary rule is broken.
    Warning,
    /// The primary rule is broken.
    Page,
}

/// The status of a run against an SLO.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The length of the sliding window in milliseconds, after compression.
    pub window_ms: f64,
    /// The number by which all durations were divided.
    pub compression: f64,
    /// Each objective, in the order of the SLO.
    pub objectives: Vec<ObjectiveStatus>,
    /// The alerts: the active ones first, then the latest that ended; 100 at most.
    pub alerts: Vec<Alert>,
}

/// The status of one objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveStatus {
    /// The objective.
    pub objective: Objective,
    /// The indicator over the whole window, or `None` if nothing was measured in it.
    pub value: Option<f64>,
    /// The gravest of its broken rules.
    pub state: Severity,
    /// Since when it is in that state, in milliseconds of virtual time.
    pub since_ms: f64,
    /// The error budget that is left of the window: 1 is all of it, 0 is none, and below 0 it is
    /// overspent; `None` if nothing was measured.
    pub budget_left: Option<f64>,
    /// The number of reads or writes in the window that count.
    pub events: u64,
    /// The number of them that were bad: stale, or above the target.
    pub bad: u64,
}

/// An alert: a rule that is or was broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The index of its objective in the SLO.
    pub objective: usize,
    /// The rule: a warning or a page.
    pub severity: Severity,
    /// Since when, in milliseconds of virtual time.
    pub since_ms: f64,
    /// The end of the alert, or `None` while it lasts.
    pub until_ms: Option<f64>,
    /// The limit that was exceeded.
    pub limit: f64,
    /// The latest value of the indicator above the limit while the alert lasts, and afterwards the value
    /// that ended it.
    pub value: f64,
    /// The worst value of the indicator.
    pub worst: f64,
    /// The reason for its end in words, or `None` while it lasts.
    pub ended_by: Option<String>,
}
