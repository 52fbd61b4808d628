//! The general checker: a search for an order of the operations that explains every result (Wing and
//! Gong, "Testing and Verifying Concurrent Objects", 1993), which remembers visited states (Lowe,
//! "Testing for Linearizability", 2017, section 4).
//!
//! The remaining events are a list. An operation whose invocation is before the first return may come
//! next; taking it removes it from the list, and a dead end puts it back. Some facts about registers
//! prune the tree, and none of them loses a linearization:
//!
//! - A read that may come next and fits comes next: it changes nothing, and no operation waits for it.
//! - An update of unknown outcome is only taken if an operation finds its value next; otherwise it may as
//!   well never take effect.
//! - Of several equal updates of unknown outcome, the one that began first is taken first.
//! - Two paths to the same set of taken operations and the same value are equivalent: only the first is
//!   followed.
//!
//! Three more look ahead, at the remaining operations that find a value and those that write it:
//!
//! - A value is not overwritten while a remaining operation finds it and none writes it again. If all
//!   values are written once, that leaves almost no choice.
//! - A write of a value that no remaining operation finds comes next as soon as none finds the current one.
//! - All values that no remaining operation finds are equivalent.

use std::collections::{BTreeMap, BTreeSet};

use super::limits::{Exhausted, SearchBudget};
use super::problem::{Effect, INITIAL, RegisterOp, ValueId, count_values};

/// The outcome of a search.
#[derive(Debug)]
pub(super) enum SearchOutcome {
    /// There is an order that explains all results.
    Explained,
    /// There is none.
    DeadEnd(DeadEnd),
    /// The search reached a limit.
    Exhausted(Exhausted),
}

/// The furthest point of a search.
#[derive(Debug, Default)]
pub(super) struct DeadEnd {
    /// The place of the return that no order could pass.
    pub(super) place: u32,
    /// The furthest order, recorded only for histories short enough to be read by people.
    pub(super) order: Vec<RegisterOp>,
}

/// The longest history whose furthest order is recorded.
const FEW: usize = 64;

/// Searches for an order that explains all results.
pub(super) fn search(ops: &[RegisterOp], meter: &mut SearchBudget) -> SearchOutcome {
    search_with(ops, true, meter)
}

/// Searches for the same, and for the furthest order: it does not look ahead, or it would stop before the
/// operation that cannot come next. For few operations.
pub(super) fn furthest(ops: &[RegisterOp], meter: &mut SearchBudget) -> SearchOutcome {
    search_with(ops, false, meter)
}

fn search_with(ops: &[RegisterOp], looks_ahead: bool, meter: &mut SearchBudget) -> SearchOutcome {
    let observed: BTreeSet<ValueId> = ops.iter().filter_map(|op| op.effect.observed()).collect();
    meter.forget();
    let is_seen =
        |op: &RegisterOp| op.effect.written().is_none_or(|value| observed.contains(&value));
    let ops: Vec<RegisterOp> =
        ops.iter().filter(|op| op.is_certain() || is_seen(op)).copied().collect();
    Search::new(&ops, looks_ahead).run(meter)
}

/// The numbers of remaining operations that write a value and that find it.
#[derive(Clone, Copy, Default)]
struct RemainingCounts {
    writers: u32,
    readers: u32,
    /// The readers that certainly took effect.
    certain_readers: u32,
}

/// The head of the list. The invocation of operation `i` is entry `2 * i + 1`, and its return the one
/// after that.
const HEAD: usize = 0;

const fn call_entry(op: usize) -> usize {
    2 * op + 1
}

const fn return_entry(op: usize) -> usize {
    2 * op + 2
}

/// A choice of the next update, with the state to restore when it is undone.
struct Choice {
    op: usize,
    /// The previous value.
    value: ValueId,
    /// Whether the previous value still had to be found.
    owed: bool,
    /// The number of operations taken before it.
    taken: usize,
}

struct Search<'ops> {
    ops: &'ops [RegisterOp],
    looks_ahead: bool,
    /// The counts of remaining operations, by value.
    left: Vec<RemainingCounts>,
    next: Vec<usize>,
    previous: Vec<usize>,
    /// The equal update of unknown outcome that must be taken before this one.
    elder: Vec<Option<usize>>,
    /// The bit of each operation in `done`, or in `unsure` for those of unknown outcome.
    bit: Vec<usize>,
    is_taken: Vec<bool>,
    /// The taken operations that are certain, as bits.
    done: Vec<u64>,
    /// All words of `done` before this one are full.
    full: usize,
    /// The taken operations of unknown outcome, as bits.
    unsure: Vec<u64>,
    /// The taken operations, in order.
    taken: Vec<usize>,
    /// The number of operations that certainly took effect.
    certain: usize,
    /// The number of them that are not taken yet.
    certain_left: usize,
    value: ValueId,
    /// Whether the value was written by an update of unknown outcome and no operation has found it yet.
    owed: bool,
    seen: BTreeSet<Box<[u64]>>,
    furthest: DeadEnd,
}

impl<'ops> Search<'ops> {
    fn new(ops: &'ops [RegisterOp], looks_ahead: bool) -> Self {
        let mut events: Vec<(u32, usize)> = Vec::with_capacity(2 * ops.len());
        let mut counts = [0, 0];
        let mut bit = Vec::with_capacity(ops.len());
        let mut elder = vec![None; ops.len()];
        let mut youngest = BTreeMap::new();
        let mut left = vec![RemainingCounts::default(); count_values(ops)];
        for (index, op) in ops.iter().enumerate() {
            adjust_remaining(&mut left, op, |count| *count += 1);
            events.push((op.invoked, call_entry(index)));
            if op.is_certain() {
                events.push((op.returned, return_entry(index)));
            } else {
                elder[index] = youngest.insert(op.effect, index);
            }
            let count = &mut counts[usize::from(!op.is_certain())];
            bit.push(*count);
            *count += 1;
        }
        events.sort_unstable();
        let (mut next, mut previous) =
            (vec![HEAD; 2 * ops.len() + 1], vec![HEAD; 2 * ops.len() + 1]);
        let mut last = HEAD;
        for (_, entry) in events {
            next[last] = entry;
            previous[entry] = last;
            last = entry;
        }
        Self {
            ops,
            looks_ahead,
            left,
            next,
            previous,
            elder,
            bit,
            is_taken: vec![false; ops.len()],
            done: vec![0; counts[0].div_ceil(64)],
            full: 0,
            unsure: vec![0; counts[1].div_ceil(64)],
            taken: Vec::new(),
            certain: counts[0],
            certain_left: counts[0],
            value: INITIAL,
            owed: false,
            seen: BTreeSet::new(),
            furthest: DeadEnd::default(),
        }
    }

    fn run(mut self, meter: &mut SearchBudget) -> SearchOutcome {
        let mut choices: Vec<Choice> = Vec::new();
        if let Err(exhausted) = self.take_what_is_free(meter) {
            return SearchOutcome::Exhausted(exhausted);
        }
        let mut entry = self.next[HEAD];
        while self.certain_left > 0 {
            if let Err(exhausted) = meter.step() {
                return SearchOutcome::Exhausted(exhausted);
            }
            if entry != HEAD && entry % 2 == 1 {
                let op = entry / 2;
                if !self.may_come(op) {
                    entry = self.next[entry];
                    continue;
                }
                match self.choose(op, meter) {
                    Ok((choice, true)) => {
                        choices.push(choice);
                        entry = self.next[HEAD];
                    }
                    Ok((choice, false)) => {
                        self.take_back(&choice);
                        entry = self.next[entry];
                    }
                    Err(exhausted) => return SearchOutcome::Exhausted(exhausted),
                }
                continue;
            }
            self.note_return(entry);
            let Some(choice) = choices.pop() else { return SearchOutcome::DeadEnd(self.furthest) };
            self.take_back(&choice);
            entry = self.next[call_entry(choice.op)];
        }
        SearchOutcome::Explained
    }

    /// Whether an update whose invocation is before the first return may come next.
    fn may_come(&self, op: usize) -> bool {
        let fits = match self.ops[op].effect {
            Effect::Read(_) => false,
            Effect::Write(_) => !self.owed,
            Effect::Cas(from, _) => from == self.value,
        };
        fits && self.elder[op].is_none_or(|elder| self.is_taken[elder])
            && (!self.looks_ahead || self.is_promising(self.ops[op]))
    }

    /// Whether the remaining operations may still find their values after an update, by their counts.
    fn is_promising(&self, op: RegisterOp) -> bool {
        let Some(written) = op.effect.written() else { return true };
        let there = self.left[self.value as usize];
        let is_reader = op.is_certain() && op.effect.observed() == Some(self.value);
        let is_kept = written == self.value
            || there.writers > 0
            || there.certain_readers == u32::from(is_reader);
        is_kept && (op.is_certain() || self.left[written as usize].readers > 0)
    }

    /// Whether a write replaces a value that no remaining operation finds with another such value.
    fn is_idle(&self, op: RegisterOp) -> bool {
        let is_over = |value: ValueId| self.left[value as usize].readers == 0;
        match op.effect {
            Effect::Write(value) => op.is_certain() && is_over(value) && is_over(self.value),
            Effect::Read(_) | Effect::Cas(..) => false,
        }
    }

    /// Takes an update and the reads that fit afterwards, and returns whether the state is new.
    fn choose(&mut self, op: usize, meter: &mut SearchBudget) -> Result<(Choice, bool), Exhausted> {
        let choice = Choice { op, value: self.value, owed: self.owed, taken: self.taken.len() };
        self.lift(op);
        self.value = self.ops[op].effect.written().unwrap_or(self.value);
        self.owed = !self.ops[op].is_certain();
        self.take_what_is_free(meter)?;
        let state = self.state();
        let size = state.len();
        let is_new = self.seen.insert(state);
        if is_new {
            meter.remember(size)?;
        }
        Ok((choice, is_new))
    }

    /// Takes every read that may come next and fits, and every write that may come next without loss.
    fn take_what_is_free(&mut self, meter: &mut SearchBudget) -> Result<(), Exhausted> {
        loop {
            let before = self.taken.len();
            self.pass(meter)?;
            // A read may have been the last one to find the current value.
            if !self.looks_ahead || self.taken.len() == before {
                return Ok(());
            }
        }
    }

    fn pass(&mut self, meter: &mut SearchBudget) -> Result<(), Exhausted> {
        let mut entry = self.next[HEAD];
        while entry != HEAD && entry % 2 == 1 {
            meter.step()?;
            let op = self.ops[entry / 2];
            if op.effect == Effect::Read(self.value) {
                self.lift(entry / 2);
                self.owed = false;
            } else if self.looks_ahead && self.is_idle(op) {
                self.lift(entry / 2);
                self.value = op.effect.written().unwrap_or(self.value);
            }
            // A removed entry still links to the one after it, unless that was its own return.
            entry = self.next[entry];
            while entry != HEAD && self.is_taken[(entry - 1) / 2] {
                entry = self.next[entry];
            }
        }
        Ok(())
    }

    fn lift(&mut self, op: usize) {
        self.unlink(call_entry(op));
        self.is_taken[op] = true;
        self.taken.push(op);
        adjust_remaining(&mut self.left, &self.ops[op], |count| *count -= 1);
        let (word, mask) = (self.bit[op] / 64, 1 << (self.bit[op] % 64));
        if self.ops[op].is_certain() {
            self.unlink(return_entry(op));
            self.certain_left -= 1;
            self.done[word] |= mask;
            while self.done.get(self.full) == Some(&u64::MAX) {
                self.full += 1;
            }
        } else {
            self.unsure[word] |= mask;
        }
    }

    /// Undoes a choice: puts back all operations taken with it, the last first, so that the list is as
    /// before.
    fn take_back(&mut self, choice: &Choice) {
        while self.taken.len() > choice.taken {
            let Some(op) = self.taken.pop() else { break };
            let (word, mask) = (self.bit[op] / 64, 1 << (self.bit[op] % 64));
            if self.ops[op].is_certain() {
                self.relink(return_entry(op));
                self.certain_left += 1;
                self.done[word] &= !mask;
                self.full = self.full.min(word);
            } else {
                self.unsure[word] &= !mask;
            }
            self.relink(call_entry(op));
            self.is_taken[op] = false;
            adjust_remaining(&mut self.left, &self.ops[op], |count| *count += 1);
        }
        (self.value, self.owed) = (choice.value, choice.owed);
    }

    fn unlink(&mut self, entry: usize) {
        let (previous, next) = (self.previous[entry], self.next[entry]);
        self.next[previous] = next;
        self.previous[next] = previous;
    }

    fn relink(&mut self, entry: usize) {
        let (previous, next) = (self.previous[entry], self.next[entry]);
        self.next[previous] = entry;
        self.previous[next] = entry;
    }

    /// Packs the state that the rest of the search depends on: the value, if a remaining operation finds
    /// it, and the taken operations. Leading full words and trailing empty words are left out, so that a
    /// long history costs no more than a short one.
    fn state(&self) -> Box<[u64]> {
        let total = self.certain - self.certain_left;
        let mut counted = self.full * 64;
        let words = self.done[self.full..].iter().take_while(|word| {
            let is_needed = counted < total;
            counted += word.count_ones() as usize;
            is_needed
        });
        let words: Vec<u64> = words.copied().collect();
        let is_over = self.looks_ahead && self.left[self.value as usize].readers == 0;
        let value =
            if is_over { u64::MAX } else { u64::from(self.value) << 1 | u64::from(self.owed) };
        let head = [value, self.full as u64];
        head.into_iter().chain(self.unsure.iter().copied()).chain(words).collect()
    }

    /// Records how far this order came: up to the return of an operation that could not be placed.
    fn note_return(&mut self, entry: usize) {
        let Some(op) = entry.checked_sub(1).map(|it| self.ops[it / 2]) else { return };
        if op.returned > self.furthest.place {
            self.furthest.place = op.returned;
            if self.ops.len() <= FEW {
                self.furthest.order = self.taken.iter().map(|&op| self.ops[op]).collect();
            }
        }
    }
}

/// Adjusts the counts of remaining operations for one operation.
fn adjust_remaining(left: &mut [RemainingCounts], op: &RegisterOp, count: impl Fn(&mut u32)) {
    if let Some(value) = op.effect.written() {
        count(&mut left[value as usize].writers);
    }
    if let Some(value) = op.effect.observed() {
        let left = &mut left[value as usize];
        count(&mut left.readers);
        if op.is_certain() {
            count(&mut left.certain_readers);
        }
    }
}
