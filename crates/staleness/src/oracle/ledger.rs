//! Pending writes and divergent pairs, summed over all keys.

use std::collections::BTreeMap;

use super::pending_list::{PendingEntry, PendingList};
use super::write_chain::PendingWrite;
use crate::Finding;
use crate::units::SECOND_US;

/// The pending writes and divergent pairs of all keys, and the findings of the current call.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    pub(super) findings: Vec<Finding>,
    /// Divergent pairs of key and intended replica.
    pub(super) debt: u64,
    /// Pairs that began to diverge in this call.
    accrued: u32,
    /// Pairs that stopped diverging in this call.
    paid: u32,
    pub(super) pending: PendingList,
    /// The number of pending writes by the second of their acknowledgement.
    pub(super) by_second: BTreeMap<u64, u32>,
    pub(super) given_up: u64,
}

impl Ledger {
    pub(super) const fn new() -> Self {
        Self {
            findings: Vec::new(),
            debt: 0,
            accrued: 0,
            paid: 0,
            pending: PendingList::new(),
            by_second: BTreeMap::new(),
            given_up: 0,
        }
    }

    /// Starts to follow a pending write and returns its slot in the list.
    pub(super) fn follow(&mut self, write: PendingEntry) -> u32 {
        *self.by_second.entry(write.at / SECOND_US).or_default() += 1;
        self.pending.push_back(write)
    }

    /// Stops following a write and returns when it was acknowledged.
    fn leave<W>(&mut self, write: &PendingWrite<W>) -> u64 {
        let PendingEntry { at, .. } = self.pending.remove(write.list_slot);
        let second = at / SECOND_US;
        if let Some(count) = self.by_second.get_mut(&second) {
            *count -= 1;
            if *count == 0 {
                self.by_second.remove(&second);
            }
        }
        at
    }

    pub(super) fn converged<W>(&mut self, at: u64, write: &PendingWrite<W>) {
        let took_us = at.saturating_sub(self.leave(write));
        self.findings.push(Finding::Converged { took_us });
    }

    pub(super) fn lost<W>(&mut self, write: &PendingWrite<W>) {
        self.leave(write);
        self.findings.push(Finding::Lost);
    }

    pub(super) fn give_up<W>(&mut self, write: &PendingWrite<W>) {
        self.leave(write);
        self.given_up += 1;
    }

    /// Records that a pair of key and intended replica began or stopped diverging.
    pub(super) fn diverges(&mut self, does: bool) {
        if does {
            self.debt += 1;
            self.accrued += 1;
        } else {
            self.debt -= 1;
            self.paid += 1;
        }
    }

    /// Adds the findings about the pairs that began and stopped diverging in this call.
    pub(super) fn close(&mut self) {
        if self.accrued > 0 {
            self.findings.push(Finding::Accrued { pairs: self.accrued });
        }
        if self.paid > 0 {
            self.findings.push(Finding::Paid { pairs: self.paid });
        }
        (self.accrued, self.paid) = (0, 0);
    }
}
