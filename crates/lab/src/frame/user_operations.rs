//! The operations of the person, from their first entry to their last.

use std::collections::BTreeMap;

use ringside_sim::{ClientId, Entry, EntryKind};
use ringside_store::RequestId;

/// How many of the person's operations are remembered, and how many entries of each. An operation on
/// a hundred replicas has some six hundred.
const MOST_STORIES: usize = 64;
const MOST_ENTRIES: usize = 2_000;

/// What the journal said of each of the person's latest operations. The journal itself forgets, and a
/// fast load would wash away in a second what the class is still talking about.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserOperations {
    entries: BTreeMap<RequestId, Vec<Entry>>,
    /// The operations in the order in which they began.
    order: Vec<RequestId>,
}

impl UserOperations {
    /// Takes one entry of the journal into account.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let Some(request) = entry.kind.request() else { return };
        if !ClientId::of(request).is_user() {
            return;
        }
        if matches!(entry.kind, EntryKind::Invoked { .. }) {
            if self.order.len() == MOST_STORIES {
                self.entries.remove(&self.order.remove(0));
            }
            self.order.push(request);
            self.entries.insert(request, Vec::new());
        }
        if let Some(story) = self.entries.get_mut(&request)
            && story.len() < MOST_ENTRIES
        {
            story.push(entry.clone());
        }
    }

    /// Gives what the journal said of an operation.
    pub(crate) fn get(&self, request: RequestId) -> Option<&[Entry]> {
        self.entries.get(&request).map(Vec::as_slice)
    }

    /// Gives the person's operations before and after one.
    pub(crate) fn beside(&self, request: RequestId) -> [Option<RequestId>; 2] {
        let Some(place) = self.order.iter().position(|other| *other == request) else {
            return [None; 2];
        };
        let before = place.checked_sub(1).and_then(|before| self.order.get(before));
        [before.copied(), self.order.get(place + 1).copied()]
    }

    /// Gives the person's last operation.
    pub(crate) fn last(&self) -> Option<RequestId> {
        self.order.last().copied()
    }
}
