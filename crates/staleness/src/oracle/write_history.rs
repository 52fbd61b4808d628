//! The acknowledged writes of one key, in the order of their acknowledgement.

use smallvec::SmallVec;

use super::Store;
use super::chunked_queue::ChunkedQueue;
use super::store_model::is_empty;

/// In place of the time at which a write vanishes: it never does.
pub(super) const NEVER: u64 = u64::MAX;

/// How many writes that follow each other are kept once for all moments of a run that somebody keeps.
const CHUNK_LEN: usize = 32;

/// How many numbers an answer is compared with before a note is kept of how far that went.
const SHALLOW: u64 = 32;
/// For how many different answers such notes are kept.
const COMPARED_MAX: usize = 4;

/// An acknowledged write.
#[derive(Clone, Copy, Debug)]
pub(super) struct AcknowledgedWrite<W> {
    pub(super) write: W,
    /// When its client was told.
    pub(super) at: u64,
    /// When it shows nothing any more.
    pub(super) vanishes: u64,
}

/// The newest write that was acknowledged before a read began.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewestWrite<W> {
    /// Its number: the first write that is acknowledged has number 1.
    pub(super) number: u64,
    pub(super) is: AcknowledgedWrite<W>,
    /// When its coordinator had its quorum.
    pub(super) committed: u64,
}

/// By how much an answer is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MissedWrites {
    /// How many acknowledged writes it missed.
    pub(super) writes: u64,
    /// When the oldest of them was acknowledged.
    pub(super) since: u64,
}

/// The acknowledged writes of one key; those that are remembered are the last ones.
#[derive(Clone, Debug)]
pub(super) struct WriteHistory<S: Store> {
    /// The number of the newest one: how many there ever were.
    newest: u64,
    /// When its coordinator had its quorum.
    committed: u64,
    /// When the very first one was acknowledged.
    first: u64,
    writes: ChunkedQueue<AcknowledgedWrite<S::Write>, CHUNK_LEN>,
    /// How many may be remembered.
    allowed: usize,
    /// How many of the remembered ones vanish some day, and whether any of the forgotten ones does.
    vanishing: usize,
    vanishing_forgotten: bool,
    notes: SmallVec<[Box<ComparedAnswer<S>>; 1]>,
    next_note: usize,
}

/// How far an answer that is far behind has been compared. A replica that is cut off gives the same
/// answer again and again, and is further behind each time.
#[derive(Clone, Debug)]
struct ComparedAnswer<S: Store> {
    answer: S::Copy,
    /// All numbers up to this one were considered...
    upto: u64,
    /// ...and this is the highest that the answer has, or 0.
    had: u64,
}

impl<S: Store> WriteHistory<S> {
    pub(super) fn new() -> Self {
        Self {
            newest: 0,
            committed: 0,
            first: 0,
            writes: ChunkedQueue::new(),
            allowed: 0,
            vanishing: 0,
            vanishing_forgotten: false,
            notes: SmallVec::new(),
            next_note: 0,
        }
    }

    /// Gives how many writes were ever acknowledged.
    pub(super) const fn len(&self) -> u64 {
        self.newest
    }

    pub(super) fn newest(&self) -> Option<NewestWrite<S::Write>> {
        let (number, committed) = (self.newest, self.committed);
        self.writes.back().map(|it| NewestWrite { number, is: *it, committed })
    }

    /// Appends a write, which gives the key room for one more; gives its number.
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

    /// Takes room for one write away. The newest one stays in any case.
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

    /// Gives the number of the newest write that is not remembered.
    pub(super) fn base(&self) -> u64 {
        self.newest - self.writes.len() as u64
    }

    fn get(&self, number: u64) -> Option<&AcknowledgedWrite<S::Write>> {
        let index = number.checked_sub(self.base() + 1)?;
        self.writes.get(index as usize)
    }

    /// Gives the number of a write, where it is remembered.
    pub(super) fn number(&self, write: S::Write) -> Option<u64> {
        let since = self.writes.newest_first().position(|it| it.write == write)?;
        Some(self.newest - since as u64)
    }

    /// Tells how far an answer is behind what was acknowledged when its read began; none for a fresh one.
    pub(super) fn behind(
        &mut self,
        answer: &S::Copy,
        newest: &NewestWrite<S::Write>,
        start: u64,
    ) -> Option<MissedWrites> {
        if is_empty::<S>(answer) {
            let had = self.vanished(newest, start);
            return (had < newest.number).then(|| self.missed(had, newest));
        }
        if S::has(answer, newest.is.write) {
            return None;
        }
        let had = self.highest(answer, newest.number - 1);
        Some(self.missed(had, newest))
    }

    /// Gives the highest number, up to that of the newest write before a read began, of those that had
    /// vanished by then: all up to there is what an empty answer has. Zero where none had.
    pub(super) fn vanished(&self, newest: &NewestWrite<S::Write>, start: u64) -> u64 {
        if newest.is.vanishes <= start {
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
        // What is forgotten may have vanished, and is not counted as missed.
        let forgotten = if self.vanishing_forgotten { base } else { 0 };
        found.unwrap_or(forgotten.min(newest.number - 1))
    }

    /// Gives the highest number up to a limit of a write that the answer has, as far as remembered; the
    /// newest number that is not remembered, or 0, where it has none of those.
    fn highest(&mut self, answer: &S::Copy, limit: u64) -> u64 {
        let base = self.base();
        let shallow = base.max(limit.saturating_sub(SHALLOW));
        if let Some(had) = self.highest_in(answer, shallow, limit) {
            return had;
        }
        if shallow <= base {
            return base.min(limit);
        }
        let note = self.notes.iter().position(|note| S::alike(&note.answer, answer));
        let known = note.map(|index| &self.notes[index]).filter(|note| note.had <= limit);
        let (upto, had) = known.map_or((0, 0), |note| (note.upto, note.had));
        let found = self.highest_in(answer, base.max(upto.min(shallow)), shallow);
        let had = found.unwrap_or(had);
        self.keep(note, ComparedAnswer { answer: answer.clone(), upto: limit, had });
        had.max(base)
    }

    /// Gives the highest number above `low`, up to `high`, of a write that the answer has.
    fn highest_in(&self, answer: &S::Copy, low: u64, high: u64) -> Option<u64> {
        let has = |number: &u64| self.get(*number).is_some_and(|it| S::has(answer, it.write));
        (low + 1..=high).rev().find(has)
    }

    fn keep(&mut self, index: Option<usize>, note: ComparedAnswer<S>) {
        match index {
            // A read that began earlier and returns later knows less.
            Some(index) if self.notes[index].upto > note.upto => {}
            Some(index) => *self.notes[index] = note,
            None if self.notes.len() < COMPARED_MAX => self.notes.push(Box::new(note)),
            None => {
                *self.notes[self.next_note] = note;
                self.next_note = (self.next_note + 1) % COMPARED_MAX;
            }
        }
    }

    fn missed(&self, had: u64, newest: &NewestWrite<S::Write>) -> MissedWrites {
        let since = match self.get(had + 1) {
            Some(write) => write.at,
            None if had == 0 => self.first,
            None => newest.is.at,
        };
        MissedWrites { writes: newest.number - had, since }
    }
}
