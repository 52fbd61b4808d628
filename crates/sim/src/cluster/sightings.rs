//! What an observer who sees everything sees: what each node holds of each key, at the instant at which
//! that changes.
//!
//! The journal tells what nodes say of themselves. An oracle must not take their word for it, and sees
//! the copies themselves. Watching changes nothing: no node reads what is noted here.

use std::sync::Arc;

use ringside_store::version::Siblings;
use ringside_store::{Hearing, Instant, Key, NodeId, Ring};

use super::looks::Listening;
use super::looks::{DifferingKey, ExchangeBegun, ExchangeTold};
use super::machine::State;
use super::{Act, Cluster};

/// Something that an observer saw.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The number of the journal entry that it comes before.
    pub before: u64,
    /// When it was seen.
    pub at: Instant,
    /// What was seen.
    pub what: Seen,
}

/// What an observer sees.
#[derive(Clone, Debug)]
pub enum Seen {
    /// What a node holds of a key has changed.
    Copy {
        /// The node.
        node: NodeId,
        /// The key.
        key: Key,
        /// What it holds now; empty where it has forgotten the key.
        siblings: Siblings,
    },
    /// A node has lost its disk, with all its copies and hints.
    Wiped(NodeId),
    /// What a node keeps for others has changed.
    Hints {
        /// The node.
        node: NodeId,
        /// How many hints it keeps.
        held: u32,
        /// Their size in bytes.
        bytes: u64,
        /// Since when the oldest one is kept.
        oldest: Option<Instant>,
    },
    /// Who the replicas of keys are has changed: the ring, by the view of
    /// [`Cluster::ring`](Cluster::ring), or N.
    Ring {
        /// The ring.
        ring: Arc<Ring>,
        /// N: how many replicas a key has.
        n: u16,
    },
    /// A node begins an exchange of anti-entropy.
    Begun(Box<ExchangeBegun>),
    /// A message of an exchange goes on its way.
    Told(ExchangeTold),
    /// A replica found that its peer does not hold a key alike.
    Differs(Box<DifferingKey>),
    /// It has changed what the watched node judges the watched peer by; none where it does not judge it
    /// any more, or is stopped.
    Hearing(Option<Hearing>),
}

/// What has been seen and not been taken yet.
#[derive(Clone, Debug)]
pub(super) struct Sightings {
    seen: Vec<Sighting>,
    /// Whose judgement of whom is watched.
    pub(super) listening: Option<Listening>,
    /// How many keys were looked at for exchanges.
    pub(super) looked: u64,
    ring: Arc<Ring>,
    n: u16,
}

/// What has been seen of one node.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighted {
    hints: u64,
    ring: Option<Arc<Ring>>,
}

impl Cluster {
    /// Begins to note what an observer sees, with who the replicas are now. What nodes hold already is
    /// not told: whoever wants to know all watches from the start.
    pub fn watch(&mut self) {
        let (ring, n) = (Arc::clone(self.ring()), self.config.quorum.n());
        let (seen, listening, looked) = (Vec::new(), None, 0);
        let mut sightings = Sightings { seen, listening, looked, ring: Arc::clone(&ring), n };
        sightings.note(self.journal.written(), self.now, Seen::Ring { ring, n });
        self.sightings = Some(sightings);
        for machine in &mut self.machines {
            if let State::Up(node) = &mut machine.state {
                node.watch();
            }
        }
    }

    /// Gives what was seen since this was last asked, in the order in which it happened.
    pub fn take_sightings(&mut self) -> Vec<Sighting> {
        self.sightings.as_mut().map(|it| std::mem::take(&mut it.seen)).unwrap_or_default()
    }

    /// Looks at a node that has just done something.
    pub(super) fn sight(&mut self, id: NodeId) {
        let Some(sightings) = &mut self.sightings else { return };
        let (before, at) = (self.journal.written(), self.now);
        let machine = &mut self.machines[id.index()];
        let State::Up(node) = &mut machine.state else { return };
        // It notes from its first call on: a node that has just started has changed no key yet.
        node.watch();
        for (key, siblings) in node.touched() {
            sightings.note(before, at, Seen::Copy { node: id, key, siblings });
        }
        let hints = node.disk().hints();
        if hints.revision() != machine.sighted.hints {
            machine.sighted.hints = hints.revision();
            let (held, bytes, oldest) = (hints.len(), hints.bytes(), hints.oldest());
            sightings.note(before, at, Seen::Hints { node: id, held, bytes, oldest });
        }
        let ring = node.ring();
        if machine.sighted.ring.as_ref().is_none_or(|seen| !Arc::ptr_eq(seen, ring)) {
            machine.sighted.ring = Some(Arc::clone(ring));
            self.sight_ring();
        }
        if self.is_listened_to(id) {
            self.sight_hearing();
        }
    }

    /// Looks at what somebody did to the cluster.
    pub(super) fn sight_act(&mut self, act: &Act) {
        self.sight_hearing();
        let (before, at) = (self.journal.written(), self.now);
        let Some(sightings) = &mut self.sightings else { return };
        match act {
            Act::Wipe(node) => {
                self.machines[node.index()].sighted.hints = 0;
                sightings.note(before, at, Seen::Wiped(*node));
            }
            Act::Crash(_) | Act::Restart(_) | Act::Quorum(_) => {}
            _ => return,
        }
        self.sight_ring();
    }

    fn sight_ring(&mut self) {
        let (ring, n) = (Arc::clone(self.ring()), self.config.quorum.n());
        let (before, at) = (self.journal.written(), self.now);
        let Some(sightings) = &mut self.sightings else { return };
        if sightings.n != n || sightings.ring.nodes() != ring.nodes() {
            (sightings.ring, sightings.n) = (Arc::clone(&ring), n);
            sightings.note(before, at, Seen::Ring { ring, n });
        }
    }
}

impl Sightings {
    pub(super) fn note(&mut self, before: u64, at: Instant, what: Seen) {
        self.seen.push(Sighting { before, at, what });
    }
}
