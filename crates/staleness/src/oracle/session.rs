//! Sessions: what each client has seen of each key, and the reads that violated a session guarantee.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::StoreModel;
use super::store_model::is_empty;
use super::write_history::{NewestWrite, WriteHistory};
use crate::report::{ClientSessions, Sessions};

/// The most versions remembered of those that a client has seen of a key.
const SEEN_MAX: usize = 32;

/// A version that a read returned to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeenVersion<W> {
    pub(super) write: W,
    /// The number of writes acknowledged by then, which stands for its number if it has none itself.
    pub(super) upto: u64,
}

/// An acknowledged write by the client itself, with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnWrite<W> {
    pub(super) write: W,
    pub(super) number: u64,
}

/// The versions of a key that a client has seen and written.
#[derive(Debug)]
pub(super) struct SessionState<W> {
    /// The versions that reads returned to it, without those that a later answer follows.
    pub(super) seen: SmallVec<[SeenVersion<W>; 1]>,
    /// Its newest acknowledged write.
    pub(super) own: Option<OwnWrite<W>>,
}

impl<W> Default for SessionState<W> {
    fn default() -> Self {
        Self { seen: SmallVec::new(), own: None }
    }
}

impl<W: Copy> Clone for SessionState<W> {
    fn clone(&self) -> Self {
        // Much quicker than cloning one by one.
        Self { seen: SmallVec::from_slice(&self.seen), own: self.own }
    }
}

/// One client's session at one key.
#[derive(Clone, Debug)]
pub(super) struct Session<S: StoreModel> {
    key: u32,
    client: S::Client,
    pub(super) state: SessionState<S::Write>,
    /// Whether it was used again since it began or was last considered for eviction.
    used: bool,
}

/// The answer to a read that began at some instant.
pub(super) struct ReadAnswer<'a, S: StoreModel> {
    copy: &'a S::Copy,
    history: &'a WriteHistory<S>,
    /// For an empty answer, the number up to which all writes had vanished when the read began.
    vanished: Option<u64>,
    /// The highest number that a forgotten write may have.
    forgotten: u64,
}

impl<'a, S: StoreModel> ReadAnswer<'a, S> {
    pub(super) fn new(
        copy: &'a S::Copy,
        history: &'a WriteHistory<S>,
        newest: Option<&NewestWrite<S::Write>>,
        start: u64,
    ) -> Self {
        let vanished = || newest.map_or(0, |newest| history.vanished(newest, start));
        // Forgotten writes count in the answer's favour.
        let forgotten = match (history.base(), newest) {
            (0, _) => u64::MAX,
            (base, newest) => newest.map_or(0, |newest| base.min(newest.number - 1)),
        };
        Self { copy, history, vanished: is_empty::<S>(copy).then(vanished), forgotten }
    }

    fn has_seen(&self, seen: &SeenVersion<S::Write>) -> bool {
        match self.vanished {
            // If nothing has vanished, an answer without a version has nothing.
            Some(0) => false,
            Some(vanished) => {
                let number = self.history.number(seen.write);
                number.unwrap_or(seen.upto.min(self.forgotten)) <= vanished
            }
            None => S::has(self.copy, seen.write),
        }
    }

    fn has_own(&self, own: &OwnWrite<S::Write>) -> bool {
        match self.vanished {
            Some(vanished) => own.number <= vanished,
            None => S::has(self.copy, own.write),
        }
    }

    /// Whether it lacks a version that its client had read before.
    pub(super) fn went_back(&self, known: &SessionState<S::Write>) -> bool {
        !known.seen.iter().all(|seen| self.has_seen(seen))
    }

    /// Whether it lacks what its client had itself written before.
    pub(super) fn missed_own(&self, known: &SessionState<S::Write>) -> bool {
        !known.own.as_ref().is_none_or(|own| self.has_own(own))
    }
}

impl<W: Ord + Copy> SessionState<W> {
    /// Records an answer.
    pub(super) fn learn<S: StoreModel<Write = W>>(&mut self, answer: &ReadAnswer<'_, S>) {
        self.seen.retain(|seen| !answer.has_seen(seen));
        // A write that the client has seen vanish is not expected again.
        if answer.vanished.is_some() {
            self.own = self.own.take_if(|own| !answer.has_own(own));
        }
        let upto = answer.history.len();
        self.seen.extend(S::writes(answer.copy).map(|write| SeenVersion { write, upto }));
        let surplus = self.seen.len().saturating_sub(SEEN_MAX);
        self.seen.drain(..surplus);
    }
}

/// All sessions.
#[derive(Clone, Debug)]
pub(super) struct SessionTable<S: StoreModel> {
    sessions: Vec<Session<S>>,
    /// The slot of each in `sessions`, by key and client.
    slots: Vec<BTreeMap<S::Client, u32>>,
    limit: usize,
    /// The slot that is considered next for eviction.
    next_candidate: usize,
    /// The number of reads that went back and of reads that missed their client's own writes, by client.
    violations: BTreeMap<S::Client, [u64; 2]>,
}

impl<S: StoreModel> SessionTable<S> {
    pub(super) fn new(limit: usize) -> Self {
        let (sessions, slots) = (Vec::new(), Vec::new());
        Self {
            sessions,
            slots,
            limit: limit.max(1),
            next_candidate: 0,
            violations: BTreeMap::new(),
        }
    }

    /// Returns the slot of a client's session at a key, which may be new.
    pub(super) fn slot(&mut self, key: u32, client: S::Client) -> u32 {
        if self.slots.len() <= key as usize {
            self.slots.resize_with(key as usize + 1, BTreeMap::new);
        }
        if let Some(slot) = self.slots[key as usize].get(&client) {
            self.sessions[*slot as usize].used = true;
            return *slot;
        }
        let session = Session { key, client, state: SessionState::default(), used: false };
        let slot = if self.sessions.len() < self.limit {
            self.sessions.push(session);
            self.sessions.len() - 1
        } else {
            let slot = self.next_unused();
            let forgotten = std::mem::replace(&mut self.sessions[slot], session);
            self.slots[forgotten.key as usize].remove(&forgotten.client);
            slot
        };
        self.slots[key as usize].insert(client, slot as u32);
        slot as u32
    }

    /// Returns the slot of a client's session at a key, which last was in `slot`.
    pub(super) fn find(&mut self, slot: u32, key: u32, client: S::Client) -> u32 {
        let is_it = |it: &Session<S>| it.key == key && it.client == client;
        if self.sessions.get(slot as usize).is_some_and(is_it) {
            return slot;
        }
        self.slot(key, client)
    }

    /// Returns the session in a slot.
    pub(super) fn get_mut(&mut self, slot: u32) -> &mut Session<S> {
        &mut self.sessions[slot as usize]
    }

    /// Counts the violations of a read.
    pub(super) fn count(&mut self, client: S::Client, went_back: bool, missed_own: bool) {
        if went_back || missed_own {
            let [back, own] = self.violations.entry(client).or_default();
            *back += u64::from(went_back);
            *own += u64::from(missed_own);
        }
    }

    /// Returns all violations.
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

    /// Returns the slot of the next session that was not used since it was last considered.
    fn next_unused(&mut self) -> usize {
        loop {
            let slot = self.next_candidate;
            self.next_candidate = (self.next_candidate + 1) % self.sessions.len();
            if !std::mem::take(&mut self.sessions[slot].used) {
                return slot;
            }
        }
    }
}
