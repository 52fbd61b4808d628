//! The latest anti-entropy exchanges, from the journal and from observations.
//!
//! The journal drops its older entries within seconds, so the latest exchanges are kept here: those that are
//! running, the last ones that found a difference, and the last ones that found none.

mod frame;
mod record;
mod trees;

pub use frame::{
    BytesFrame, DifferingFrame, ExchangeFrame, ExchangeLine, ExchangeMessage, RangeLine,
};
pub use record::{Ending, Fate};
pub use trees::{LevelFrame, TreeNode, TreesFrame};

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use ringside_sim::{
    Endpoint, Entry, EntryKind, Envelope, Intervention, MessageKind, Observation, ObservationKind,
};
use ringside_store::{Event, Instant, NodeId, RequestId};

use record::{Bucket, Record};

/// The most ended exchanges that are kept with differences, and the most without.
const MOST_ENDED: usize = 24;
/// The most exchanges that are followed at once: more than a hundred nodes run.
const MOST_RUNNING: usize = 512;

/// The latest exchanges of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchanges {
    /// The running exchanges, by request.
    running: BTreeMap<RequestId, Arc<Record>>,
    /// The last ended exchanges that found a difference, oldest first.
    differing: VecDeque<Arc<Record>>,
    /// The last ended exchanges that found no difference, oldest first.
    equal: VecDeque<Arc<Record>>,
}

impl Exchanges {
    /// Processes an observation.
    pub(crate) fn record_observation(&mut self, observation: &Observation) {
        let at = observation.at;
        match &observation.kind {
            ObservationKind::ExchangeBegun(begun) => {
                if self.running.len() == MOST_RUNNING {
                    self.running.pop_first();
                }
                let record = Record::new(at, (**begun).clone());
                self.running.insert(begun.exchange, Arc::new(record));
            }
            ObservationKind::ExchangeSent(sent) => {
                let (Endpoint::Node(from), Endpoint::Node(to)) =
                    (sent.message.from, sent.message.to)
                else {
                    return;
                };
                self.with(sent.message.request, |record| record.add_message(at, from, to, sent));
            }
            ObservationKind::KeyDiffers(found) => {
                self.with(found.exchange, |record| record.differ(at, (**found).clone()));
            }
            ObservationKind::Copy { .. }
            | ObservationKind::Wiped(_)
            | ObservationKind::Hints { .. }
            | ObservationKind::Ring { .. }
            | ObservationKind::Detector(_) => {}
        }
    }

    /// Processes an entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.kind {
            EntryKind::Delivered { message } => self.set_fate(message, Fate::Arrived(at)),
            EntryKind::Lost { message, why } => self.set_fate(message, Fate::Lost(at, *why)),
            EntryKind::Node { node, event } => self.observe_event(at, *node, event),
            EntryKind::Intervention(Intervention::Crash(node) | Intervention::Wipe(node)) => {
                self.break_off(at, |record| record.begun.ends[0] == *node);
            }
            EntryKind::Intervention(Intervention::Settings(settings))
                if !settings.anti_entropy.on =>
            {
                self.break_off(at, |_| true);
            }
            _ => {}
        }
    }

    fn set_fate(&mut self, message: &Envelope, fate: Fate) {
        if matches!(
            message.kind,
            MessageKind::TreeHashes | MessageKind::TreeKeys | MessageKind::TreeVersions
        ) {
            self.with(message.request, |record| record.set_fate(message.id, fate));
        }
    }

    fn observe_event(&mut self, at: Instant, by: NodeId, event: &Event) {
        match event {
            Event::HashesCompared { exchange, hashes, .. } => {
                self.with(*exchange, |record| record.compare(at, by, hashes));
            }
            Event::KeysCompared { exchange, same, differing, .. } => {
                let (same, different) = (*same, differing.len() as u32);
                let bucket = Bucket { at, by, same, different };
                self.with(*exchange, |record| record.buckets.push(bucket));
            }
            Event::Exchanged { exchange, key, changed, .. } => {
                self.with(*exchange, |record| record.bring(at, by, key, *changed));
            }
            Event::ExchangeThrottled { exchange, left } => {
                self.with(*exchange, |record| record.left += left);
            }
            Event::ExchangeEnded { exchange, complete, .. } => {
                let ending = if *complete { Ending::Complete } else { Ending::GivenUp };
                self.end(at, *exchange, ending);
            }
            _ => {}
        }
    }

    fn break_off(&mut self, at: Instant, which: impl Fn(&Record) -> bool) {
        let broken = self.running.values().filter(|record| which(record));
        let broken: Vec<RequestId> = broken.map(|record| record.id()).collect();
        broken.into_iter().for_each(|exchange| self.end(at, exchange, Ending::BrokenOff));
    }

    fn end(&mut self, at: Instant, exchange: RequestId, ending: Ending) {
        let Some(mut record) = self.running.remove(&exchange) else { return };
        Arc::make_mut(&mut record).ended = Some((at, ending));
        let found = record.differing > 0;
        let ended = if found { &mut self.differing } else { &mut self.equal };
        if ended.len() == MOST_ENDED {
            ended.pop_front();
        }
        ended.push_back(record);
    }

    /// Changes the record of an exchange, if it is kept. The last message of an exchange arrives after its
    /// end.
    fn with(&mut self, exchange: RequestId, change: impl FnOnce(&mut Record)) {
        let ended = self.differing.iter_mut().chain(&mut self.equal);
        let record = match self.running.get_mut(&exchange) {
            Some(running) => Some(running),
            None => ended.rev().find(|record| record.id() == exchange),
        };
        if let Some(record) = record {
            change(Arc::make_mut(record));
        }
    }

    /// Lists the kept records, newest first.
    fn newest_first(&self) -> Vec<&Record> {
        let all = self.running.values().chain(&self.differing).chain(&self.equal);
        let mut all: Vec<&Record> = all.map(|record| &**record).collect();
        all.sort_by_key(|record| std::cmp::Reverse((record.at, record.id())));
        all
    }

    fn find(&self, exchange: RequestId) -> Option<&Record> {
        let ended = self.differing.iter().chain(&self.equal);
        let record = self.running.get(&exchange);
        record.or_else(|| ended.rev().find(|it| it.id() == exchange)).map(|record| &**record)
    }
}
