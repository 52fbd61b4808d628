//! The scenarios that come with the program.

use crate::{Scenario, ScenarioError};

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name on the command line and in addresses.
    pub name: &'static str,
    /// The text of its file.
    pub json: &'static str,
}

/// All scenarios that come with the program; the first is the default.
pub const BUILT_IN: [BuiltIn; 3] = [
    BuiltIn { name: "healthy", json: include_str!("../scenarios/healthy.json") },
    BuiltIn { name: "partition", json: include_str!("../scenarios/partition.json") },
    BuiltIn { name: "crash", json: include_str!("../scenarios/crash.json") },
];

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
