//! The feed of the instruments, from the journal and from observations.

use std::sync::Arc;

use ringside_sim::{
    ClientId, Entry, EntryKind, Intervention, Observation, ObservationKind, Outcome,
};
use ringside_staleness::OperationKind;
use ringside_store::version::{Siblings, Version};
use ringside_store::{Event, Instant, Operation, RequestId, Response};

use super::Instruments;
use super::store_adapter::{Replicas, Write};

impl Instruments {
    /// Processes an observation.
    pub(crate) fn record_observation(&mut self, observation: Observation) {
        let at = observation.at;
        match observation.kind {
            ObservationKind::Copy { node, key, siblings } => {
                self.feed(at, |oracle, at| oracle.holds(at, node, &key, &siblings));
            }
            ObservationKind::Wiped(node) => self.feed(at, |oracle, at| oracle.wiped(at, node)),
            ObservationKind::Hints { node, held, bytes, oldest } => {
                let oldest = oldest.map(Instant::as_us);
                self.feed(at, |oracle, at| oracle.hints(at, node, held, bytes, oldest));
            }
            ObservationKind::Ring { ring, n } => {
                self.n = n;
                self.feed(at, |oracle, at| oracle.assigned(at, Replicas { ring, n }));
            }
            ObservationKind::ExchangeBegun(_)
            | ObservationKind::ExchangeSent(_)
            | ObservationKind::KeyDiffers(_)
            | ObservationKind::Detector(_) => {}
        }
    }

    /// Processes an entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, .. } => {
                let client = u64::from(ClientId::of(*request).0);
                let kind = kind(*operation);
                self.feed(at, |oracle, at| oracle.invoked(at, *request, client, key, kind));
            }
            EntryKind::Returned { request, outcome } => self.end(at, *request, outcome),
            EntryKind::Node { event, .. } => self.observe_event(at, event),
            EntryKind::Intervention(act) => self.intervene(at, act),
            EntryKind::Sent { .. }
            | EntryKind::Delivered { .. }
            | EntryKind::Lost { .. }
            | EntryKind::Queued { .. } => {}
        }
    }

    fn end(&mut self, at: Instant, request: RequestId, outcome: &Outcome) {
        match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) => {
                self.feed(at, |oracle, at| oracle.read(at, request, siblings));
            }
            Outcome::Answered(Response::Stored { version }) => {
                let copy = Siblings::of(Arc::clone(version));
                let (write, vanishes) = (Write::from(&**version), vanishes(at, version));
                self.feed(at, |oracle, at| oracle.wrote(at, request, write, &copy, vanishes));
            }
            Outcome::Answered(Response::Unavailable { .. })
            | Outcome::Silence
            | Outcome::Refused => self.feed(at, |oracle, at| oracle.ended(at, request)),
        }
    }

    fn observe_event(&mut self, at: Instant, event: &Event) {
        match event {
            Event::Coordinating { request, .. } => {
                self.feed(at, |oracle, at| oracle.coordinated(at, *request));
            }
            Event::QuorumMet { request, have, .. } => {
                let n = self.n;
                self.feed(at, |oracle, at| oracle.committed(at, *request, *have, n));
            }
            Event::Repaired { changed: true, .. } => {
                self.feed(at, |oracle, _| oracle.read_repaired());
            }
            Event::KeysCompared { differing, .. } => {
                self.feed(at, |oracle, _| oracle.differing(differing.len() as u32));
            }
            Event::Exchanged { changed: true, .. } => self.feed(at, |oracle, _| oracle.fixed()),
            _ => {}
        }
    }

    /// Processes an intervention. One that changes a setting on which predictions depend restarts the
    /// staleness curve.
    fn intervene(&mut self, at: Instant, act: &Intervention) {
        if let Intervention::Quorum(quorum) = act {
            self.quorums.change(at, *quorum);
        }
        let changes_model = matches!(
            act,
            Intervention::Quorum(_)
                | Intervention::Latency(_)
                | Intervention::Legs(_)
                | Intervention::Regions(_)
                | Intervention::Loss(_)
                | Intervention::SlowLink { .. }
                | Intervention::LossyLink { .. }
                | Intervention::Service(_)
                | Intervention::Coordinator(_)
                | Intervention::Settings(_)
        );
        if changes_model {
            self.monitor.restart_curve();
        }
    }
}

/// Returns the time in microseconds from which a write has no visible value: `at` for a delete, the time of
/// expiry for a value that expires, and `None` otherwise.
fn vanishes(at: Instant, version: &Version) -> Option<u64> {
    if version.is_tombstone() { Some(at.as_us()) } else { version.expires.map(Instant::as_us) }
}

const fn kind(operation: Operation) -> OperationKind {
    match operation {
        Operation::Get => OperationKind::Read,
        Operation::Put | Operation::Delete => OperationKind::Write,
    }
}
