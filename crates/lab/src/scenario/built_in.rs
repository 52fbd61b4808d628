//! The scenarios that come with the program.

use super::Scenario;
use crate::error::ScenarioError;

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name on the command line and in addresses.
    pub name: &'static str,
    /// The heading that lists put it under; those of one group come one after another.
    pub group: &'static str,
    /// The text of its file.
    pub json: &'static str,
}

/// Lists scenarios by group; each one's file has its name.
macro_rules! built_in {
    ($($group:literal: [$($name:literal),+ $(,)?],)+) => {
        [$($(BuiltIn {
            name: $name,
            group: $group,
            json: include_str!(concat!("../../scenarios/", $name, ".json")),
        },)+)+]
    };
}

/// All scenarios that come with the program; the first is the default.
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
    /// Finds a scenario by its name.
    pub fn find(name: &str) -> Option<Self> {
        BUILT_IN.into_iter().find(|built_in| built_in.name == name)
    }

    /// Reads the scenario.
    ///
    /// # Errors
    ///
    /// None that a test would let through: each built-in scenario is read by one.
    pub fn scenario(self) -> Result<Scenario, ScenarioError> {
        Scenario::parse(self.json)
    }
}
