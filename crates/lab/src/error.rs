//! Why a scenario, a link or a command is refused.

use std::fmt;

use ringside_sim::ClusterError;

/// A scenario that can't be run. Nothing is opened then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The field at fault, as `cluster.r` or `events[2].do.crash`; empty when it is the file itself.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ScenarioError {
    pub(crate) fn new(path: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self { path: path.into(), reason: reason.to_string() }
    }

    /// Puts the place of the part that was checked before the place inside it.
    pub(crate) fn within(self, outer: impl fmt::Display) -> Self {
        let path = match self.path.as_str() {
            "" => outer.to_string(),
            inner if inner.starts_with('[') => format!("{outer}{inner}"),
            inner => format!("{outer}.{inner}"),
        };
        Self { path, ..self }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.path, self.reason)
        }
    }
}

impl std::error::Error for ScenarioError {}

/// A link that can't be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It is cut short, changed, or no link of ours at all.
    Damaged,
    /// It was made by another version of Ringside, whose runs this one can't repeat.
    Version {
        /// The version that it names.
        found: u8,
    },
    /// It unpacks to a scenario that can't be run.
    Scenario(ScenarioError),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged => f.write_str(
                "this link is damaged: a part of it is missing or was changed, so its run can't be shown",
            ),
            Self::Version { found } => write!(
                f,
                "this link is of format {found}, and this page reads format {}: its run can't be repeated here",
                crate::lab::VERSION
            ),
            Self::Scenario(error) => {
                write!(f, "this link holds a scenario that can't be run: {error}")
            }
        }
    }
}

impl std::error::Error for LinkError {}

impl From<ScenarioError> for LinkError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

/// A command that is refused. The run goes on as if it had not been given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// One of its values is impossible.
    Value(ScenarioError),
    /// The cluster is not in a state to carry it out.
    Cluster(ClusterError),
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(error) => error.fmt(f),
            Self::Cluster(refusal) => refusal.fmt(f),
        }
    }
}

impl std::error::Error for CommandError {}

impl From<ScenarioError> for CommandError {
    fn from(error: ScenarioError) -> Self {
        Self::Value(error)
    }
}

impl From<ClusterError> for CommandError {
    fn from(refusal: ClusterError) -> Self {
        Self::Cluster(refusal)
    }
}
