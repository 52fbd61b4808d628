//! What one client was told of one key, and by how many reads it was told less than before.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::Store;
use super::store_model::is_empty;
use super::write_history::{NewestWrite, WriteHistory};
use crate::report::{ClientSessions, Sessions};

/// How many names of versions are kept of what a client was told of a key.
const SEEN_MAX: usize = 32;

/// The name of a version that a client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeenVersion<W> {
    pub(super) write: W,
    /// How many writes had been acknowledged by then: its place among them, unless it has one itself.
    pub(super) upto: u64,
}

/// An acknowledged write of a client's own, with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnWrite<W> {
    pub(super) write: W,
    pub(super) number: u64,
}

/// What a client knows of a key.
#[derive(Debug)]
pub(super) struct SessionState<W> {
    /// The versions that reads have told it, without those that a later answer follows.
    pub(super) told: SmallVec<[SeenVersion<W>; 1]>,
    /// Its newest acknowledged write.
    pub(super) own: Option<OwnWrite<W>>,
}

impl<W> Default for SessionState<W> {
    fn default() -> Self {
        Self { told: SmallVec::new(), own: None }
    }
}

impl<W: Copy> Clone for SessionState<W> {
    fn clone(&self) -> Self {
        // Much quicker than cloning one by one.
        Self { told: SmallVec::from_slice(&self.told), own: self.own }
    }
}

/// One client's session at one key.
#[derive(Clone, Debug)]
pub(super) struct Session<S: Store> {
    key: u32,
    client: S::Client,
    pub(super) knows: SessionState<S::Write>,
    /// Whether it was used again since it began, or was last considered for being forgotten.
    used: bool,
}

/// An answer, as seen by a read that began at some instant.
pub(super) struct ReadAnswer<'a, S: Store> {
    copy: &'a S::Copy,
    history: &'a WriteHistory<S>,
    /// For an empty answer: the number up to which all had vanished when the read began.
    vanished: Option<u64>,
    /// The highest number that a write may have which is not among those that are remembered.
    forgotten: u64,
}

impl<'a, S: Store> ReadAnswer<'a, S> {
    pub(super) fn new(
        copy: &'a S::Copy,
        history: &'a WriteHistory<S>,
        newest: Option<&NewestWrite<S::Write>>,
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

    fn has_told(&self, told: &SeenVersion<S::Write>) -> bool {
        match self.vanished {
            // Where nothing has vanished, an answer without a version has nothing.
            Some(0) => false,
            Some(vanished) => {
                let number = self.history.number(told.write);
                number.unwrap_or(told.upto.min(self.forgotten)) <= vanished
            }
            None => S::has(self.copy, told.write),
        }
    }

    fn has_own(&self, own: &OwnWrite<S::Write>) -> bool {
        match self.vanished {
            Some(vanished) => own.number <= vanished,
            None => S::has(self.copy, own.write),
        }
    }

    /// Tells whether it lacks what its client had read before.
    pub(super) fn went_back(&self, knew: &SessionState<S::Write>) -> bool {
        !knew.told.iter().all(|told| self.has_told(told))
    }

    /// Tells whether it lacks what its client had itself written before.
    pub(super) fn missed_own(&self, knew: &SessionState<S::Write>) -> bool {
        !knew.own.as_ref().is_none_or(|own| self.has_own(own))
    }
}

impl<W: Ord + Copy> SessionState<W> {
    /// Takes note of an answer.
    pub(super) fn learn<S: Store<Write = W>>(&mut self, answer: &ReadAnswer<'_, S>) {
        self.told.retain(|told| !answer.has_told(told));
        // What has vanished, as the client has seen, is not expected again.
        if answer.vanished.is_some() {
            self.own = self.own.take_if(|own| !answer.has_own(own));
        }
        let upto = answer.history.len();
        self.told.extend(S::writes(answer.copy).map(|write| SeenVersion { write, upto }));
        let surplus = self.told.len().saturating_sub(SEEN_MAX);
        self.told.drain(..surplus);
    }
}

/// All sessions.
#[derive(Clone, Debug)]
pub(super) struct SessionTable<S: Store> {
    sessions: Vec<Session<S>>,
    /// The place of each among them, by key and client.
    places: Vec<BTreeMap<S::Client, u32>>,
    limit: usize,
    /// Which of them is considered next for being forgotten.
    hand: usize,
    /// Reads that went back, and reads that missed their client's own writes, by client.
    violations: BTreeMap<S::Client, [u64; 2]>,
}

impl<S: Store> SessionTable<S> {
    pub(super) fn new(limit: usize) -> Self {
        let (sessions, places) = (Vec::new(), Vec::new());
        Self { sessions, places, limit: limit.max(1), hand: 0, violations: BTreeMap::new() }
    }

    /// Gives the place of a client's session at a key, which may be new.
    pub(super) fn place(&mut self, key: u32, client: S::Client) -> u32 {
        if self.places.len() <= key as usize {
            self.places.resize_with(key as usize + 1, BTreeMap::new);
        }
        if let Some(place) = self.places[key as usize].get(&client) {
            self.sessions[*place as usize].used = true;
            return *place;
        }
        let session = Session { key, client, knows: SessionState::default(), used: false };
        let place = if self.sessions.len() < self.limit {
            self.sessions.push(session);
            self.sessions.len() - 1
        } else {
            let place = self.unused();
            let forgotten = std::mem::replace(&mut self.sessions[place], session);
            self.places[forgotten.key as usize].remove(&forgotten.client);
            place
        };
        self.places[key as usize].insert(client, place as u32);
        place as u32
    }

    /// Gives the place of a client's session at a key, which was at this place before.
    pub(super) fn find(&mut self, place: u32, key: u32, client: S::Client) -> u32 {
        let is_it = |it: &Session<S>| it.key == key && it.client == client;
        if self.sessions.get(place as usize).is_some_and(is_it) {
            return place;
        }
        self.place(key, client)
    }

    /// Gives the session at a place.
    pub(super) fn at(&mut self, place: u32) -> &mut Session<S> {
        &mut self.sessions[place as usize]
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

    /// Gives the place of the next session that was not used since it was last considered.
    fn unused(&mut self) -> usize {
        loop {
            let place = self.hand;
            self.hand = (self.hand + 1) % self.sessions.len();
            if !std::mem::take(&mut self.sessions[place].used) {
                return place;
            }
        }
    }
}
