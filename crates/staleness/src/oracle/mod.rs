//! The oracle: an observer of every node's copies and every client's operations, which knows how stale
//! reads are.
//!
//! Its methods are called for each event of the run, in order, and it answers with [`Finding`]s. Times
//! are in microseconds of virtual time.
//!
//! # Definitions
//!
//! A write is *acknowledged* when its client learns of its success. A key's acknowledged writes are
//! numbered from 1 in that order. A read *begins* when its client invokes it.
//!
//! - A read is *stale* when its answer does not have ([`StoreModel::has`]) the newest write that was
//!   acknowledged before it began. It missed the writes above the highest number that it has: their
//!   count is its *version lag*, and its *age* counts from the acknowledgement of the oldest of them.
//! - A write *vanishes* when its value is deleted or expires. An empty answer has all writes up to the
//!   highest number that had vanished when the read began.
//! - A write *converges* when all its intended replicas have it at once. An empty copy has a write that
//!   has vanished, or that is followed by one that has vanished; of the writes that follow it, those
//!   acknowledged after it count, and those in the frontier when it was acknowledged.
//! - The *frontier* of a key is the set of its acknowledged writes that no other acknowledged write
//!   follows. A pair of key and intended replica *diverges* while that replica lacks one of them; an empty
//!   copy does not lack what has vanished. All such pairs are the *debt*.
//! - A pending write is *lost* when its intended replicas are equal and not empty, no node anywhere has it,
//!   and either one of those replicas had it and merged it away, or no node holds a hint: a write that a
//!   fallback holds is late, not lost. This is checked when a write to the key is acknowledged, a copy of
//!   it changes, or its replicas do.
//!
//! # Cost
//!
//! The time of a call does not grow with the length of the run. [`OracleLimits`] bound the memory; once they
//! are reached, a key's cost stays constant. A key follows at most 64 concurrent chains of pending writes,
//! and its frontier has at most 64 writes; beyond that, the oldest is given up.

mod chunked_queue;
mod frontier;
mod hints;
mod key_index;
mod key_state;
mod key_status;
mod ledger;
mod limits;
mod open_operation;
mod pending_list;
mod session;
mod store_model;
mod write_chain;
mod write_history;

use std::collections::{BTreeMap, BTreeSet};

pub use key_status::{Agreement, KeyStatus};
pub use limits::OracleLimits;
pub use store_model::StoreModel;

use self::chunked_queue::ChunkedQueue;
use self::hints::Hints;
use self::key_index::KeyIndex;
use self::key_state::KeyState;
use self::ledger::Ledger;
use self::open_operation::OpenOperation;
use self::session::{OwnWrite, ReadAnswer, SessionState, SessionTable};
use self::write_history::{AcknowledgedWrite, NEVER};
use crate::report::Sessions;
use crate::{Finding, Gauges, OperationKind, Read, Write};

/// The number of remembered writes in a chunk, which the clones of an oracle share.
const CHUNK_LEN: usize = 256;

/// An observer of every node's copies and every client's operations.
///
/// Each call appends its findings to a list that [`drain`](Self::drain) empties.
#[derive(Clone, Debug)]
pub struct Oracle<S: StoreModel> {
    ring: S::Ring,
    limits: OracleLimits,
    key_index: KeyIndex<S>,
    keys: Vec<KeyState<S>>,
    operations: BTreeMap<S::Request, OpenOperation<S>>,
    sessions: SessionTable<S>,
    /// The key of each remembered acknowledged write, oldest first.
    remembered: ChunkedQueue<u32, CHUNK_LEN>,
    hints: Hints<S::Node>,
    /// The keys at which the passing of time alone changes something, each with the instant.
    wakes: BTreeSet<(u64, u32)>,
    ledger: Ledger,
}

impl<S: StoreModel> Oracle<S> {
    /// Creates an oracle of an empty store.
    pub fn new(ring: S::Ring, limits: OracleLimits) -> Self {
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

    /// Removes and returns the findings since the last call.
    pub fn drain(&mut self) -> impl Iterator<Item = Finding> {
        self.ledger.findings.drain(..)
    }

    /// Returns the next instant at which the passing of time alone changes something: a value vanishes.
    pub fn wakes_at(&self) -> Option<u64> {
        self.wakes.first().map(|it| it.0)
    }

    /// Advances time. Every call does so too; this one is for callers that want to see a change at the
    /// very instant at which it happens.
    pub fn advance_to(&mut self, at: u64) {
        self.advance(at);
        self.close();
    }

    /// The assignment of intended replicas has changed. Every key is examined again.
    pub fn assigned(&mut self, at: u64, ring: S::Ring) {
        self.advance(at);
        self.ring = ring;
        let elsewhere = self.hints.held > 0;
        for ((key_index, state), key) in (0..).zip(&mut self.keys).zip(self.key_index.keys()) {
            let replicas = S::replicas(&self.ring, key);
            state.assign(at, &replicas, elsewhere, &mut self.ledger);
            schedule(state, key_index, at, &mut self.wakes);
        }
        self.close();
    }

    /// A node's copy of a key has changed; an empty copy is forgotten.
    pub fn holds(&mut self, at: u64, node: S::Node, key: &S::Key, copy: &S::Copy) {
        self.advance(at);
        let key_index = self.key(key);
        let state = &mut self.keys[key_index as usize];
        state.hold(at, node, copy, self.hints.held > 0, &mut self.ledger);
        schedule(state, key_index, at, &mut self.wakes);
        self.close();
    }

    /// A node has lost all its copies and all its hints.
    pub fn wiped(&mut self, at: u64, node: S::Node) {
        self.advance(at);
        self.hints.set(node, 0, 0, None);
        let elsewhere = self.hints.held > 0;
        for (key_index, state) in (0..).zip(&mut self.keys) {
            if state.wipe(at, node, elsewhere, &mut self.ledger) {
                schedule(state, key_index, at, &mut self.wakes);
            }
        }
        self.close();
    }

    /// A client has invoked an operation.
    pub fn invoked(
        &mut self,
        at: u64,
        request: S::Request,
        client: S::Client,
        key: &S::Key,
        kind: OperationKind,
    ) {
        self.advance(at);
        let key = self.key(key);
        let asked = &mut self.keys[key as usize].asked;
        *asked = asked.saturating_add(1);
        let session = self.sessions.slot(key, client);
        let (newest, known) = match kind {
            OperationKind::Read => {
                let newest = self.keys[key as usize].history.newest();
                (newest, self.sessions.get_mut(session).state.clone())
            }
            OperationKind::Write => (None, SessionState::default()),
        };
        let operation = OpenOperation {
            key,
            client,
            session,
            kind,
            start: at,
            coordinated: None,
            committed: None,
            newest,
            known,
        };
        self.operations.insert(request, operation);
        self.close();
    }

    /// A coordinator has accepted an operation. The last call for an operation counts.
    pub fn coordinated(&mut self, at: u64, request: S::Request) {
        self.advance(at);
        if let Some(operation) = self.operations.get_mut(&request) {
            operation.coordinated = Some(at);
        }
        self.close();
    }

    /// An operation has met its quorum at its coordinator, with `acknowledgements` from `n` replicas.
    pub fn committed(&mut self, at: u64, request: S::Request, acknowledgements: u16, n: u16) {
        self.advance(at);
        if let Some(operation) = self.operations.get_mut(&request) {
            operation.committed = Some((at, n.saturating_sub(acknowledgements)));
        }
        self.close();
    }

    /// A client has learned that its write succeeded: the write is acknowledged. `copy` is a copy with
    /// this version alone. A delete vanishes at the instant of the call, and a value that expires at its
    /// expiry.
    pub fn wrote(
        &mut self,
        at: u64,
        request: S::Request,
        write: S::Write,
        copy: &S::Copy,
        vanishes: Option<u64>,
    ) {
        self.advance(at);
        if let Some(operation) = self.operations.remove(&request) {
            let OpenOperation { key, client, session, start, .. } = operation;
            let (committed, replica_lag) = operation.committed.unwrap_or((at, 0));
            let latency_us = at.saturating_sub(start);
            self.ledger.findings.push(Finding::Write(Write { latency_us, replica_lag }));
            let vanishes = vanishes.unwrap_or(NEVER);
            let acknowledged = AcknowledgedWrite { write, at, vanishes };
            let (state, elsewhere) = (&mut self.keys[key as usize], self.hints.held > 0);
            let number =
                state.acknowledge(acknowledged, committed, copy, elsewhere, &mut self.ledger);
            schedule(state, key, at, &mut self.wakes);
            let session = self.sessions.find(session, key, client);
            self.sessions.get_mut(session).state.own = Some(OwnWrite { write, number });
            self.remember(key);
        }
        self.close();
    }

    /// A client has received the answer to its read.
    pub fn read(&mut self, at: u64, request: S::Request, answer: &S::Copy) {
        self.advance(at);
        if let Some(operation) = self.operations.remove(&request) {
            let read = self.judge(at, &operation, answer);
            self.ledger.findings.push(Finding::Read(read));
        }
        self.close();
    }

    /// An operation has failed, was refused, or was abandoned.
    pub fn ended(&mut self, at: u64, request: S::Request) {
        self.advance(at);
        if let Some(operation) = self.operations.remove(&request) {
            self.ledger.findings.push(Finding::Failed(operation.kind));
        }
        self.close();
    }

    /// The hints of a node have changed: their number, their size, and since when the oldest is held.
    pub fn hints(&mut self, at: u64, node: S::Node, held: u32, bytes: u64, oldest: Option<u64>) {
        self.advance(at);
        self.hints.set(node, held, bytes, oldest);
        self.close();
    }

    /// A read has repaired a replica that lacked versions.
    pub fn read_repaired(&mut self) {
        self.ledger.findings.push(Finding::ReadRepaired);
    }

    /// A Merkle exchange has found keys that differ.
    pub fn differing(&mut self, keys: u32) {
        self.ledger.findings.push(Finding::Differing { keys });
    }

    /// A Merkle exchange has brought a replica versions of a key that it lacked.
    pub fn fixed(&mut self) {
        self.ledger.findings.push(Finding::Fixed);
    }

    /// Returns the gauges as of the last call.
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

    /// Lists the status of every key ever used, in the order of first use. The time of visiting them all
    /// grows with their number.
    pub fn key_statuses(&self) -> impl Iterator<Item = KeyStatus<'_, S>> {
        self.key_index.keys().zip(&self.keys).map(|(key, state)| KeyStatus { key, state })
    }

    /// Returns the number of acknowledged writes that have not converged, by the whole second of virtual
    /// time in which they were acknowledged.
    pub const fn pending_by_second(&self) -> &BTreeMap<u64, u32> {
        &self.ledger.by_second
    }

    /// Returns how many writes were given up before they converged.
    pub const fn given_up(&self) -> u64 {
        self.ledger.given_up
    }

    /// Returns the violations of session guarantees so far.
    pub fn sessions(&self) -> Sessions {
        self.sessions.report()
    }

    /// Measures a read, and updates its client's session.
    fn judge(&mut self, at: u64, operation: &OpenOperation<S>, answer: &S::Copy) -> Read {
        let OpenOperation { key, client, session, start, newest, known, .. } = operation;
        let history = &mut self.keys[*key as usize].history;
        let missed = newest.as_ref().and_then(|newest| history.missed(answer, newest, *start));
        let read_answer = ReadAnswer::new(answer, history, newest.as_ref(), *start);
        let (went_back, missed_own) = (read_answer.went_back(known), read_answer.missed_own(known));
        let session = self.sessions.find(*session, *key, *client);
        self.sessions.get_mut(session).state.learn(&read_answer);
        self.sessions.count(*client, went_back, missed_own);
        let began = operation.coordinated.unwrap_or(*start);
        Read {
            latency_us: at.saturating_sub(*start),
            age_us: missed.map_or(0, |it| start.saturating_sub(it.since)),
            lag: missed.map_or(0, |it| it.writes),
            branches: S::branches(answer),
            since_commit_us: newest.map(|it| began.saturating_sub(it.committed)),
            went_back,
            missed_own,
        }
    }

    /// Returns the number of a key, which may be new.
    fn key(&mut self, key: &S::Key) -> u32 {
        let key_index = self.key_index.number(key);
        if key_index as usize == self.keys.len() {
            self.keys.push(KeyState::new(key_index, &S::replicas(&self.ring, key)));
        }
        key_index
    }

    /// Advances time: empty copies no longer lack the writes that vanish by then.
    fn advance(&mut self, at: u64) {
        while let Some(&(wake, key_index)) = self.wakes.first()
            && wake <= at
        {
            let state = &mut self.keys[key_index as usize];
            state.advance_to(wake, &mut self.ledger);
            schedule(state, key_index, wake, &mut self.wakes);
        }
    }

    /// Remembers that a write to a key was acknowledged, and forgets the oldest write beyond the limit.
    fn remember(&mut self, key: u32) {
        self.remembered.push_back(key);
        if self.remembered.len() > self.limits.writes
            && let Some(oldest) = self.remembered.pop_front()
        {
            self.keys[oldest as usize].history.shrink();
        }
    }

    /// Ends a call: completes its findings, and gives up the oldest pending writes beyond the limit.
    fn close(&mut self) {
        self.ledger.close();
        while self.ledger.pending.len() > self.limits.pending
            && let Some(oldest) = self.ledger.pending.first()
        {
            self.keys[oldest.key as usize].give_up(oldest.number, &mut self.ledger);
        }
    }
}

/// Schedules the next instant at which the passing of time alone changes something at a key.
fn schedule<S: StoreModel>(
    state: &mut KeyState<S>,
    key_index: u32,
    at: u64,
    wakes: &mut BTreeSet<(u64, u32)>,
) {
    // A change that should have come earlier, had it been known then, comes now: time does not go back.
    let wake = state.next_wake(at).max(at);
    if wake != state.wake {
        wakes.remove(&(state.wake, key_index));
        if wake != NEVER {
            wakes.insert((wake, key_index));
        }
        state.wake = wake;
    }
}
