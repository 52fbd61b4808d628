//! A chain of pending writes to one key, each causally after the previous one.

use std::collections::VecDeque;

use smallvec::SmallVec;

use super::StoreModel;
use super::store_model::is_empty;
use super::write_history::NEVER;

/// An acknowledged write that has not converged.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingWrite<W> {
    /// Its number among its key's acknowledged writes.
    pub(super) number: u64,
    pub(super) write: W,
    /// Its slot in the list of the pending writes of all keys.
    pub(super) list_slot: u32,
    /// Whether an intended replica had it and merged it away.
    pub(super) dropped: bool,
}

/// A chain of pending writes, in the order both of acknowledgement and of causality.
///
/// Because following is transitive, the writes of a chain that a copy has are a prefix of it. So a
/// replica's state is one count, and a new copy is compared with two writes instead of all:
///
/// ```text
///   writes    w1 ─> w2 ─> w3 ─> w4        each follows the previous one
///   A, B      has has has has             had = 4
///   C         has lacks ...               had = 1: w1 has converged and leaves
/// ```
#[derive(Clone, Debug)]
pub(super) struct WriteChain<S: StoreModel> {
    writes: VecDeque<PendingWrite<S::Write>>,
    /// The number of the writes that each intended replica has, in the order of the replicas.
    had: SmallVec<[u32; 4]>,
    /// Pairs of a number and an instant, both ascending: from that instant on an empty copy counts as
    /// having the writes up to that number, because one of them, or a write that follows it, has vanished.
    vanishing: VecDeque<(u64, u64)>,
    /// The number up to which an empty copy has the writes now.
    vanished: u64,
}

impl<S: StoreModel> WriteChain<S> {
    pub(super) fn new(replicas: usize) -> Self {
        Self {
            writes: VecDeque::new(),
            had: SmallVec::from_elem(0, replicas),
            vanishing: VecDeque::new(),
            vanished: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Returns the number of the newest write, or 0 for an empty chain.
    pub(super) fn tail(&self) -> u64 {
        self.writes.back().map_or(0, |it| it.number)
    }

    /// Returns the number of the oldest write.
    pub(super) fn head(&self) -> Option<u64> {
        self.writes.front().map(|it| it.number)
    }

    /// Whether the chain is empty or its newest write is followed by the write of which `copy` is a copy
    /// with that version alone.
    pub(super) fn precedes(&self, copy: &S::Copy) -> bool {
        self.writes.back().is_none_or(|it| S::has(copy, it.write))
    }

    /// Appends a write that the chain precedes.
    pub(super) fn push(&mut self, write: PendingWrite<S::Write>) {
        self.writes.push_back(write);
    }

    /// Records that from an instant on, empty copies count as having the writes of the chain that `copy`
    /// has.
    pub(super) fn vanish(&mut self, copy: &S::Copy, at: u64) {
        let follows = self.writes.partition_point(|it| S::has(copy, it.write));
        let Some(last) = follows.checked_sub(1) else { return };
        let number = self.writes[last].number;
        if number <= self.vanished {
            return;
        }
        let index = self.vanishing.partition_point(|it| it.0 < number);
        let mut end = index;
        if let Some(next) = self.vanishing.get(index) {
            if next.1 <= at {
                return;
            }
            end += usize::from(next.0 == number);
        }
        let start = self.vanishing.partition_point(|it| it.1 < at);
        self.vanishing.drain(start..end);
        self.vanishing.insert(start, (number, at));
    }

    /// Returns the next instant at which an empty copy will count as having more writes.
    pub(super) fn next_vanishing(&self) -> u64 {
        self.vanishing.front().map_or(NEVER, |it| it.1)
    }

    /// Advances time for empty copies.
    fn advance_to(&mut self, at: u64) {
        while let Some((number, _)) = self.vanishing.pop_front_if(|it| it.1 <= at) {
            self.vanished = number;
        }
    }

    /// Updates how many writes the copy of one intended replica has. If these are fewer than before and
    /// `merged` is true, the replica has merged away the ones that it lacks.
    pub(super) fn compare(&mut self, slot: usize, copy: &S::Copy, at: u64, merged: bool) {
        let before = self.had[slot] as usize;
        let has = if is_empty::<S>(copy) {
            self.advance_to(at);
            self.writes.partition_point(|it| it.number <= self.vanished)
        } else {
            self.prefix_len(copy, before)
        };
        if merged {
            self.writes.range_mut(has.min(before)..before).for_each(|it| it.dropped = true);
        }
        self.had[slot] = has as u32;
    }

    /// Counts the writes that a copy has, starting from a guess.
    fn prefix_len(&self, copy: &S::Copy, guess: usize) -> usize {
        let (writes, len) = (&self.writes, self.writes.len());
        let has = |index: usize| S::has(copy, writes[index].write);
        if guess < len && has(guess) {
            // Nearly always the copy has all of the rest.
            if guess + 1 == len || has(len - 1) {
                return len;
            }
            return search(guess + 1, len - 1, has);
        }
        if guess > 0 && !has(guess - 1) {
            return search(0, guess - 1, has);
        }
        guess
    }

    /// Resets the counts for other intended replicas; each must be compared again afterwards.
    pub(super) fn reassign(&mut self, replicas: usize) {
        self.had = SmallVec::from_elem(0, replicas);
    }

    /// Removes and returns the oldest write, if all intended replicas have it.
    pub(super) fn pop_converged(&mut self) -> Option<PendingWrite<S::Write>> {
        if self.had.iter().min().is_none_or(|least| *least == 0) {
            return None;
        }
        self.had.iter_mut().for_each(|had| *had -= 1);
        let write = self.writes.pop_front()?;
        while self.vanishing.pop_front_if(|it| it.0 <= write.number).is_some() {}
        Some(write)
    }

    /// Whether there are writes that no intended replica has.
    pub(super) fn has_unheld(&self) -> bool {
        self.had.iter().max().is_some_and(|most| (*most as usize) < self.writes.len())
    }

    /// Removes and returns the newest write that no intended replica has and `is_lost` accepts.
    pub(super) fn pop_unheld(
        &mut self,
        mut is_lost: impl FnMut(&PendingWrite<S::Write>) -> bool,
    ) -> Option<PendingWrite<S::Write>> {
        let held = self.had.iter().max().map_or(0, |most| *most as usize);
        let index = (held..self.writes.len()).rev().find(|index| is_lost(&self.writes[*index]))?;
        self.writes.remove(index)
    }

    /// Removes and returns the write with a number, if the chain has it.
    pub(super) fn remove(&mut self, number: u64) -> Option<PendingWrite<S::Write>> {
        // It is the oldest one, unless the key has several chains.
        let index = match self.head() {
            Some(head) if head == number => 0,
            _ => self.writes.binary_search_by_key(&number, |it| it.number).ok()?,
        };
        for had in &mut self.had {
            *had -= u32::from(*had as usize > index);
        }
        self.writes.remove(index)
    }
}

/// Returns the first index from `low` to `high` for which `has` is false; it is true for all before it.
fn search(mut low: usize, mut high: usize, has: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = usize::midpoint(low, high);
        if has(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
