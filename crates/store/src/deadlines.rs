//! Deadlines of requests in progress.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::{Instant, RequestId};

/// Deadlines by time. A request that ended keeps its entry until that would come first: most
/// requests end long before their deadline, and removing an entry from the middle of a heap costs
/// more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deadlines {
    heap: BinaryHeap<Reverse<(Instant, RequestId)>>,
}

impl Deadlines {
    /// Adds a deadline.
    pub(crate) fn push(&mut self, at: Instant, request: RequestId) {
        self.heap.push(Reverse((at, request)));
    }

    /// Returns the earliest deadline.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Removes and returns the earliest request whose deadline is not after `now`.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<RequestId> {
        self.next().filter(|&at| at <= now)?;
        self.heap.pop().map(|Reverse((_, request))| request)
    }

    /// Drops entries from the front until one is still wanted.
    pub(crate) fn retain_front(&mut self, wanted: impl Fn(RequestId) -> bool) {
        while self.heap.peek().is_some_and(|Reverse((_, request))| !wanted(*request)) {
            self.heap.pop();
        }
    }
}
