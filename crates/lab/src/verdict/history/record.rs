//! Records of requests and of their outcomes.

use std::sync::Arc;

use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, Operation, RequestId, Value};

/// A request of a client, or a later event of its operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) at: Instant,
    pub(super) request: RequestId,
    /// The number of the key.
    pub(super) slot: u32,
    pub(super) kind: RecordKind,
}

/// The event of a record. The type is small because there are many records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RecordKind {
    /// The client requested the operation.
    Asked {
        operation: Operation,
        value: Option<Value>,
        /// Whether the value has a time to live.
        lives: bool,
        /// Whether the latest timestamp won at the time of the request.
        latest_wins: bool,
    },
    /// The value has a time to live, because settings changed while the operation was in progress.
    Lives,
    /// The write was assigned a dot. Recorded only for writes whose clients do not know the outcome.
    Named(Dot),
    /// The read returned one version.
    Found(Arc<Version>),
    /// The read returned no version, or several.
    FoundMany(Box<[Arc<Version>]>),
    /// The write was acknowledged.
    Stored(Arc<Version>),
    /// The write was not done and never will be, or the read got no result.
    Failed,
    /// The client does not know whether the write is done.
    Unsure,
}

impl RecordKind {
    /// Returns the event of a read that returned these siblings.
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
