//! Bounds of values in scenarios and commands, with the errors that explain them.

use std::fmt::Display;
use std::ops::RangeInclusive;

use ringside_store::{Duration, NodeId};

use crate::error::ScenarioError;

/// The result of a check.
pub(crate) type Check = Result<(), ScenarioError>;

/// The longest duration that a field may hold, such as that of a run, a timeout or a delay.
pub(super) const LONGEST: Duration = Duration::from_secs(1_000 * 86_400);

/// Checks that a value lies within bounds.
pub(crate) fn between<T: PartialOrd + Display + Copy>(
    path: &str,
    value: T,
    bounds: RangeInclusive<T>,
) -> Check {
    if bounds.contains(&value) {
        return Ok(());
    }
    let (low, high) = (bounds.start(), bounds.end());
    Err(ScenarioError::new(path, format!("{value} is out of bounds: it takes {low} to {high}")))
}

/// Checks that a duration is neither zero nor too long.
pub(crate) fn positive(path: &str, duration: Duration) -> Check {
    if duration == Duration::ZERO {
        return Err(ScenarioError::new(path, "must be longer than no time at all"));
    }
    not_too_long(path, duration)
}

/// Checks that a duration is at most [`LONGEST`].
pub(crate) fn not_too_long(path: &str, duration: Duration) -> Check {
    if duration > LONGEST {
        return Err(ScenarioError::new(path, format!("{duration} is longer than {LONGEST}")));
    }
    Ok(())
}

/// Checks that a text has at most `most` bytes.
pub(crate) fn short(path: &str, text: &str, most: usize) -> Check {
    if text.len() > most {
        let reason = format!("{} bytes long, but {most} is the most", text.len());
        return Err(ScenarioError::new(path, reason));
    }
    Ok(())
}

/// Checks that a node is one of the first `nodes`.
pub(crate) fn known(path: &str, node: NodeId, nodes: u16) -> Check {
    if node.0 < nodes {
        return Ok(());
    }
    let last = NodeId(nodes.saturating_sub(1));
    let reason = format!("there is no node {node}: the nodes are A to {last}");
    Err(ScenarioError::new(path, reason))
}
