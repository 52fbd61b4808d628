//! The journal entries of the user's operations.

use std::collections::BTreeMap;

use ringside_sim::{ClientId, Entry, EntryKind};
use ringside_store::RequestId;

/// The number of operations that are kept, and of entries of each. An operation on a hundred replicas has
/// about six hundred.
const MAX_OPERATIONS: usize = 64;
const MAX_ENTRIES: usize = 2_000;

/// The journal entries of the user's latest operations. The journal itself keeps a fixed number of entries,
/// and a fast load would replace within a second those that a class is still discussing.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserOperations {
    entries: BTreeMap<RequestId, Vec<Entry>>,
    /// The operations in the order of their beginnings.
    order: Vec<RequestId>,
}

impl UserOperations {
    /// Observes one entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let Some(request) = entry.kind.request() else { return };
        if !ClientId::of(request).is_user() {
            return;
        }
        if matches!(entry.kind, EntryKind::Invoked { .. }) {
            if self.order.len() == MAX_OPERATIONS {
                self.entries.remove(&self.order.remove(0));
            }
            self.order.push(request);
            self.entries.insert(request, Vec::new());
        }
        if let Some(entries) = self.entries.get_mut(&request)
            && entries.len() < MAX_ENTRIES
        {
            entries.push(entry.clone());
        }
    }

    /// Returns the entries of an operation, or `None` if they are not kept.
    pub(crate) fn get(&self, request: RequestId) -> Option<&[Entry]> {
        self.entries.get(&request).map(Vec::as_slice)
    }

    /// Returns the previous and the next operation of the user.
    pub(crate) fn neighbours(&self, request: RequestId) -> [Option<RequestId>; 2] {
        let Some(place) = self.order.iter().position(|other| *other == request) else {
            return [None; 2];
        };
        let before = place.checked_sub(1).and_then(|before| self.order.get(before));
        [before.copied(), self.order.get(place + 1).copied()]
    }

    /// Returns the last operation of the user.
    pub(crate) fn last(&self) -> Option<RequestId> {
        self.order.last().copied()
    }
}
