//! What one client was told of one key, and by how many reads it was told less than before.

use std::collections::{BTreeMap, VecDeque};

use smallvec::SmallVec;

use super::Store;
use super::history::{History, Newest};
use super::store::is_empty;
use crate::report::{ClientSessions, Sessions};

/// How many names of versions are kept of what a client was told of a key.
const TOLD: usize = 32;

/// The name of a version that a client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told<W> {
    pub(super) write: W,
    /// How many writes had been acknowledged by then: its place among them, unless it has one itself.
    pub(super) upto: u64,
}

/// An acknowledged write of a client's own, with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Own<W> {
    pub(super) write: W,
    pub(super) number: u64,
}

/// What a client knows of a key.
#[derive(Clone, Debug)]
pub(super) struct Knows<W> {
    /// The versions that reads have told it, without those that a later answer follows.
    pub(super) told: SmallVec<[Told<W>; 2]>,
    /// Its newest acknowledged write.
    pub(super) own: Option<Own<W>>,
}

impl<W> Default for Knows<W> {
    fn default() -> Self {
        Self { told: SmallVec::new(), own: None }
    }
}

/// One client's session at one key.
#[derive(Clone, Debug)]
struct Session<W> {
    knows: Knows<W>,
    /// Whether it was used since it was last considered for being forgotten.
    used: bool,
}

/// An answer, as seen by a read that began at some instant.
pub(super) struct Answer<'a, S: Store> {
    copy: &'a S::Copy,
    history: &'a History<S>,
    /// For an empty answer: the number up to which all had vanished when the read began.
    vanished: Option<u64>,
    /// The highest number that a write may have which is not among those that are remembered.
    forgotten: u64,
}

impl<'a, S: Store> Answer<'a, S> {
    pub(super) fn new(
        copy: &'a S::Copy,
        history: &'a History<S>,
        newest: Option<&Newest<S::Write>>,
        start: u64,
    ) -> Self {
        let vanished = || newest.map_or(0, |newest| history.vanished(newest, start));
        // What is forgotten counts in the answer's favour.
        let forgotten = match (history.base(), newest) {
            (0, _) => u64::MAX,
            (base, newest) => newest.map_or(0, |newest| base.min(newest.number - 1)),
        };
        Self { copy, history, vanished: is_empty::<S>(copy).then(vanished), forgotten }
    }

    fn has_told(&self, told: &Told<S::Write>) -> bool {
        match self.vanished {
            Some(vanished) => {
                let number = self.history.number(told.write);
                number.unwrap_or(told.upto.min(self.forgotten)) <= vanished
            }
            None => S::has(self.copy, told.write),
        }
    }

    fn has_own(&self, own: &Own<S::Write>) -> bool {
        match self.vanished {
            Some(vanished) => own.number <= vanished,
            None => S::has(self.copy, own.write),
        }
    }

    /// Tells whether it lacks what its client had read before.
    pub(super) fn went_back(&self, knew: &Knows<S::Write>) -> bool {
        !knew.told.iter().all(|told| self.has_told(told))
    }

    /// Tells whether it lacks what its client had itself written before.
    pub(super) fn missed_own(&self, knew: &Knows<S::Write>) -> bool {
        !knew.own.as_ref().is_none_or(|own| self.has_own(own))
    }
}

impl<W: Ord + Copy> Knows<W> {
    /// Takes note of an answer.
    fn learn<S: Store<Write = W>>(&mut self, answer: &Answer<'_, S>) {
        self.told.retain(|told| !answer.has_told(told));
        // What has vanished, as the client has seen, is not expected again.
        if answer.vanished.is_some() {
            self.own = self.own.take_if(|own| !answer.has_own(own));
        }
        let upto = answer.history.len();
        self.told.extend(S::writes(answer.copy).map(|write| Told { write, upto }));
        let surplus = self.told.len().saturating_sub(TOLD);
        self.told.drain(..surplus);
    }
}

/// All sessions.
#[derive(Clone, Debug)]
pub(super) struct Book<S: Store> {
    /// By key and client.
    sessions: Vec<BTreeMap<S::Client, Session<S::Write>>>,
    /// Those that there are, in the order in which they are considered for being forgotten.
    queue: VecDeque<(u32, S::Client)>,
    limit: usize,
    /// Reads that went back, and reads that missed their client's own writes, by client.
    violations: BTreeMap<S::Client, [u64; 2]>,
}

impl<S: Store> Book<S> {
    pub(super) const fn new(limit: usize) -> Self {
        Self { sessions: Vec::new(), queue: VecDeque::new(), limit, violations: BTreeMap::new() }
    }

    /// Gives what a client knows of a key.
    pub(super) fn knows(&mut self, key: u32, client: S::Client) -> Knows<S::Write> {
        let session = self.sessions.get_mut(key as usize).and_then(|it| it.get_mut(&client));
        let Some(session) = session else { return Knows::default() };
        session.used = true;
        session.knows.clone()
    }

    /// Takes note of an answer.
    pub(super) fn told(&mut self, key: u32, client: S::Client, answer: &Answer<'_, S>) {
        // Of nothing there is nothing to remember.
        if is_empty::<S>(answer.copy) && !self.has(key, client) {
            return;
        }
        self.session(key, client).learn(answer);
    }

    /// Takes note of an acknowledged write.
    pub(super) fn wrote(&mut self, key: u32, client: S::Client, own: Own<S::Write>) {
        self.session(key, client).own = Some(own);
    }

    /// Counts the violations of a read.
    pub(super) fn count(&mut self, client: S::Client, went_back: bool, missed_own: bool) {
        if went_back || missed_own {
            let [back, own] = self.violations.entry(client).or_default();
            *back += u64::from(went_back);
            *own += u64::from(missed_own);
        }
    }

    /// Gives all violations.
    pub(super) fn report(&self) -> Sessions {
        let sum = |which: usize| self.violations.values().map(|it| it[which]).sum();
        let mut clients: Vec<ClientSessions> = (self.violations.iter())
            .map(|(client, [monotonic_reads, read_your_writes])| ClientSessions {
                client: (*client).into(),
                monotonic_reads: *monotonic_reads,
                read_your_writes: *read_your_writes,
            })
            .collect();
        clients.sort_by_key(|it| (u64::MAX - it.monotonic_reads - it.read_your_writes, it.client));
        Sessions { monotonic_reads: sum(0), read_your_writes: sum(1), clients }
    }

    fn has(&self, key: u32, client: S::Client) -> bool {
        self.sessions.get(key as usize).is_some_and(|it| it.contains_key(&client))
    }

    fn session(&mut self, key: u32, client: S::Client) -> &mut Knows<S::Write> {
        if !self.has(key, client) {
            self.make_room();
            self.queue.push_back((key, client));
        }
        if self.sessions.len() <= key as usize {
            self.sessions.resize_with(key as usize + 1, BTreeMap::new);
        }
        let new = || Session { knows: Knows::default(), used: false };
        let session = self.sessions[key as usize].entry(client).or_insert_with(new);
        session.used = true;
        &mut session.knows
    }

    /// Forgets the first session of the queue that was not used since it was last considered.
    fn make_room(&mut self) {
        while self.queue.len() >= self.limit.max(1) {
            let Some((key, client)) = self.queue.pop_front() else { return };
            let of_key = &mut self.sessions[key as usize];
            match of_key.get_mut(&client) {
                Some(session) if session.used => {
                    session.used = false;
                    self.queue.push_back((key, client));
                }
                _ => drop(of_key.remove(&client)),
            }
        }
    }
}
