//! Construction of the diagram from the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_sim::{ClientId, Endpoint, Entry, EntryKind, Envelope, Intervention, MessageId};
use ringside_store::{Event as Step, Instant, NodeId};

use super::bars::{Bar, BarEnd, Bars};
use super::message::{Fate, Hold, Message};
use super::{Diagram, Event, EventKind};
use crate::lab::Lab;

/// Builds the diagram from the entries that are kept.
pub(super) fn build(lab: &Lab) -> Diagram {
    let mut builder = Builder::new(lab);
    lab.journal(0..u64::MAX).for_each(|entry| builder.observe(entry));
    builder.add_flights(lab);
    let first = builder.events.first();
    let whole = first.is_none_or(|event| event.number == 0);
    Diagram {
        now: lab.now(),
        begins: first.filter(|_| !whole).map_or(Instant::ZERO, |event| event.at),
        whole,
        nodes: lab.cluster().nodes().count() as u16,
        events: builder.events,
        messages: builder.messages,
        bars: builder.bars.all,
        fault_spans: Arc::default(),
        last_intervention: None,
    }
}

/// The places of messages in the list.
#[derive(Default)]
struct Places {
    /// The id of the first message whose sending is kept; the later ones follow it without a gap.
    first: Option<u64>,
    known: Vec<u32>,
    /// The messages that were sent before.
    older: BTreeMap<MessageId, u32>,
}

impl Places {
    fn get(&self, id: MessageId) -> Option<u32> {
        let later = self.first.and_then(|first| id.0.checked_sub(first));
        match later {
            Some(place) => self.known.get(place as usize).copied(),
            None => self.older.get(&id).copied(),
        }
    }

    fn insert(&mut self, id: MessageId, place: u32) {
        let first = *self.first.get_or_insert(id.0);
        if id.0 == first + self.known.len() as u64 {
            self.known.push(place);
        } else {
            self.older.insert(id, place);
        }
    }
}

struct Builder {
    events: Vec<Event>,
    messages: Vec<Message>,
    places: Places,
    bars: Bars,
    clogs: BTreeSet<(NodeId, NodeId)>,
    /// The last event on each lane.
    at_nodes: Vec<Option<u32>>,
    at_clients: BTreeMap<ClientId, u32>,
}

impl Builder {
    fn new(lab: &Lab) -> Self {
        let first = lab.journal(0..u64::MAX).next().map_or(0, |entry| entry.number);
        let mut clogs = BTreeSet::new();
        for entry in lab.interventions.iter().take_while(|entry| entry.number < first) {
            match &entry.kind {
                EntryKind::Intervention(Intervention::Clog { from, to }) => {
                    clogs.insert((*from, *to));
                }
                EntryKind::Intervention(Intervention::Unclog { from, to, .. }) => {
                    clogs.remove(&(*from, *to));
                }
                _ => {}
            }
        }
        let kept = lab.written().saturating_sub(first) as usize;
        Self {
            events: Vec::with_capacity(kept),
            messages: Vec::with_capacity(kept / 2),
            places: Places::default(),
            bars: Bars::default(),
            clogs,
            at_nodes: vec![None; lab.cluster().nodes().count()],
            at_clients: BTreeMap::new(),
        }
    }

    fn observe(&mut self, entry: &Entry) {
        let at = entry.at;
        let (kind, host, message) = match &entry.kind {
            EntryKind::Invoked { request, operation, key, .. } => {
                let host = Endpoint::Client(ClientId::of(*request));
                self.bars.begin(Bar {
                    host,
                    request: *request,
                    operation: *operation,
                    key: key.name().into(),
                    from: at,
                    end: BarEnd::Open,
                    row: 0,
                    number: entry.number,
                });
                (EventKind::Invoked, Some(host), None)
            }
            EntryKind::Returned { request, outcome } => {
                let host = Endpoint::Client(ClientId::of(*request));
                let end = if outcome.is_ok() { BarEnd::Ok(at) } else { BarEnd::Failed(at) };
                self.bars.end(*request, host, end);
                (EventKind::Returned, Some(host), None)
            }
            EntryKind::Sent { message, arrives } => {
                let place = self.send(message, at, *arrives);
                (EventKind::Sent, Some(message.from), Some(place))
            }
            EntryKind::Delivered { message } => {
                let place = self.place(message, at);
                self.messages[place as usize].fate = Fate::Delivered(at);
                (EventKind::Delivered, Some(message.to), Some(place))
            }
            EntryKind::Queued { message, .. } => {
                let place = self.place(message, at);
                self.messages[place as usize].queued = Some(at);
                (EventKind::Queued, Some(message.to), Some(place))
            }
            EntryKind::Lost { message, why } => {
                let place = self.place(message, at);
                let lost = &mut self.messages[place as usize];
                lost.fate = Fate::Lost(at, *why);
                release(lost, at);
                (EventKind::Lost, Some(message.from), Some(place))
            }
            EntryKind::Node { node: host, event } => {
                self.step(entry, *host, event);
                (EventKind::Step, Some(Endpoint::Node(*host)), None)
            }
            EntryKind::Intervention(intervention) => {
                (EventKind::Intervention, self.intervene(intervention, at), None)
            }
        };
        self.add(entry, kind, host, message);
    }

    /// Adds an event, with its predecessors.
    fn add(
        &mut self,
        entry: &Entry,
        kind: EventKind,
        host: Option<Endpoint>,
        message: Option<u32>,
    ) {
        let place = self.events.len() as u32;
        let request = entry.kind.request();
        let mut event = Event {
            number: entry.number,
            at: entry.at,
            kind,
            host,
            message,
            request,
            lane_previous: None,
            message_previous: None,
        };
        if let Some(message) = message {
            let [sent, queued, ended] = &mut self.messages[message as usize].events;
            event.message_previous = queued.or(*sent);
            match kind {
                EventKind::Sent => *sent = Some(place),
                EventKind::Queued => *queued = Some(place),
                _ => *ended = Some(place),
            }
        }
        if event.is_on_lane() {
            event.lane_previous = match host {
                Some(Endpoint::Node(node)) => {
                    self.at_nodes.get_mut(node.index()).and_then(|last| last.replace(place))
                }
                Some(Endpoint::Client(client)) => self.at_clients.insert(client, place),
                None => None,
            };
        }
        self.events.push(event);
    }

    fn send(&mut self, message: &Envelope, at: Instant, due: Instant) -> u32 {
        let place = self.messages.len() as u32;
        self.places.insert(message.id, place);
        let mut sent = Message {
            id: message.id,
            kind: message.kind,
            cause: message.request,
            from: message.from,
            to: message.to,
            sent: Some(at),
            due,
            queued: None,
            holds: Vec::new(),
            delays: Vec::new(),
            fate: Fate::Open,
            events: [None; 3],
        };
        if self.is_clogged(message.from, message.to) {
            sent.holds.push(Hold { from: at, to: None });
        }
        self.messages.push(sent);
        place
    }

    /// Returns the place of a message. A message whose sending is not kept is added.
    fn place(&mut self, message: &Envelope, at: Instant) -> u32 {
        if let Some(place) = self.places.get(message.id) {
            return place;
        }
        let place = self.messages.len() as u32;
        self.places.older.insert(message.id, place);
        self.messages.push(Message {
            id: message.id,
            kind: message.kind,
            cause: message.request,
            from: message.from,
            to: message.to,
            sent: None,
            due: at,
            queued: None,
            holds: Vec::new(),
            delays: Vec::new(),
            fate: Fate::Open,
            events: [None; 3],
        });
        place
    }

    fn step(&mut self, entry: &Entry, host: NodeId, step: &Step) {
        match step {
            Step::Coordinating { request, operation, key, .. } => {
                // The writer of a register begins twice: its first bar ends where the second begins.
                self.bars.end(*request, Endpoint::Node(host), BarEnd::Ok(entry.at));
                self.bars.begin(Bar {
                    host: Endpoint::Node(host),
                    request: *request,
                    operation: *operation,
                    key: key.name().into(),
                    from: entry.at,
                    end: BarEnd::Open,
                    row: 0,
                    number: entry.number,
                });
            }
            Step::QuorumMet { request, .. } => {
                self.bars.end(*request, Endpoint::Node(host), BarEnd::Ok(entry.at));
            }
            Step::QuorumFailed { request, .. } => {
                self.bars.end(*request, Endpoint::Node(host), BarEnd::Failed(entry.at));
            }
            _ => {}
        }
    }

    /// Observes an intervention. Returns its node, or `None` if it is not about a single node.
    fn intervene(&mut self, intervention: &Intervention, at: Instant) -> Option<Endpoint> {
        match intervention {
            Intervention::Crash(host) | Intervention::Wipe(host) => {
                self.bars.stop(*host, at);
                return Some(Endpoint::Node(*host));
            }
            Intervention::Restart(host)
            | Intervention::Pause(host)
            | Intervention::Resume(host)
            | Intervention::Slow { node: host, .. }
            | Intervention::Clock { node: host, .. }
            | Intervention::Join(host)
            | Intervention::Leave(host)
            | Intervention::Remove { by: host, .. } => return Some(Endpoint::Node(*host)),
            Intervention::Hold(id) => {
                if let Some(place) = self.places.get(*id) {
                    hold(&mut self.messages[place as usize], at);
                }
            }
            Intervention::Release(id, _) => {
                if let Some(place) = self.places.get(*id) {
                    let message = &mut self.messages[place as usize];
                    release(message, at);
                    let (from, to) = (message.from, message.to);
                    if self.is_clogged(from, to) {
                        hold(&mut self.messages[place as usize], at);
                    }
                }
            }
            Intervention::Delay { message, by, .. } => {
                if let Some(place) = self.places.get(*message) {
                    self.messages[place as usize].delays.push((at, *by));
                }
            }
            Intervention::Clog { from, to } => {
                self.clogs.insert((*from, *to));
                let ends = (Endpoint::Node(*from), Endpoint::Node(*to));
                let on_it = |message: &&mut Message| {
                    (message.from, message.to) == ends && message.queued.is_none()
                };
                self.messages.iter_mut().filter(on_it).for_each(|message| hold(message, at));
            }
            Intervention::Unclog { from, to, released } => {
                self.clogs.remove(&(*from, *to));
                for place in released.iter().filter_map(|(id, _)| self.places.get(*id)) {
                    release(&mut self.messages[place as usize], at);
                }
            }
            _ => {}
        }
        None
    }

    fn is_clogged(&self, from: Endpoint, to: Endpoint) -> bool {
        match (from, to) {
            (Endpoint::Node(from), Endpoint::Node(to)) => self.clogs.contains(&(from, to)),
            _ => false,
        }
    }

    /// Adds the messages in flight whose sending is not kept.
    fn add_flights(&mut self, lab: &Lab) {
        for flight in lab.in_flight() {
            let place = self.places.get(flight.id);
            if let Some(message) = place.map(|place| &mut self.messages[place as usize]) {
                if let Some(since) = flight.held.filter(|_| !message.is_held()) {
                    // It was held before the first entry that is kept.
                    message.holds.push(Hold { from: since, to: None });
                }
                continue;
            }
            let held = flight.held.map(|from| Hold { from, to: None });
            self.messages.push(Message {
                id: flight.id,
                kind: flight.kind,
                cause: flight.request,
                from: flight.from,
                to: flight.to,
                sent: Some(flight.sent),
                due: flight.arrives,
                queued: None,
                holds: held.into_iter().collect(),
                delays: Vec::new(),
                fate: Fate::Open,
                events: [None; 3],
            });
        }
    }
}

/// Holds a message, if it is in flight.
fn hold(message: &mut Message, at: Instant) {
    if message.fate == Fate::Open && !message.is_held() {
        message.holds.push(Hold { from: at, to: None });
    }
}

/// Releases a message, if it is held.
fn release(message: &mut Message, at: Instant) {
    if let Some(hold) = message.holds.last_mut().filter(|hold| hold.to.is_none()) {
        hold.to = Some(at);
    }
}
