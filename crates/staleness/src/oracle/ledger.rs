//! What all keys' pending writes and divergent pairs come to.

use std::collections::{BTreeMap, VecDeque};

use super::line::Pending;
use crate::Finding;

const SECOND_US: u64 = 1_000_000;

/// What all keys' pending writes and divergent pairs come to, and what was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) findings: Vec<Finding>,
    /// Divergent pairs of key and intended replica.
    pub(super) debt: u64,
    /// Pairs that began and that ended in this call.
    accrued: u32,
    paid: u32,
    /// How many writes are pending.
    pub(super) pending: u64,
    /// The same by the second in which they were acknowledged.
    pub(super) by_second: BTreeMap<u64, u32>,
    /// The pending writes of all keys, oldest first, among others that are pending no more.
    pub(super) queue: VecDeque<Queued>,
    /// Whether a write has left since the queue was last tidied.
    pub(super) untidy: bool,
    pub(super) given_up: u64,
}

/// A write that was pending when it was queued.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queued {
    pub(super) key: u32,
    pub(super) number: u64,
    pub(super) at: u64,
}

impl Ledger {
    /// Begins to follow a pending write.
    pub(super) fn follow(&mut self, queued: Queued) {
        self.pending += 1;
        *self.by_second.entry(queued.at / SECOND_US).or_default() += 1;
        self.queue.push_back(queued);
    }

    /// A write is pending no more, acknowledged at that instant.
    fn leave(&mut self, at: u64) {
        self.pending -= 1;
        self.untidy = true;
        let second = at / SECOND_US;
        if let Some(count) = self.by_second.get_mut(&second) {
            *count -= 1;
            if *count == 0 {
                self.by_second.remove(&second);
            }
        }
    }

    pub(super) fn converged<W>(&mut self, at: u64, write: &Pending<W>) {
        self.leave(write.at);
        self.findings.push(Finding::Converged { took_us: at.saturating_sub(write.at) });
    }

    pub(super) fn lost<W>(&mut self, write: &Pending<W>) {
        self.leave(write.at);
        self.findings.push(Finding::Lost);
    }

    pub(super) fn give_up<W>(&mut self, write: &Pending<W>) {
        self.leave(write.at);
        self.given_up += 1;
    }

    /// A pair of key and intended replica diverges from now on, or does so no more.
    pub(super) fn diverges(&mut self, does: bool) {
        if does {
            self.debt += 1;
            self.accrued += 1;
        } else {
            self.debt -= 1;
            self.paid += 1;
        }
    }

    /// Tells what pairs began and ended in this call.
    pub(super) fn close(&mut self) {
        if self.accrued > 0 {
            self.findings.push(Finding::Accrued { pairs: self.accrued });
        }
        if self.paid > 0 {
            self.findings.push(Finding::Paid { pairs: self.paid });
        }
        (self.accrued, self.paid) = (0, 0);
    }

    /// Drops what is pending no more from the front of the queue, and from all of it where that is most
    /// of it.
    pub(super) fn tidy(&mut self, is_pending: impl Fn(&Queued) -> bool) {
        self.untidy = false;
        while self.queue.pop_front_if(|it| !is_pending(it)).is_some() {}
        if self.queue.len() as u64 > self.pending / 2 * 3 + 1024 {
            self.queue.retain(is_pending);
        }
    }
}
