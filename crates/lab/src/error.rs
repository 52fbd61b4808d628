//! Errors of scenarios, links and commands.

use std::fmt::Display;

use ringside_sim::ClusterError;
use thiserror::Error;

use crate::lab::VERSION;

/// A scenario that can't be run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}{}{reason}", if path.is_empty() { "" } else { ": " })]
pub struct ScenarioError {
    /// The impossible field, as `cluster.r` or `events[2].do.crash`; empty when it is the file itself.
    pub path: String,
    /// The reason, as a clause.
    pub reason: String,
}

impl ScenarioError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Display) -> Self {
        Self { path: path.into(), reason: reason.to_string() }
    }

    /// Prepends the place of the part that was checked to the place inside it.
    pub(crate) fn within(self, outer: impl Display) -> Self {
        let path = match self.path.as_str() {
            "" => outer.to_string(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        Self { path, ..self }
    }
}

/// A link that can't be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkError {
    /// It is truncated, changed, or not a link of Ringside.
    #[error(
        "this link is damaged: a part of it is missing or was changed, so its run can't be shown"
    )]
    Damaged,
    /// It was made by another version of Ringside, whose runs this one can't repeat.
    #[error(
        "this link is of format {found}, and this page reads format {VERSION}: its run can't be repeated here"
    )]
    Version {
        /// The version that it names.
        found: u8,
    },
    /// It unpacks to a scenario that can't be run.
    #[error("this link holds a scenario that can't be run: {0}")]
    Scenario(ScenarioError),
}

impl From<ScenarioError> for LinkError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

/// A command that is refused. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(transparent)]
pub enum CommandError {
    /// One of its values is impossible.
    Value(#[from] ScenarioError),
    /// The cluster's state does not allow it.
    Cluster(#[from] ClusterError),
}
