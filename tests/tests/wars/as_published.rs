//! WARS as published (Bailis et al., VLDB 2012), applied to the delays of the cluster's messages.

use std::collections::BTreeMap;

use ringside_sim::{Endpoint, Entry, EntryKind, MessageKind, Outcome};
use ringside_store::{Event, Instant, NodeId, Operation, RequestId, Response};

/// The delay of a message that is still in flight at the end: longer than any other.
const NEVER_US: u64 = u64::MAX / 4;

/// One operation, from the journal.
#[derive(Clone, Debug)]
pub(crate) struct ObservedOperation {
    operation: Operation,
    key: String,
    began: Instant,
    needed: usize,
    /// The contacted replicas, each with the delays of the message to it and of its answer. A coordinator
    /// that is a replica sends itself no message, which counts as no delay.
    legs_us: BTreeMap<NodeId, [u64; 2]>,
    met: Option<Instant>,
    fresh: Option<bool>,
}

/// The agreement of trials with the model.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Agreement {
    /// The operations that met their quorum at the time of the model.
    pub(crate) in_time: u32,
    /// The reads that are as fresh as in the model.
    pub(crate) as_fresh: u32,
    /// The reads that the model leaves open, because two events are in the same microsecond.
    pub(crate) ties: u32,
    /// The stale reads.
    pub(crate) stale: u32,
}

/// The operations of one cluster, checked against WARS.
#[derive(Debug, Default)]
pub(crate) struct AsPublished {
    operations: BTreeMap<RequestId, ObservedOperation>,
}

impl AsPublished {
    /// Adds a journal entry.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.kind {
            EntryKind::Node { node, event } => self.node_event(at, *node, event),
            EntryKind::Sent { message, arrives } => {
                let (Endpoint::Node(from), Endpoint::Node(to)) = (message.from, message.to) else {
                    return;
                };
                let (replica, leg) = match message.kind {
                    MessageKind::Write | MessageKind::Read => (to, 0),
                    MessageKind::WriteAck | MessageKind::ReadAnswer => (from, 1),
                    other => panic!("{other} is not part of WARS"),
                };
                let seen = self.operations.get_mut(&message.request).expect("it was announced");
                let legs = seen.legs_us.get_mut(&replica).expect("it was asked");
                legs[leg] = arrives.since(at).as_us();
            }
            EntryKind::Returned {
                request,
                outcome: Outcome::Answered(Response::Found { siblings, .. }),
            } => {
                let seen = self.operations.get_mut(request).expect("it was announced");
                seen.fresh = Some(!siblings.is_empty());
            }
            _ => {}
        }
    }

    fn node_event(&mut self, at: Instant, node: NodeId, event: &Event) {
        match event {
            Event::Coordinating { request, operation, key, asked, needed, .. } => {
                let legs = |&replica: &NodeId| {
                    (replica, if replica == node { [0; 2] } else { [NEVER_US; 2] })
                };
                let seen = ObservedOperation {
                    operation: *operation,
                    key: key.name().to_owned(),
                    began: at,
                    needed: usize::from(*needed),
                    legs_us: asked.iter().map(legs).collect(),
                    met: None,
                    fresh: None,
                };
                self.operations.insert(*request, seen);
            }
            Event::QuorumMet { request, .. } => {
                self.operations.get_mut(request).expect("it was announced").met = Some(at);
            }
            _ => {}
        }
    }

    /// Checks every operation against the model; each read begins at one of these times after the
    /// quorum of the write that it may miss.
    pub(crate) fn check(&self, times_us: &[u64]) -> Agreement {
        let mut agreement = Agreement::default();
        let is_write = |seen: &&ObservedOperation| seen.operation == Operation::Put;
        let writes: BTreeMap<&str, &ObservedOperation> =
            self.operations.values().filter(is_write).map(|it| (it.key.as_str(), it)).collect();
        for seen in self.operations.values() {
            let met = seen.met.expect("none fails").since(seen.began).as_us();
            assert_eq!(met, seen.trips_us()[seen.needed - 1].0, "{seen:?}");
            agreement.in_time += 1;
            let Some(fresh) = seen.fresh else { continue };
            let write = writes[seen.key.as_str()];
            let after = seen.began.since(write.met.expect("none fails"));
            assert!(times_us.contains(&after.as_us()), "a read {after} after the write");
            agreement.stale += u32::from(!fresh);
            match seen.finds(write) {
                Some(expected) => {
                    assert_eq!(fresh, expected, "{seen:?} after {write:?}");
                    agreement.as_fresh += 1;
                }
                None => agreement.ties += 1,
            }
        }
        agreement
    }
}

impl ObservedOperation {
    /// The round trips in the order of their ends, each with its replica.
    fn trips_us(&self) -> Vec<(u64, NodeId)> {
        let trips = self.legs_us.iter().map(|(&replica, [there, back])| (there + back, replica));
        let mut trips: Vec<(u64, NodeId)> = trips.collect();
        trips.sort_unstable();
        trips
    }

    /// Whether this read finds a write at one of the R replicas that answer first, or `None` if that
    /// depends on the order of events in the same microsecond.
    fn finds(&self, write: &Self) -> Option<bool> {
        let trips = self.trips_us();
        let (taken, rest) = trips.split_at(self.needed);
        if rest.first().is_some_and(|(us, _)| *us == taken[taken.len() - 1].0) {
            return None;
        }
        // The arrival of the read and of the write at each of these replicas.
        let arrivals = taken.iter().map(|(_, replica)| {
            let read = self.began.as_us() + self.legs_us[replica][0];
            (read, write.began.as_us() + write.legs_us[replica][0])
        });
        let arrivals: Vec<(u64, u64)> = arrivals.collect();
        if arrivals.iter().any(|(read, write)| read > write) {
            Some(true)
        } else if arrivals.iter().all(|(read, write)| read < write) {
            Some(false)
        } else {
            None
        }
    }
}
