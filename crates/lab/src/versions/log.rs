//! The history of the versions of keys, in bounded memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use ringside_sim::{ClientId, Entry, EntryKind, Observation, ObservationKind, Outcome};
use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Event, Instant, Key, NodeId, Operation, RequestId, Response, Value};

/// The number of events that are kept of all keys together.
const MOST: usize = 4_000;
/// The most events that a checkpoint keeps.
const MOST_AT_CHECKPOINTS: usize = 500;
/// The number of keys with a log of their own, since a user has asked about them, and its length.
const MOST_KEYS: usize = 8;
const MOST_OF_A_KEY: usize = 256;

/// Something that happened to the versions of a key.
#[derive(Clone, Debug)]
pub(super) struct TimedEvent {
    /// The key, or `None` where it happened to all keys.
    key: Option<Key>,
    /// The time of the event.
    pub(super) at: Instant,
    /// The event.
    pub(super) what: VersionEvent,
}

/// An event in the history of a key's versions.
#[derive(Clone, Debug)]
pub(super) enum VersionEvent {
    /// A node named a write.
    Named {
        /// The node.
        node: NodeId,
        /// The name.
        dot: Dot,
        /// Whose write it is.
        request: RequestId,
        /// The written value, or `None` for a delete.
        value: Option<Value>,
    },
    /// A node now holds these siblings.
    Copy(NodeId, Siblings),
    /// A read returned siblings.
    Found(Siblings),
    /// A node was given a write, and what it held stayed as it was.
    Unmoved(NodeId, Dot),
    /// A node lost its disk.
    Wiped(NodeId),
    /// A write was acknowledged to its client.
    Acknowledged(Arc<Version>),
    /// A write ended without an acknowledgement.
    Failed(RequestId),
}

/// A log that forgets its oldest part.
#[derive(Clone, Debug, Default)]
struct Log {
    /// Since when it knows everything; the start of the run where there is none.
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

    /// Copies the latest part.
    fn latest(&self, most: usize) -> Self {
        let first = self.happened.len().saturating_sub(most);
        let happened: VecDeque<TimedEvent> = self.happened.range(first..).cloned().collect();
        let oldest = happened.front().filter(|_| first > 0).map(|it| it.at);
        Self { since: oldest.or(self.since), happened }
    }

    /// Lists what happened to a key.
    fn of<'log>(&'log self, key: &'log Key) -> impl Iterator<Item = &'log TimedEvent> {
        self.happened.iter().filter(move |it| it.key.as_ref().is_none_or(|other| other == key))
    }
}

/// The recent history of the versions of all keys, and a longer one of the keys that the user asked about: a
/// fast load would displace what is being discussed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lineages {
    all: Log,
    /// The keys that a person asked about, the latest last.
    own: Vec<(Key, Log)>,
    /// The operations that have not ended, with what they write.
    open: BTreeMap<RequestId, (Key, Operation, Option<Value>)>,
}

impl Lineages {
    /// Takes in an entry of the journal.
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

    /// Takes in what an observer saw.
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

    /// Gives a key a log of its own, and moves its known events there.
    fn adopt(&mut self, at: Instant, key: &Key) {
        if let Some(place) = self.own.iter().position(|(own, _)| own == key) {
            self.own[place..].rotate_left(1);
            return;
        }
        if self.own.len() == MOST_KEYS {
            self.own.remove(0);
            // The events that are forgotten with it were never among the others.
            self.all.since = Some(at);
        }
        let happened = self.all.of(key).cloned().collect();
        let mut log = Log { since: self.all.since, happened };
        log.shorten(MOST_OF_A_KEY);
        self.own.push((key.clone(), log));
    }

    /// Copies everything but the older part of the logs of keys that the user never asked about.
    pub(crate) fn thinned(&self) -> Self {
        let all = self.all.latest(MOST_AT_CHECKPOINTS);
        Self { all, own: self.own.clone(), open: self.open.clone() }
    }

    /// Returns what happened to a key, oldest first, and since when all of it is known; since the start of
    /// the run where there is no time.
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
    fn a_shorter_copy_knows_since_when_it_knows_everything() {
        let mut log = Log::default();
        for us in 1..=5 {
            let at = Instant::from_us(us);
            log.push(TimedEvent { key: None, at, what: VersionEvent::Wiped(NodeId(0)) }, 9);
        }
        let latest = log.latest(3);
        assert_eq!((latest.since, latest.happened.len()), (Some(Instant::from_us(3)), 3));
        assert_eq!((log.latest(5).since, log.latest(9).happened.len()), (None, 5));
        log.shorten(4);
        assert_eq!(
            log.latest(4).since,
            Some(Instant::from_us(2)),
            "what it forgot stays forgotten"
        );
    }
}
