//! The acknowledged writes of one key, in the order of their acknowledgement.

use smallvec::SmallVec;

use super::StoreModel;
use super::chunked_queue::ChunkedQueue;
use super::store_model::is_empty;

/// In place of the instant at which a write vanishes: it never does.
pub(super) const NEVER: u64 = u64::MAX;

/// The number of consecutive writes in a chunk, which the clones of a history share.
const CHUNK_LEN: usize = 32;

/// The number of writes that an answer is compared with before the result is remembered.
const SHALLOW: u64 = 32;
/// For how many different answers results are remembered.
const COMPARED_MAX: usize = 4;

/// An acknowledged write.
#[derive(Clone, Copy, Debug)]
pub(super) struct AcknowledgedWrite<W> {
    pub(super) write: W,
    /// The instant of its acknowledgement to its client.
    pub(super) at: u64,
    /// The instant at which its value is deleted or expires.
    pub(super) vanishes: u64,
}

/// The newest write that was acknowledged before a read began.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewestWrite<W> {
    /// Its number; the first acknowledged write of a key has number 1.
    pub(super) number: u64,
    pub(super) acknowledged: AcknowledgedWrite<W>,
    /// The instant at which its coordinator had its quorum.
    pub(super) committed: u64,
}

/// The acknowledged writes that an answer missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MissedWrites {
    /// Their number.
    pub(super) writes: u64,
    /// The instant at which the oldest of them was acknowledged.
    pub(super) since: u64,
}

/// The acknowledged writes of one key, of which the newest are remembered.
#[derive(Clone, Debug)]
pub(super) struct WriteHistory<S: StoreModel> {
    /// The number of the newest write, which is how many there ever were.
    newest: u64,
    /// The instant at which the coordinator of the newest write had its quorum.
    committed: u64,
    /// The instant at which the very first write was acknowledged.
    first: u64,
    writes: ChunkedQueue<AcknowledgedWrite<S::Write>, CHUNK_LEN>,
    /// The number of writes that may be remembered.
    allowed: usize,
    /// The number of remembered writes that will vanish.
    vanishing: usize,
    /// Whether any of the forgotten writes vanishes.
    vanishing_forgotten: bool,
    compared: SmallVec<[Box<ComparedAnswer<S>>; 1]>,
    next_compared: usize,
}

/// The result of comparing an answer that is far behind. A replica that is cut off gives the same answer
/// again and again, and is further behind each time.
#[derive(Clone, Debug)]
struct ComparedAnswer<S: StoreModel> {
    answer: S::Copy,
    /// The answer was compared with all writes up to this number.
    upto: u64,
    /// The highest of their numbers that the answer has, or 0.
    had: u64,
}

impl<S: StoreModel> WriteHistory<S> {
    pub(super) fn new() -> Self {
        Self {
            newest: 0,
            committed: 0,
            first: 0,
            writes: ChunkedQueue::new(),
            allowed: 0,
            vanishing: 0,
            vanishing_forgotten: false,
            compared: SmallVec::new(),
            next_compared: 0,
        }
    }

    /// Returns how many writes were ever acknowledged.
    pub(super) const fn len(&self) -> u64 {
        self.newest
    }

    pub(super) fn newest(&self) -> Option<NewestWrite<S::Write>> {
        let (number, committed) = (self.newest, self.committed);
        self.writes.back().map(|it| NewestWrite { number, acknowledged: *it, committed })
    }

    /// Appends a write, which allows the key to remember one more, and returns its number.
    pub(super) fn append(&mut self, write: AcknowledgedWrite<S::Write>, committed: u64) -> u64 {
        self.newest += 1;
        self.committed = committed;
        if self.newest == 1 {
            self.first = write.at;
        }
        self.vanishing += usize::from(write.vanishes != NEVER);
        self.writes.push_back(write);
        self.allowed += 1;
        self.forget();
        self.newest
    }

    /// Allows the key to remember one write fewer. The newest one stays in any case.
    pub(super) fn shrink(&mut self) {
        self.allowed -= 1;
        self.forget();
    }

    fn forget(&mut self) {
        while self.writes.len() > self.allowed.max(1) {
            let forgotten = self.writes.pop_front();
            if forgotten.is_some_and(|it| it.vanishes != NEVER) {
                self.vanishing -= 1;
                self.vanishing_forgotten = true;
            }
        }
    }

    /// Returns the number of the newest forgotten write, or 0.
    pub(super) fn base(&self) -> u64 {
        self.newest - self.writes.len() as u64
    }

    fn get(&self, number: u64) -> Option<&AcknowledgedWrite<S::Write>> {
        let index = number.checked_sub(self.base() + 1)?;
        self.writes.get(index as usize)
    }

    /// Returns the number of a write, or `None` if it is not remembered.
    pub(super) fn number(&self, write: S::Write) -> Option<u64> {
        let since = self.writes.newest_first().position(|it| it.write == write)?;
        Some(self.newest - since as u64)
    }

    /// Returns the writes acknowledged before its read began that an answer missed, or `None` for a fresh
    /// answer.
    pub(super) fn missed(
        &mut self,
        answer: &S::Copy,
        newest: &NewestWrite<S::Write>,
        start: u64,
    ) -> Option<MissedWrites> {
        if is_empty::<S>(answer) {
            let had = self.vanished(newest, start);
            return (had < newest.number).then(|| self.missed_above(had, newest));
        }
        if S::has(answer, newest.acknowledged.write) {
            return None;
        }
        let had = self.highest(answer, newest.number - 1);
        Some(self.missed_above(had, newest))
    }

    /// Returns the highest number of a write that had vanished when a read began, up to the newest one
    /// acknowledged before that, or 0 if none had. An empty answer has all writes up to that number.
    pub(super) fn vanished(&self, newest: &NewestWrite<S::Write>, start: u64) -> u64 {
        if newest.acknowledged.vanishes <= start {
            return newest.number;
        }
        let base = self.base();
        let found = if self.vanishing == 0 {
            None
        } else {
            let numbers = (base + 1..newest.number).rev();
            numbers
                .zip(self.writes.newest_first().skip((self.newest - newest.number + 1) as usize))
                .find_map(|(number, it)| (it.vanishes <= start).then_some(number))
        };
        // Forgotten writes may have vanished, and are not counted as missed.
        let forgotten = if self.vanishing_forgotten { base } else { 0 };
        found.unwrap_or(forgotten.min(newest.number - 1))
    }

    /// Returns the highest number, up to a limit, of a remembered write that the answer has. If it has
    /// none of them, returns the number of the newest forgotten write, or 0.
    fn highest(&mut self, answer: &S::Copy, limit: u64) -> u64 {
        let base = self.base();
        let shallow = base.max(limit.saturating_sub(SHALLOW));
        if let Some(had) = self.highest_in(answer, shallow, limit) {
            return had;
        }
        if shallow <= base {
            return base.min(limit);
        }
        let entry = self.compared.iter().position(|entry| S::same_versions(&entry.answer, answer));
        let known = entry.map(|index| &self.compared[index]).filter(|entry| entry.had <= limit);
        let (upto, had) = known.map_or((0, 0), |entry| (entry.upto, entry.had));
        let found = self.highest_in(answer, base.max(upto.min(shallow)), shallow);
        let had = found.unwrap_or(had);
        self.remember_comparison(
            entry,
            ComparedAnswer { answer: answer.clone(), upto: limit, had },
        );
        had.max(base)
    }

    /// Returns the highest number above `low`, up to `high`, of a write that the answer has.
    fn highest_in(&self, answer: &S::Copy, low: u64, high: u64) -> Option<u64> {
        let has = |number: &u64| self.get(*number).is_some_and(|it| S::has(answer, it.write));
        (low + 1..=high).rev().find(has)
    }

    fn remember_comparison(&mut self, index: Option<usize>, entry: ComparedAnswer<S>) {
        match index {
            // A read that began earlier and returns later was compared with fewer writes.
            Some(index) if self.compared[index].upto > entry.upto => {}
            Some(index) => *self.compared[index] = entry,
            None if self.compared.len() < COMPARED_MAX => self.compared.push(Box::new(entry)),
            None => {
                *self.compared[self.next_compared] = entry;
                self.next_compared = (self.next_compared + 1) % COMPARED_MAX;
            }
        }
    }

    /// Returns the writes with numbers above `had`.
    fn missed_above(&self, had: u64, newest: &NewestWrite<S::Write>) -> MissedWrites {
        let since = match self.get(had + 1) {
            Some(write) => write.at,
            None if had == 0 => self.first,
            None => newest.acknowledged.at,
        };
        MissedWrites { writes: newest.number - had, since }
    }
}
