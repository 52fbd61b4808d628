//! Records of requests and of their outcomes.

use std::sync::Arc;

use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, Operation, RequestId, Value};

/// A request of a client, or what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) at: Instant,
    pub(super) request: RequestId,
    /// The number of its key.
    pub(super) slot: u32,
    pub(super) kind: RecordKind,
}

/// The event that a record holds. It is small, for there are many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RecordKind {
    /// The client requested the operation.
    Asked {
        operation: Operation,
        value: Option<Value>,
        /// Whether the value has a time to live.
        lives: bool,
        /// Whether the latest timestamp won at that time.
        latest_wins: bool,
    },
    /// Its value has a time to live: settings changed while it was under way.
    Lives,
    /// The write was assigned a dot. Only recorded for writes whose clients do not know the outcome.
    Named(Dot),
    /// It returned one version.
    Found(Arc<Version>),
    /// It returned none, or several.
    FoundMany(Box<[Arc<Version>]>),
    /// It was written.
    Stored(Arc<Version>),
    /// It was not done and never will be.
    Failed,
    /// Its client does not know whether it is done.
    Unsure,
}

impl RecordKind {
    /// Returns the record of what a read returned.
    pub(super) fn found(siblings: &Siblings) -> Self {
        let mut versions = siblings.iter();
        match (versions.next(), versions.next()) {
            (Some(version), None) => Self::Found(Arc::clone(version)),
            _ => Self::FoundMany(siblings.iter().cloned().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_small() {
        assert!(size_of::<Record>() <= 48, "{} bytes", size_of::<Record>());
    }
}
