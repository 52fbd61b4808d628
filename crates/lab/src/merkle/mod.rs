//! The latest exchanges of anti-entropy, from the journal and from what an observer sees.
//!
//! A journal that is read a second later may have forgotten them, so the latest are kept here: those that
//! are going on, the last ones that found something, and the last ones that found nothing.

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

/// The number of exchanges that are kept: of those that found something, and of those that found nothing.
const MOST_ENDED: usize = 24;
/// The number of exchanges that are followed at once: more than a hundred nodes begin.
const MOST_RUNNING: usize = 512;

/// The latest exchanges of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchanges {
    /// The exchanges under way, by request.
    running: BTreeMap<RequestId, Arc<Record>>,
    /// The last ones that found something, oldest first.
    telling: VecDeque<Arc<Record>>,
    /// The last ones that found nothing.
    idle: VecDeque<Arc<Record>>,
}

impl Exchanges {
    /// Takes in what an observer saw.
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
                self.with(sent.message.request, |record| record.tell(at, from, to, sent));
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

    /// Takes in an entry of the journal.
    pub(crate) fn observe(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.kind {
            EntryKind::Delivered { message } => self.meet(message, Fate::Arrived(at)),
            EntryKind::Lost { message, why } => self.meet(message, Fate::Lost(at, *why)),
            EntryKind::Node { node, event } => self.hear(at, *node, event),
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

    fn meet(&mut self, message: &Envelope, fate: Fate) {
        if matches!(
            message.kind,
            MessageKind::TreeHashes | MessageKind::TreeKeys | MessageKind::TreeVersions
        ) {
            self.with(message.request, |record| record.meet(message.id, fate));
        }
    }

    fn hear(&mut self, at: Instant, by: NodeId, event: &Event) {
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
        let ended = if found { &mut self.telling } else { &mut self.idle };
        if ended.len() == MOST_ENDED {
            ended.pop_front();
        }
        ended.push_back(record);
    }

    /// Changes the record of an exchange, if it is kept. The last message of an exchange arrives after its
    /// end.
    fn with(&mut self, exchange: RequestId, change: impl FnOnce(&mut Record)) {
        let ended = self.telling.iter_mut().chain(&mut self.idle);
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
        let all = self.running.values().chain(&self.telling).chain(&self.idle);
        let mut all: Vec<&Record> = all.map(|record| &**record).collect();
        all.sort_by_key(|record| std::cmp::Reverse((record.at, record.id())));
        all
    }

    fn find(&self, exchange: RequestId) -> Option<&Record> {
        let ended = self.telling.iter().chain(&self.idle);
        let record = self.running.get(&exchange);
        record.or_else(|| ended.rev().find(|it| it.id() == exchange)).map(|record| &**record)
    }
}
