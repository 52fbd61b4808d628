//! The history of the versions of keys, in bounded memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use ringside_sim::{ClientId, Entry, EntryKind, Observation, ObservationKind, Outcome};
use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Event, Instant, Key, NodeId, Operation, RequestId, Response, Value};

/// The most events that are kept of all keys together.
const MOST: usize = 4_000;
/// The most events that a checkpoint keeps.
const MOST_AT_CHECKPOINTS: usize = 500;
/// The most keys with a log of their own, because the user has sent requests for them.
const MOST_KEYS: usize = 8;
/// The most events in the log of one key.
const MOST_OF_A_KEY: usize = 256;

/// An event in the history of versions, with its time.
#[derive(Clone, Debug)]
pub(super) struct TimedEvent {
    /// The key, or `None` if the event affects all keys.
    key: Option<Key>,
    /// The time of the event.
    pub(super) at: Instant,
    /// The event.
    pub(super) what: VersionEvent,
}

/// An event in the history of a key's versions.
#[derive(Clone, Debug)]
pub(super) enum VersionEvent {
    /// A node assigned a dot to a write.
    Named {
        /// The node.
        node: NodeId,
        /// The dot.
        dot: Dot,
        /// The request of the write.
        request: RequestId,
        /// The written value, or `None` for a delete.
        value: Option<Value>,
    },
    /// A node now holds these siblings.
    Copy(NodeId, Siblings),
    /// A read returned siblings.
    Found(Siblings),
    /// A node received a write, and its copy did not change.
    Unmoved(NodeId, Dot),
    /// A node lost its disk.
    Wiped(NodeId),
    /// A write was acknowledged to its client.
    Acknowledged(Arc<Version>),
    /// A write ended without an acknowledgement.
    Failed(RequestId),
}

/// A log of bounded length, which drops its oldest events.
#[derive(Clone, Debug, Default)]
struct Log {
    /// The time from which the log is complete, or `None` if it is complete from the start of the run.
    since: Option<Instant>,
    happened: VecDeque<TimedEvent>,
}

impl Log {
    fn push(&mut self, happened: TimedEvent, most: usize) {
        self.happened.push_back(happened);
        self.shorten(most);
    }

    fn shorten(&mut self, most: usize) {
        while self.happened.len() > most {
            self.happened.pop_front();
            self.since = self.happened.front().map(|it| it.at);
        }
    }

    /// Returns a copy with the latest `most` events.
    fn latest(&self, most: usize) -> Self {
        let first = self.happened.len().saturating_sub(most);
        let happened: VecDeque<TimedEvent> = self.happened.range(first..).cloned().collect();
        let oldest = happened.front().filter(|_| first > 0).map(|it| it.at);
        Self { since: oldest.or(self.since), happened }
    }

    /// Lists the events that affect a key, oldest first.
    fn of<'log>(&'log self, key: &'log Key) -> impl Iterator<Item = &'log TimedEvent> {
        self.happened.iter().filter(move |it| it.key.as_ref().is_none_or(|other| other == key))
    }
}

/// The recent history of the versions of all keys.
///
/// The keys that the user has sent requests for have logs of their own, so that a fast load does not displace
/// their events.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lineages {
    all: Log,
    /// The keys that the user has sent requests for, the latest last.
    own: Vec<(Key, Log)>,
    /// The operations that have not ended, with the values that they write.
    open: BTreeMap<RequestId, (Key, Operation, Option<Value>)>,
}

impl Lineages {
    /// Processes an entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, value, .. } => {
                if ClientId::of(*request).is_user() {
                    self.adopt(at, key);
                }
                self.open.insert(*request, (key.clone(), *operation, value.clone()));
            }
            EntryKind::Node {
                node,
                event: Event::Coordinating { request, key, dot: Some(dot), .. },
            } => {
                let value = self.open.get(request).and_then(|(.., value)| value.clone());
                let what = VersionEvent::Named { node: *node, dot: *dot, request: *request, value };
                self.note(at, key, what);
            }
            EntryKind::Node { node, event: Event::Stored { key, dot, changed: false, .. } } => {
                self.note(at, key, VersionEvent::Unmoved(*node, *dot));
            }
            EntryKind::Returned { request, outcome } => {
                let Some((key, operation, _)) = self.open.remove(request) else { return };
                let what = match outcome {
                    Outcome::Answered(Response::Stored { version }) => {
                        VersionEvent::Acknowledged(Arc::clone(version))
                    }
                    Outcome::Answered(Response::Found { siblings, .. }) if siblings.len() > 1 => {
                        VersionEvent::Found(siblings.clone())
                    }
                    _ if operation == Operation::Get => return,
                    _ => VersionEvent::Failed(*request),
                };
                self.note(at, &key, what);
            }
            _ => {}
        }
    }

    /// Processes an observation.
    pub(crate) fn record_observation(&mut self, observation: &Observation) {
        match &observation.kind {
            ObservationKind::Copy { node, key, siblings } => {
                self.note(observation.at, key, VersionEvent::Copy(*node, siblings.clone()));
            }
            ObservationKind::Wiped(node) => {
                let (at, what) = (observation.at, VersionEvent::Wiped(*node));
                for (_, log) in &mut self.own {
                    log.push(TimedEvent { key: None, at, what: what.clone() }, MOST_OF_A_KEY);
                }
                self.all.push(TimedEvent { key: None, at, what }, MOST);
            }
            _ => {}
        }
    }

    fn note(&mut self, at: Instant, key: &Key, what: VersionEvent) {
        let happened = TimedEvent { key: Some(key.clone()), at, what };
        match self.own.iter_mut().find(|(own, _)| own == key) {
            Some((_, log)) => log.push(happened, MOST_OF_A_KEY),
            None => self.all.push(happened, MOST),
        }
    }

    /// Starts a log for a key with its known events, or marks the key as the latest if it has a log.
    fn adopt(&mut self, at: Instant, key: &Key) {
        if let Some(place) = self.own.iter().position(|(own, _)| own == key) {
            self.own[place..].rotate_left(1);
            return;
        }
        if self.own.len() == MOST_KEYS {
            self.own.remove(0);
            // The events that are dropped with it are not in the common log.
            self.all.since = Some(at);
        }
        let happened = self.all.of(key).cloned().collect();
        let mut log = Log { since: self.all.since, happened };
        log.shorten(MOST_OF_A_KEY);
        self.own.push((key.clone(), log));
    }

    /// Returns a copy without the older events of keys that have no log of their own.
    pub(crate) fn thinned(&self) -> Self {
        let all = self.all.latest(MOST_AT_CHECKPOINTS);
        Self { all, own: self.own.clone(), open: self.open.clone() }
    }

    /// Returns the time from which a key's history is complete, or `None` if it is complete from the start of
    /// the run, and the events of the key, oldest first.
    pub(super) fn of<'log>(&'log self, key: &'log Key) -> (Option<Instant>, Vec<&'log TimedEvent>) {
        match self.own.iter().find(|(own, _)| own == key) {
            Some((_, log)) => (log.since, log.happened.iter().collect()),
            None => (self.all.since, self.all.of(key).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_log_knows_the_time_from_which_it_is_complete() {
        let mut log = Log::default();
        for us in 1..=5 {
            let at = Instant::from_us(us);
            log.push(TimedEvent { key: None, at, what: VersionEvent::Wiped(NodeId(0)) }, 9);
        }
        let latest = log.latest(3);
        assert_eq!((latest.since, latest.happened.len()), (Some(Instant::from_us(3)), 3));
        assert_eq!((log.latest(5).since, log.latest(9).happened.len()), (None, 5));
        log.shorten(4);
        assert_eq!(log.latest(4).since, Some(Instant::from_us(2)), "dropped events stay dropped");
    }
}
