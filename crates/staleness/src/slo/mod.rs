//! Service level objectives for staleness, as data, and how a run stands against them.

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

/// Which window the rules of an SLO run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timescale {
    /// As the SLO says.
    Full,
    /// With all durations divided, sixty times shorter: a class has no hour.
    #[default]
    Compressed,
}

/// A service level objective: what is promised over a sliding window, and when somebody is warned.
///
/// A class has no hour. Every duration here is divided by a *compression* when a board is made, so that
/// the same rules run on a window of a minute as well; what is promised (milliseconds of age, shares
/// of reads) stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slo {
    /// The sliding window in milliseconds.
    pub window_ms: f64,
    /// What is promised.
    pub objectives: Vec<Objective>,
}

/// One promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// What is measured.
    pub indicator: Indicator,
    /// What it must not exceed: milliseconds of an age or a time, a share from 0 to 1 of a rate.
    pub target: f64,
    /// The secondary rule: somebody is warned.
    pub warning: Rule,
    /// The primary rule: somebody is paged.
    pub page: Rule,
    /// Where to look first: the runbook.
    pub look_at: Vec<Look>,
}

/// What an objective measures.
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

/// When an alert begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the indicator must exceed.
    pub above: f64,
    /// For how long.
    pub lasting: Lasting,
}

/// For how long an indicator must be above its limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Lasting {
    /// The indicator over the whole window counts, and as soon as it is above.
    AtOnce,
    /// The indicator over each sixtieth of the window counts: for so long in all within the window.
    Within {
        /// For how long, in milliseconds.
        ms: f64,
    },
    /// The indicator over each sixtieth of the window counts: for longer than this without a pause.
    Running {
        /// For longer than this, in milliseconds.
        ms: f64,
    },
}

/// Where to look when an objective is not met: a line of the runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Replicas that lag behind.
    LaggingReplicas,
    /// Delays, losses and cut links.
    Network,
    /// What anti-entropy has still to repair.
    AntiEntropyBacklog,
    /// Operations a second, and messages that wait at nodes.
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
    /// A replica that takes nothing any more: take it out of rotation.
    StuckReplica,
}

/// How an objective stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Neither rule is broken.
    #[default]
    Fine,
    /// The secondary rule is.
    Warning,
    /// The primary rule is.
    Page,
}

/// How a run stands against an SLO.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The length of the sliding window as it runs, in milliseconds.
    pub window_ms: f64,
    /// By how much all durations were divided.
    pub compression: f64,
    /// Each objective, in the order of the SLO.
    pub objectives: Vec<Standing>,
    /// The alerts: those in force first, then the latest that ended; 100 at most.
    pub alerts: Vec<Alert>,
}

/// How one objective stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The objective.
    pub objective: Objective,
    /// The indicator over the whole window; none where nothing was measured in it.
    pub value: Option<f64>,
    /// Whether a rule is broken.
    pub state: State,
    /// Since when it stands so, in milliseconds of virtual time.
    pub since_ms: f64,
    /// What is left of the error budget of the window: 1 is all of it, 0 is none, and below 0 more was
    /// spent than there was; none where nothing was measured.
    pub budget_left: Option<f64>,
    /// How many reads or writes of the window count.
    pub events: u64,
    /// How many of them were bad: stale, or above the target.
    pub bad: u64,
}

/// An alert: a rule that is or was broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The number of its objective in the SLO, from zero.
    pub objective: usize,
    /// Which rule: a warning or a page.
    pub severity: State,
    /// Since when, in milliseconds of virtual time.
    pub since_ms: f64,
    /// When it ended; none while it lasts.
    pub until_ms: Option<f64>,
    /// The limit that was exceeded.
    pub limit: f64,
    /// The indicator when it was last looked at: while the alert lasted above the limit, and what
    /// ended it after that.
    pub value: f64,
    /// The worst that the indicator came to.
    pub worst: f64,
    /// What ended it, in words; none while it lasts.
    pub ended_by: Option<String>,
}
