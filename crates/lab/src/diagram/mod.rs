//! The space-time diagram as plain data: lanes, messages, operations, spans of trouble, and what could have
//! had a part in what.
//!
//! It is made from the journal's entries that are kept, and from what was done to the cluster since the run
//! began. Where nothing is drawn, nothing is known: [`Diagram::begins`] says from when on it is.

mod bars;
mod build;
mod causes;
mod fault_spans;
mod message;

pub use bars::{Bar, BarEnd};
pub use causes::Causality;
pub use fault_spans::{FaultKind, FaultSpan};
pub use message::{Fate, Hold, Message, PathPoint};

use std::collections::BTreeSet;
use std::sync::Arc;

use ringside_sim::{ClientId, Endpoint};
use ringside_store::{Instant, RequestId};

use crate::lab::Lab;

/// What the journal keeps of a run, as a diagram of space and time.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    /// The virtual time.
    pub now: Instant,
    /// From when on it is known what happened.
    pub begins: Instant,
    /// Whether that is the beginning of the run.
    pub whole: bool,
    /// How many nodes there are, those that have left included.
    pub nodes: u16,
    /// What happened, one event for each entry of the journal that is kept, oldest first.
    pub events: Vec<Event>,
    /// The messages that were on their way meanwhile, in no order that means anything.
    pub messages: Vec<Message>,
    /// The operations that began meanwhile, at their clients and at their coordinators, oldest first.
    pub bars: Vec<Bar>,
    /// What was wrong with nodes and links, oldest first.
    pub fault_spans: Arc<Vec<FaultSpan>>,
    /// What was done to the cluster last, by the number of its entry and its time.
    last_intervention: Option<(u64, Instant)>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number of its entry in the journal.
    pub number: u64,
    /// When it happened.
    pub at: Instant,
    /// What sort of thing it was.
    pub kind: EventKind,
    /// Where it is drawn; none for what happened to the cluster as a whole.
    pub host: Option<Endpoint>,
    /// The message that it is about, by its place in the list.
    pub message: Option<u32>,
    /// The client's request that it belongs to.
    pub request: Option<RequestId>,
    /// What happened before it on its lane, by its place in the list.
    pub(crate) lane_previous: Option<u32>,
    /// What happened to its message before, by its place in the list.
    pub(crate) message_previous: Option<u32>,
}

/// The sort of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A client began an operation.
    Invoked,
    /// A client's operation ended.
    Returned,
    /// A message was sent.
    Sent,
    /// A message was handled by its receiver.
    Delivered,
    /// A message waits at its receiver, who knows nothing of it yet.
    Queued,
    /// A message was lost; neither end knows.
    Lost,
    /// A node told of a step.
    Step,
    /// Somebody did something to the cluster.
    Intervention,
}

impl Event {
    /// Tells whether it is on a lane: whether who is there took part in it. A message that is lost or waits
    /// is nobody's event yet.
    pub const fn is_on_lane(&self) -> bool {
        self.host.is_some() && !matches!(self.kind, EventKind::Queued | EventKind::Lost)
    }
}

impl Diagram {
    /// Makes the diagram of a run now. An earlier diagram of the same run saves some of the work.
    pub fn new(lab: &Lab, earlier: Option<&Self>) -> Self {
        let last = lab.interventions.back().map(|entry| (entry.number, entry.at));
        let mut diagram = build::build(lab);
        diagram.last_intervention = last;
        diagram.fault_spans = match earlier.filter(|earlier| earlier.last_intervention == last) {
            Some(earlier) => Arc::clone(&earlier.fault_spans),
            None => Arc::new(fault_spans::fault_spans(lab, diagram.begins)),
        };
        diagram
    }

    /// Gives the place of the event with this number in the list.
    pub fn find(&self, number: u64) -> Option<usize> {
        let first = self.events.first()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        (place < self.events.len()).then_some(place)
    }

    /// Gives the places of the events from one moment to another, both included.
    pub fn between(&self, from: Instant, to: Instant) -> std::ops::Range<usize> {
        let start = self.events.partition_point(|event| event.at < from);
        let end = self.events.partition_point(|event| event.at <= to);
        start..end.max(start)
    }

    /// Lists the clients that have a part in what happened from one moment to another, the person first.
    pub fn clients(&self, from: Instant, to: Instant) -> Vec<ClientId> {
        let client = |end: Endpoint| match end {
            Endpoint::Client(client) => Some(client),
            Endpoint::Node(_) => None,
        };
        let events = self.events[self.between(from, to)].iter();
        let mut clients: BTreeSet<ClientId> =
            events.filter_map(|event| event.host.and_then(client)).collect();
        let bars = self
            .bars
            .iter()
            .filter(|bar| bar.from <= to && bar.end.at().is_none_or(|at| at >= from));
        clients.extend(bars.filter_map(|bar| client(bar.host)));
        let ways = self.messages.iter().filter(|message| message.is_between(from, to));
        clients.extend(ways.flat_map(|way| [way.from, way.to]).filter_map(client));
        let mut clients: Vec<ClientId> = clients.into_iter().collect();
        clients.sort_by_key(|client| (!client.is_user(), *client));
        clients
    }

    /// Gives the next event on the lane of this one, or the one before, of those that fit.
    pub fn along_lane(
        &self,
        place: usize,
        forward: bool,
        fits: impl Fn(&Event) -> bool,
    ) -> Option<usize> {
        let host = self.events.get(place)?.host;
        let is_next = |place: &usize| {
            let event = &self.events[*place];
            event.host == host && fits(event)
        };
        if forward {
            (place + 1..self.events.len()).find(is_next)
        } else {
            (0..place).rev().find(is_next)
        }
    }

    /// Gives the other end of the way of an event's message: where it was sent from what became of it, and
    /// what became of it from where it was sent.
    pub fn along_message(&self, place: usize) -> Option<usize> {
        let event = self.events.get(place)?;
        let message = self.messages.get(event.message? as usize)?;
        let [sent, queued, ended] = message.events.map(|place| place.map(|place| place as usize));
        match event.kind {
            EventKind::Sent => ended.or(queued),
            EventKind::Queued => ended.or(sent),
            _ => sent,
        }
    }
}
