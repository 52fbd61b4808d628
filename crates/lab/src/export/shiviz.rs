//! A journal as a log with vector clocks, in the format that ShiViz reads.
//!
//! Each event is two lines: the host with its vector clock, and what happened. ShiViz's default parser takes
//! them with the regular expression `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`. The clocks are made here, from
//! the messages alone: they have nothing to do with those of the store.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ringside_sim::{ClientId, Endpoint, Entry, EntryKind, Envelope, MessageId};

use crate::frame::log;
use crate::words;

/// A vector clock: how many events of each host are known.
type Clock = BTreeMap<Endpoint, u64>;

/// Writes a journal as a ShiViz log, entry by entry.
///
/// Interventions from outside (a cut, a crash) are no host's events and are left out. So are the many
/// background messages where `background` is false.
#[derive(Clone, Debug, Default)]
pub struct Shiviz {
    background: bool,
    clocks: BTreeMap<Endpoint, Clock>,
    sent: BTreeMap<MessageId, Clock>,
}

impl Shiviz {
    /// Begins a log, with or without what nodes do by themselves: gossip, anti-entropy, hand-overs.
    pub fn new(background: bool) -> Self {
        Self { background, ..Self::default() }
    }

    /// Returns the lines of an entry, or `None` where it is no event of a host.
    pub fn lines(&mut self, entry: &Entry) -> Option<String> {
        let (host, message) = match &entry.kind {
            EntryKind::Invoked { request, .. } | EntryKind::Returned { request, .. } => {
                (Endpoint::Client(ClientId::of(*request)), None)
            }
            EntryKind::Sent { message, .. } => (message.from, Some(message)),
            EntryKind::Delivered { message } => (message.to, Some(message)),
            EntryKind::Lost { message, .. } => {
                self.sent.remove(&message.id);
                return None;
            }
            EntryKind::Node { node, .. } => (Endpoint::Node(*node), None),
            EntryKind::Queued { .. } | EntryKind::Intervention(_) => return None,
        };
        if !self.background && is_background(entry, message) {
            return None;
        }
        let kind = |message: &Envelope| words::capital(words::kind_name(message.kind));
        let text = match (message, &entry.kind) {
            (Some(message), EntryKind::Sent { .. }) => {
                format!("{} to {}", kind(message), words::endpoint_name(message.to))
            }
            (Some(message), _) => {
                format!("{} from {} arrives", kind(message), words::endpoint_name(message.from))
            }
            (None, _) => log::line(entry)?.text,
        };
        let clock = self.tick(host, entry, message);
        let mut line = format!("{} {{", name(host));
        for (index, (end, count)) in clock.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            // Writing to a string can't fail.
            _ = write!(line, "{comma}\"{}\": {count}", name(*end));
        }
        // One line for the event: a value may hold any character.
        let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        Some(format!("{line}}}\n{:.3} ms: {text}\n", entry.at.as_ms()))
    }

    /// Counts an event of a host, and what it learns by it.
    fn tick(&mut self, host: Endpoint, entry: &Entry, message: Option<&Envelope>) -> Clock {
        let clock = self.clocks.entry(host).or_default();
        *clock.entry(host).or_default() += 1;
        match (&entry.kind, message) {
            (EntryKind::Delivered { .. }, Some(message)) => {
                for (end, count) in self.sent.remove(&message.id).into_iter().flatten() {
                    let known = clock.entry(end).or_default();
                    *known = count.max(*known);
                }
            }
            (EntryKind::Sent { .. }, Some(message)) => {
                self.sent.insert(message.id, clock.clone());
            }
            _ => {}
        }
        clock.clone()
    }
}

/// Whether an entry belongs to what a node does by itself.
fn is_background(entry: &Entry, message: Option<&Envelope>) -> bool {
    match message {
        Some(message) => ClientId::of(message.request).is_background(),
        None => entry.kind.request().is_none(),
    }
}

/// Names a host without a space, as the format wants it.
fn name(end: Endpoint) -> String {
    match end {
        Endpoint::Node(node) => node.to_string(),
        Endpoint::Client(id) => match id.node() {
            Some(node) => format!("you@{node}"),
            None if id == ClientId::USER => "you".to_owned(),
            None => format!("client{}", id.0),
        },
    }
}
