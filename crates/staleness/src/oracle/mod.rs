//! The oracle: it sees what every node holds and what every client is told, and so knows how stale reads
//! are.
//!
//! It is told of the run by calls, in the order in which things happen, and answers with
//! [`Finding`]s. Times are in microseconds of virtual time.
//!
//! # Definitions
//!
//! A write is *acknowledged* when its client is told success. A key's acknowledged writes are numbered
//! from 1 in that order. A read *begins* when its client asks.
//!
//! - A read is *stale* when its answer does not have ([`Store::has`]) the newest write that was
//!   acknowledged before it began. It missed the writes above the highest number that it has: their
//!   number is its *version lag*, and its *age* counts from the acknowledgement of the oldest of them.
//! - A deleted or expired value *vanishes*: it shows nothing from then on. An empty answer has all writes
//!   up to the highest number that had vanished when the read began.
//! - A write *converges* when all its intended replicas have it at once. An empty copy has a write that
//!   has vanished, or that one follows which has vanished; of those that follow it, the ones that were
//!   acknowledged after it count, and those of the frontier when it was acknowledged.
//! - The *frontier* of a key are its acknowledged writes that no other acknowledged one follows. A pair of
//!   key and intended replica *diverges* while that replica lacks one of them; an empty copy does not lack
//!   what has vanished. All such pairs are the *debt*.
//! - A pending write is *lost* when its intended replicas are alike and not empty, no node anywhere has it,
//!   and either one of those replicas had it and merged it away, or no node keeps anything for others: a
//!   write that a stand-in keeps is late, not lost. This is looked at when a write to the key is
//!   acknowledged, a copy of it changes, or its replicas do.
//!
//! # Cost
//!
//! A call takes time that does not grow with the length of the run. [`Limits`] bound the memory; beyond
//! them a key costs the same for ever. A key follows 64 concurrent lines of pending writes, and a frontier
//! of 64 writes; of more the oldest is given up.

mod chunked_queue;
mod frontier;
mod hints;
mod key_index;
mod key_state;
mod ledger;
mod limits;
mod open_operation;
mod pending_list;
mod session;
mod standing;
mod store_model;
mod write_chain;
mod write_history;

use std::collections::{BTreeMap, BTreeSet};

pub use limits::Limits;
pub use standing::{Agreement, Standing};
pub use store_model::Store;

use self::chunked_queue::ChunkedQueue;
use self::hints::Hints;
use self::key_index::KeyIndex;
use self::key_state::KeyState;
use self::ledger::Ledger;
use self::open_operation::OpenOperation;
use self::session::{OwnWrite, ReadAnswer, SessionState, SessionTable};
use self::write_history::{AcknowledgedWrite, NEVER};
use crate::report::Sessions;
use crate::{Finding, Gauges, Read, Sort, Write};

/// How many of the remembered writes are kept once for all moments of a run that somebody keeps.
const CHUNK_LEN: usize = 256;

/// Sees what every node holds and what every client is told.
///
/// Each call adds what it finds to a list that [`drain`](Self::drain) empties.
#[derive(Clone, Debug)]
pub struct Oracle<S: Store> {
    ring: S::Ring,
    limits: Limits,
    key_index: KeyIndex<S>,
    keys: Vec<KeyState<S>>,
    operations: BTreeMap<S::Request, OpenOperation<S>>,
    sessions: SessionTable<S>,
    /// The key of each acknowledged write that is remembered, oldest first.
    remembered: ChunkedQueue<u32, CHUNK_LEN>,
    hints: Hints<S::Node>,
    /// The keys at which the passing of time alone changes something, by when it does.
    wakes: BTreeSet<(u64, u32)>,
    ledger: Ledger,
}

impl<S: Store> Oracle<S> {
    /// Makes an oracle of a store that holds nothing yet.
    pub fn new(ring: S::Ring, limits: Limits) -> Self {
        Self {
            ring,
            limits,
            key_index: KeyIndex::new(),
            keys: Vec::new(),
            operations: BTreeMap::new(),
            sessions: SessionTable::new(limits.sessions),
            remembered: ChunkedQueue::new(),
            hints: Hints::new(),
            wakes: BTreeSet::new(),
            ledger: Ledger::new(),
        }
    }

    /// Takes what was found since this was last called.
    pub fn drain(&mut self) -> impl Iterator<Item = Finding> {
        self.ledger.findings.drain(..)
    }

    /// Gives the next instant at which the passing of time alone changes something: a value vanishes.
    pub fn wakes_at(&self) -> Option<u64> {
        self.wakes.first().map(|it| it.0)
    }

    /// Lets time pass. Every call does so too; this one is for whoever wants to know what changes at the
    /// very instant at which it does.
    pub fn advance_to(&mut self, at: u64) {
        self.pass(at);
        self.close();
    }

    /// Who the intended replicas are has changed. Every key is looked at again.
    pub fn assigned(&mut self, at: u64, ring: S::Ring) {
        self.pass(at);
        self.ring = ring;
        let elsewhere = self.hints.held > 0;
        for ((key_index, state), key) in (0..).zip(&mut self.keys).zip(self.key_index.keys()) {
            let replicas = S::replicas(&self.ring, key);
            state.assign(at, &replicas, elsewhere, &mut self.ledger);
            schedule(state, key_index, at, &mut self.wakes);
        }
        self.close();
    }

    /// A node's copy of a key is this from now on; an empty one is forgotten.
    pub fn holds(&mut self, at: u64, node: S::Node, key: &S::Key, copy: &S::Copy) {
        self.pass(at);
        let key_index = self.key(key);
        let state = &mut self.keys[key_index as usize];
        state.hold(at, node, copy, self.hints.held > 0, &mut self.ledger);
        schedule(state, key_index, at, &mut self.wakes);
        self.close();
    }

    /// A node has lost all its copies, and all that it kept for others.
    pub fn wiped(&mut self, at: u64, node: S::Node) {
        self.pass(at);
        self.hints.keep(node, 0, 0, None);
        let elsewhere = self.hints.held > 0;
        for (key_index, state) in (0..).zip(&mut self.keys) {
            if state.wipe(at, node, elsewhere, &mut self.ledger) {
                schedule(state, key_index, at, &mut self.wakes);
            }
        }
        self.close();
    }

    /// A client asks: an operation begins.
    pub fn invoked(
        &mut self,
        at: u64,
        request: S::Request,
        client: S::Client,
        key: &S::Key,
        sort: Sort,
    ) {
        self.pass(at);
        let key = self.key(key);
        let asked = &mut self.keys[key as usize].asked;
        *asked = asked.saturating_add(1);
        let session = self.sessions.place(key, client);
        let (newest, knew) = match sort {
            Sort::Read => {
                let newest = self.keys[key as usize].history.newest();
                (newest, self.sessions.at(session).knows.clone())
            }
            Sort::Write => (None, SessionState::default()),
        };
        let open_operation = OpenOperation {
            key,
            client,
            session,
            sort,
            start: at,
            coordinated: None,
            committed: None,
            newest,
            knew,
        };
        self.operations.insert(request, open_operation);
        self.close();
    }

    /// A coordinator takes an operation up. The last one counts.
    pub fn coordinated(&mut self, at: u64, request: S::Request) {
        self.pass(at);
        if let Some(open_operation) = self.operations.get_mut(&request) {
            open_operation.coordinated = Some(at);
        }
        self.close();
    }

    /// An operation meets its quorum at its coordinator, with so many acknowledgements of `n` replicas.
    pub fn committed(&mut self, at: u64, request: S::Request, acknowledgements: u16, n: u16) {
        self.pass(at);
        if let Some(open_operation) = self.operations.get_mut(&request) {
            open_operation.committed = Some((at, n.saturating_sub(acknowledgements)));
        }
        self.close();
    }

    /// A client is told that its write was successful: the write is acknowledged. `copy` is a copy with
    /// this version alone. The instant at which it vanishes is that of the call for a delete, and that of
    /// its expiry for a value that expires.
    pub fn wrote(
        &mut self,
        at: u64,
        request: S::Request,
        write: S::Write,
        copy: &S::Copy,
        vanishes: Option<u64>,
    ) {
        self.pass(at);
        if let Some(open_operation) = self.operations.remove(&request) {
            let OpenOperation { key, client, session, start, .. } = open_operation;
            let (committed, replica_lag) = open_operation.committed.unwrap_or((at, 0));
            let latency_us = at.saturating_sub(start);
            self.ledger.findings.push(Finding::Write(Write { latency_us, replica_lag }));
            let vanishes = vanishes.unwrap_or(NEVER);
            let acknowledged = AcknowledgedWrite { write, at, vanishes };
            let (state, elsewhere) = (&mut self.keys[key as usize], self.hints.held > 0);
            let number =
                state.acknowledge(acknowledged, committed, copy, elsewhere, &mut self.ledger);
            schedule(state, key, at, &mut self.wakes);
            let session = self.sessions.find(session, key, client);
            self.sessions.at(session).knows.own = Some(OwnWrite { write, number });
            self.remember(key);
        }
        self.close();
    }

    /// A client has the answer to its read.
    pub fn read(&mut self, at: u64, request: S::Request, answer: &S::Copy) {
        self.pass(at);
        if let Some(open_operation) = self.operations.remove(&request) {
            let read = self.judge(at, &open_operation, answer);
            self.ledger.findings.push(Finding::Read(read));
        }
        self.close();
    }

    /// An operation has failed, was refused, or was given up.
    pub fn ended(&mut self, at: u64, request: S::Request) {
        self.pass(at);
        if let Some(open_operation) = self.operations.remove(&request) {
            self.ledger.findings.push(Finding::Failed(open_operation.sort));
        }
        self.close();
    }

    /// What a node keeps for others is this from now on; `oldest` is since when the oldest is kept.
    pub fn hints(&mut self, at: u64, node: S::Node, held: u32, bytes: u64, oldest: Option<u64>) {
        self.pass(at);
        self.hints.keep(node, held, bytes, oldest);
        self.close();
    }

    /// A read brought a replica versions that it lacked.
    pub fn read_repaired(&mut self) {
        self.ledger.findings.push(Finding::ReadRepaired);
    }

    /// A Merkle exchange found keys that differ.
    pub fn differing(&mut self, keys: u32) {
        self.ledger.findings.push(Finding::Differing { keys });
    }

    /// A Merkle exchange brought a replica versions of a key that it lacked.
    pub fn fixed(&mut self) {
        self.ledger.findings.push(Finding::Fixed);
    }

    /// Gives what is so as of the last call.
    pub fn gauges(&self) -> Gauges {
        Gauges {
            debt: self.ledger.debt,
            pending: self.ledger.pending.len() as u64,
            oldest_pending: self.ledger.pending.first().map(|it| it.at),
            hints: self.hints.held,
            hint_bytes: self.hints.bytes,
            oldest_hint: self.hints.oldest(),
        }
    }

    /// Lists how every key stands that was ever named, in the order in which they were first named. Looking
    /// at all of them takes time that grows with their number.
    pub fn standings(&self) -> impl Iterator<Item = Standing<'_, S>> {
        self.key_index.keys().zip(&self.keys).map(|(key, state)| Standing { key, state })
    }

    /// Gives how many acknowledged writes have not converged, by the whole second of virtual time in
    /// which they were acknowledged.
    pub const fn pending_by_second(&self) -> &BTreeMap<u64, u32> {
        &self.ledger.by_second
    }

    /// Gives how many writes had not converged when they were given up.
    pub const fn given_up(&self) -> u64 {
        self.ledger.given_up
    }

    /// Gives the violations of session guarantees so far.
    pub fn sessions(&self) -> Sessions {
        self.sessions.report()
    }

    /// Says what there is to say of a read, and tells its client's session.
    fn judge(&mut self, at: u64, open_operation: &OpenOperation<S>, answer: &S::Copy) -> Read {
        let OpenOperation { key, client, session, start, newest, knew, .. } = open_operation;
        let history = &mut self.keys[*key as usize].history;
        let behind = newest.as_ref().and_then(|newest| history.behind(answer, newest, *start));
        let seen = ReadAnswer::new(answer, history, newest.as_ref(), *start);
        let (went_back, missed_own) = (seen.went_back(knew), seen.missed_own(knew));
        let session = self.sessions.find(*session, *key, *client);
        self.sessions.at(session).knows.learn(&seen);
        self.sessions.count(*client, went_back, missed_own);
        let began = open_operation.coordinated.unwrap_or(*start);
        Read {
            latency_us: at.saturating_sub(*start),
            age_us: behind.map_or(0, |it| start.saturating_sub(it.since)),
            lag: behind.map_or(0, |it| it.writes),
            branches: S::branches(answer),
            since_commit_us: newest.map(|it| began.saturating_sub(it.committed)),
            went_back,
            missed_own,
        }
    }

    /// Gives the number of a key, which may be new.
    fn key(&mut self, key: &S::Key) -> u32 {
        let key_index = self.key_index.number(key);
        if key_index as usize == self.keys.len() {
            self.keys.push(KeyState::new(key_index, &S::replicas(&self.ring, key)));
        }
        key_index
    }

    /// Lets time pass: what vanishes by then is lacked by empty copies no longer.
    fn pass(&mut self, at: u64) {
        while let Some(&(wake, key_index)) = self.wakes.first()
            && wake <= at
        {
            let state = &mut self.keys[key_index as usize];
            state.pass(wake, &mut self.ledger);
            schedule(state, key_index, wake, &mut self.wakes);
        }
    }

    /// Remembers that a write to a key was acknowledged, and forgets the oldest of too many.
    fn remember(&mut self, key: u32) {
        self.remembered.push_back(key);
        if self.remembered.len() > self.limits.writes
            && let Some(oldest) = self.remembered.pop_front()
        {
            self.keys[oldest as usize].history.shrink();
        }
    }

    /// Ends a call: brings the books up to date.
    fn close(&mut self) {
        self.ledger.close();
        while self.ledger.pending.len() > self.limits.pending
            && let Some(oldest) = self.ledger.pending.first()
        {
            self.keys[oldest.key as usize].give_up(oldest.number, &mut self.ledger);
        }
    }
}

/// Schedules when the passing of time alone changes something at a key.
fn schedule<S: Store>(
    state: &mut KeyState<S>,
    key_index: u32,
    at: u64,
    wakes: &mut BTreeSet<(u64, u32)>,
) {
    // What should have changed before, had it been known then, changes now: time does not go back.
    let wake = state.next_wake(at).max(at);
    if wake != state.wake {
        wakes.remove(&(state.wake, key_index));
        if wake != NEVER {
            wakes.insert((wake, key_index));
        }
        state.wake = wake;
    }
}
