//! The built-in scenarios.

use super::Scenario;
use crate::error::ScenarioError;

/// A built-in scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// The name of the scenario on the command line and in addresses.
    pub name: &'static str,
    /// The heading of the scenario's group in lists. Scenarios of one group are adjacent.
    pub group: &'static str,
    /// The text of the scenario's file.
    pub json: &'static str,
}

/// Lists scenarios by group. The file of a scenario has the scenario's name.
macro_rules! built_in {
    ($($group:literal: [$($name:literal),+ $(,)?],)+) => {
        [$($(BuiltIn {
            name: $name,
            group: $group,
            json: include_str!(concat!("../../scenarios/", $name, ".json")),
        },)+)+]
    };
}

/// All built-in scenarios. The first one is the default.
pub const BUILT_IN: [BuiltIn; 36] = built_in! {
    "Start here": ["healthy", "partition", "crash"],
    "Versions": ["versions-d1-d5", "plain-vectors", "last-write-wins", "clocks"],
    "Reads and quorums": [
        "coordinators", "digests", "speculation", "blocking-repair", "register", "sloppy-quorum",
    ],
    "Repair": ["hints", "anti-entropy"],
    "Deletes": ["tombstones", "expiry"],
    "Members of the ring": ["failure-detector", "join-leave", "equal-partitions"],
    "Load and faults": ["mailbox", "faults", "chaos"],
    "How stale reads are": ["pbs", "pbs-wan"],
    "What a quorum does not promise": [
        "not-linearizable", "failed-write", "lost-overlap", "dropped-update", "sibling-explosion",
        "resurrection", "cold-key", "merged-cart", "back-in-time", "latency-alone", "two-views",
    ],
};

impl BuiltIn {
    /// Finds a built-in scenario by its name, or returns `None` if there is no such scenario.
    pub fn find(name: &str) -> Option<Self> {
        BUILT_IN.into_iter().find(|built_in| built_in.name == name)
    }

    /// Reads the scenario.
    ///
    /// # Errors
    ///
    /// None in practice: a test reads every built-in scenario.
    pub fn scenario(self) -> Result<Scenario, ScenarioError> {
        Scenario::parse(self.json)
    }
}
