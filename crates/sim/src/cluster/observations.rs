//! Omniscient observations: every change to a node's copy of a key, as it happens.
//!
//! The journal has the events that nodes emit. An oracle must not rely on them, and observes the
//! copies themselves. Watching changes nothing: no node reads the observations.

use std::sync::Arc;

use ringside_store::version::Siblings;
use ringside_store::{HeartbeatStats, Instant, Key, NodeId, Ring};

use super::exchange_observations::{DifferingKey, ExchangeBegun, ExchangeSent, WatchedDetector};
use super::host::State;
use super::{Cluster, Intervention};

/// An observation, with its place in the journal.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The number of the next journal entry.
    pub before: u64,
    /// Its virtual time.
    pub at: Instant,
    /// Its kind and data.
    pub kind: ObservationKind,
}

/// The kind of an observation, with its data.
#[derive(Clone, Debug)]
pub enum ObservationKind {
    /// A node's copy of a key changed.
    Copy {
        /// The node.
        node: NodeId,
        /// The key.
        key: Key,
        /// The versions that it holds now; empty if it has forgotten the key.
        siblings: Siblings,
    },
    /// A node lost its disk, with all its copies and hints.
    Wiped(NodeId),
    /// The hints that a node keeps changed.
    Hints {
        /// The node.
        node: NodeId,
        /// The number of hints.
        held: u32,
        /// Their size in bytes.
        bytes: u64,
        /// The time at which the oldest one was stored.
        oldest: Option<Instant>,
    },
    /// The replicas of keys changed: the ring, as [`Cluster::ring`] sees it, or N.
    Ring {
        /// The ring.
        ring: Arc<Ring>,
        /// N: how many replicas a key has.
        n: u16,
    },
    /// A node began an anti-entropy exchange.
    ExchangeBegun(Box<ExchangeBegun>),
    /// A message of an exchange was sent.
    ExchangeSent(ExchangeSent),
    /// A replica found that its peer holds other versions of a key.
    KeyDiffers(Box<DifferingKey>),
    /// The heartbeat statistics of the watched failure detector changed; `None` if it no longer
    /// judges the peer, or its node is stopped.
    Detector(Option<HeartbeatStats>),
}

/// The observations that were not taken yet.
#[derive(Clone, Debug)]
pub(super) struct Observations {
    pending: Vec<Observation>,
    /// The failure detector that is watched.
    pub(super) detector: Option<WatchedDetector>,
    /// The number of keys counted for exchanges.
    pub(super) keys_counted: u64,
    /// The ring last observed.
    ring: Arc<Ring>,
    /// The N last observed.
    n: u16,
}

impl Cluster {
    /// Starts to observe the cluster, beginning with the ring and N. What nodes hold already is not
    /// reported: to observe everything, call this before the run starts.
    pub fn watch(&mut self) {
        let (ring, n) = (Arc::clone(self.ring()), self.config.quorum.n());
        let (pending, detector, keys_counted) = (Vec::new(), None, 0);
        let mut observations =
            Observations { pending, detector, keys_counted, ring: Arc::clone(&ring), n };
        observations.push(self.journal.written(), self.now, ObservationKind::Ring { ring, n });
        self.observations = Some(observations);
        for host in &mut self.hosts {
            if let State::Up(node) = &mut host.state {
                node.record_changes();
            }
        }
    }

    /// Takes the observations made since the last call, in the order in which they were made.
    pub fn take_observations(&mut self) -> Vec<Observation> {
        self.observations.as_mut().map(|it| std::mem::take(&mut it.pending)).unwrap_or_default()
    }

    /// Observes a node that has just been called.
    pub(super) fn observe_node(&mut self, id: NodeId) {
        let Some(observations) = &mut self.observations else { return };
        let (before, at) = (self.journal.written(), self.now);
        let host = &mut self.hosts[id.index()];
        let State::Up(node) = &mut host.state else { return };
        // A node that has just started is not watched yet, and has changed no key yet.
        node.record_changes();
        for (key, siblings) in node.drain_changes() {
            observations.push(before, at, ObservationKind::Copy { node: id, key, siblings });
        }
        let hints = node.disk().hints();
        if hints.revision() != host.last_observed.hints {
            host.last_observed.hints = hints.revision();
            let (held, bytes, oldest) = (hints.len(), hints.bytes(), hints.oldest());
            observations.push(before, at, ObservationKind::Hints { node: id, held, bytes, oldest });
        }
        let ring = node.ring();
        if host.last_observed.ring.as_ref().is_none_or(|seen| !Arc::ptr_eq(seen, ring)) {
            host.last_observed.ring = Some(Arc::clone(ring));
            self.observe_ring();
        }
        if self.is_detector_watched(id) {
            self.observe_detector();
        }
    }

    /// Observes the consequences of an intervention.
    pub(super) fn observe_intervention(&mut self, intervention: &Intervention) {
        self.observe_detector();
        let (before, at) = (self.journal.written(), self.now);
        let Some(observations) = &mut self.observations else { return };
        match intervention {
            Intervention::Wipe(node) => {
                self.hosts[node.index()].last_observed.hints = 0;
                observations.push(before, at, ObservationKind::Wiped(*node));
            }
            Intervention::Crash(_) | Intervention::Restart(_) | Intervention::Quorum(_) => {}
            _ => return,
        }
        self.observe_ring();
    }

    /// Observes the ring and N, if they changed.
    fn observe_ring(&mut self) {
        let (ring, n) = (Arc::clone(self.ring()), self.config.quorum.n());
        let (before, at) = (self.journal.written(), self.now);
        let Some(observations) = &mut self.observations else { return };
        if observations.n != n || observations.ring.nodes() != ring.nodes() {
            (observations.ring, observations.n) = (Arc::clone(&ring), n);
            observations.push(before, at, ObservationKind::Ring { ring, n });
        }
    }
}

impl Observations {
    /// Adds an observation.
    pub(super) fn push(&mut self, before: u64, at: Instant, kind: ObservationKind) {
        self.pending.push(Observation { before, at, kind });
    }
}
