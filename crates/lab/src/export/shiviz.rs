//! A journal as a log with vector clocks, in the format that ShiViz reads.
//!
//! Each event is two lines: the host with its vector clock, and the description of the event. ShiViz's
//! default parser reads them with the regular expression `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`. The
//! clocks are computed here from the messages alone. They are not the clocks of the store.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ringside_sim::{ClientId, Endpoint, Entry, EntryKind, Envelope, MessageId};

use crate::frame::log;
use crate::words;

/// A vector clock: the number of known events of each host.
type Clock = BTreeMap<Endpoint, u64>;

/// Writes a journal as a ShiViz log, entry by entry.
///
/// Interventions from outside, such as a cut or a crash, are no host's events and are left out. So are
/// background messages and events, unless the log is made with them.
#[derive(Clone, Debug, Default)]
pub struct Shiviz {
    background: bool,
    clocks: BTreeMap<Endpoint, Clock>,
    sent: BTreeMap<MessageId, Clock>,
}

impl Shiviz {
    /// Makes an empty log. `background` includes the nodes' own activity: gossip, anti-entropy, handoffs.
    pub fn new(background: bool) -> Self {
        Self { background, ..Self::default() }
    }

    /// Returns the two lines of an entry, or `None` if it is no event of a host or is left out.
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

    /// Advances the clock of a host by an event and, for a delivery, merges the clock of the message. Returns
    /// the host's clock.
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

/// Whether an entry belongs to the background activity of nodes.
fn is_background(entry: &Entry, message: Option<&Envelope>) -> bool {
    match message {
        Some(message) => ClientId::of(message.request).is_background(),
        None => entry.kind.request().is_none(),
    }
}

/// Returns the name of a host, without spaces, as the format requires.
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
