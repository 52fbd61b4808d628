//! Marks: moments of a run that stand out.

use ringside_sim::{Entry, EntryKind, Intervention, Outcome};
use ringside_store::{Instant, RequestId, Response};
use serde::Serialize;

/// A moment that stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The time of the entry.
    pub at: Instant,
    /// The number of the journal entry.
    pub number: u64,
    /// The kind of the mark.
    pub kind: MarkKind,
    /// The operation, or `None` if it is not one.
    pub request: Option<RequestId>,
}

/// The kind of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// The cluster was changed from outside, by a command or by chaos.
    Fault,
    /// A read that missed the newest write that had been acknowledged before it began.
    StaleRead,
    /// A read that returned siblings.
    Conflict,
    /// An operation that got no quorum or no answer.
    Failure,
    /// An alert began or ended.
    Alert,
}

impl MarkKind {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 5] =
        [Self::Fault, Self::StaleRead, Self::Conflict, Self::Failure, Self::Alert];

    /// Returns the name of the kind.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::StaleRead => "stale read",
            Self::Conflict => "conflict",
            Self::Failure => "failed operation",
            Self::Alert => "alert",
        }
    }
}

impl Mark {
    /// Returns the mark of an alert that began or ended at an entry.
    pub(crate) const fn alert(entry: &Entry) -> Self {
        Self { at: entry.at, number: entry.number, kind: MarkKind::Alert, request: None }
    }
}

/// Returns the mark of an entry, by itself or by the finding of the instruments, or `None` if it does not stand
/// out. A stale read with a conflict is marked as stale.
pub(crate) fn of(entry: &Entry, stands_out: Option<MarkKind>) -> Option<Mark> {
    if let (EntryKind::Returned { request, .. }, Some(kind)) = (&entry.kind, stands_out) {
        let (at, number, request) = (entry.at, entry.number, Some(*request));
        return Some(Mark { at, number, kind, request });
    }
    let (kind, request) = match &entry.kind {
        EntryKind::Intervention(
            Intervention::Hold(_)
            | Intervention::Release(..)
            | Intervention::Duplicate { .. }
            | Intervention::Delay { .. }
            | Intervention::Load(_)
            | Intervention::Planned { .. }
            | Intervention::Cancelled(_)
            | Intervention::Refused(_),
        ) => return None,
        EntryKind::Intervention(_) => (MarkKind::Fault, None),
        EntryKind::Returned { request, outcome } => match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) if siblings.len() > 1 => {
                (MarkKind::Conflict, Some(*request))
            }
            outcome if !outcome.is_ok() => (MarkKind::Failure, Some(*request)),
            _ => return None,
        },
        _ => return None,
    };
    Some(Mark { at: entry.at, number: entry.number, kind, request })
}
