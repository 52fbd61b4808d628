//! The space-time diagram as plain data: lanes, messages, operations, faults, and causality between events.
//!
//! It is built from the journal entries that are kept, and from all interventions. It knows nothing of the time
//! before [`Diagram::begins`].

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

/// The space-time diagram of the journal entries that are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    /// The virtual time.
    pub now: Instant,
    /// The time from which on events are known.
    pub begins: Instant,
    /// Whether this is the beginning of the run.
    pub whole: bool,
    /// The number of nodes, including those that have left.
    pub nodes: u16,
    /// The events: one for each journal entry that is kept, oldest first.
    pub events: Vec<Event>,
    /// The messages that were in flight in this time, in no particular order.
    pub messages: Vec<Message>,
    /// The operations that began in this time, at their clients and their coordinators, oldest first.
    pub bars: Vec<Bar>,
    /// The faults of nodes and links, oldest first.
    pub fault_spans: Arc<Vec<FaultSpan>>,
    /// The entry number and the time of the last intervention.
    last_intervention: Option<(u64, Instant)>,
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number of its journal entry.
    pub number: u64,
    /// Its time.
    pub at: Instant,
    /// Its kind.
    pub kind: EventKind,
    /// The lane on which it is drawn, or `None` for an event of the whole cluster.
    pub host: Option<Endpoint>,
    /// The place in the list of the message that it is about.
    pub message: Option<u32>,
    /// The client's request that it belongs to.
    pub request: Option<RequestId>,
    /// The place in the list of the previous event on its lane.
    pub(crate) lane_previous: Option<u32>,
    /// The place in the list of the previous event of its message.
    pub(crate) message_previous: Option<u32>,
}

/// The kind of an event.
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
    /// A message was queued at its receiver, which has not handled it yet.
    Queued,
    /// A message was lost; neither endpoint knows.
    Lost,
    /// A node emitted an event.
    Step,
    /// The cluster was changed from outside.
    Intervention,
}

impl Event {
    /// Whether the host of its lane took part in it. A message that is lost or queued is not yet an event of
    /// its receiver.
    pub const fn is_on_lane(&self) -> bool {
        self.host.is_some() && !matches!(self.kind, EventKind::Queued | EventKind::Lost)
    }
}

impl Diagram {
    /// Builds the diagram of a run. An earlier diagram of the same run saves a part of the work.
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

    /// Returns the place in the list of the event with this number.
    pub fn find(&self, number: u64) -> Option<usize> {
        let first = self.events.first()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        (place < self.events.len()).then_some(place)
    }

    /// Returns the places of the events from one moment to another, both included.
    pub fn between(&self, from: Instant, to: Instant) -> std::ops::Range<usize> {
        let start = self.events.partition_point(|event| event.at < from);
        let end = self.events.partition_point(|event| event.at <= to);
        start..end.max(start)
    }

    /// Returns the clients that took part in events from one moment to another, the user first.
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
        let messages = self.messages.iter().filter(|message| message.is_between(from, to));
        clients.extend(messages.flat_map(|it| [it.from, it.to]).filter_map(client));
        let mut clients: Vec<ClientId> = clients.into_iter().collect();
        clients.sort_by_key(|client| (!client.is_user(), *client));
        clients
    }

    /// Returns the next or the previous event on the lane of this one that `fits`.
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

    /// Returns the event at the other end of an event's message: the end of a message from its sending, and its
    /// sending from its end.
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
