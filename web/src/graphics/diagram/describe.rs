//! Descriptions in words: the window, a single event, and the events as table rows.

use std::rc::Rc;

use ringside_lab::diagram::{Diagram, Fate, Message};
use ringside_lab::{Endpoint, Instant, Lab, RequestId};

use super::lanes::host_name;
use crate::format;

/// The text and the layout that the page shows with the diagram's picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DiagramFrame {
    /// The first and the last moment of the window.
    pub(crate) window: (Instant, Instant),
    /// Whether the window follows the current time.
    pub(crate) follows: bool,
    /// The time at which the journal begins, or `None` if it reaches back to the start of the run.
    pub(crate) begins: Option<Instant>,
    /// A summary of the picture in one sentence.
    pub(crate) title: String,
    /// A note on messages left out or drawn together, or `None` if each is drawn.
    pub(crate) note: Option<String>,
    /// The faults within the window, in words.
    pub(crate) troubles: Vec<String>,
    /// The height that the lanes need, in CSS pixels, or `None` if they fit.
    pub(crate) full_height: Option<f64>,
    /// The height that the lanes take if there is room enough, in CSS pixels.
    pub(crate) ample_height: f64,
    /// The chosen event.
    pub(crate) chosen: Option<Rc<Description>>,
    /// Whether the journal no longer has the chosen event.
    pub(crate) chosen_is_gone: bool,
    /// The number of the chosen event's causes, and the number of its consequences.
    pub(crate) parts: (u32, u32),
    /// The last events in the window and the number of those left out, or `None` if the table is closed.
    pub(crate) rows: Option<(Rc<Vec<Row>>, usize)>,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Description {
    /// The event's number in the journal.
    pub(crate) number: u64,
    /// The time of the event.
    pub(crate) at: Instant,
    /// The name of the event's lane, or `None` for an event of the whole cluster.
    pub(crate) host: Option<String>,
    /// The event in words.
    pub(crate) text: String,
    /// The message that the event is about.
    pub(crate) message: Option<MessageDescription>,
    /// The request of the operation that the event belongs to.
    pub(crate) request: Option<RequestId>,
    /// The operation in words.
    pub(crate) operation: Option<String>,
}

/// A message in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MessageDescription {
    /// The message's kind.
    pub(crate) kind: ringside_lab::MessageKind,
    /// The sender.
    pub(crate) from: String,
    /// The receiver.
    pub(crate) to: String,
    /// The time at which the message was sent, as text.
    pub(crate) sent: String,
    /// The message's fate: delivered, lost, held, queued or in flight.
    pub(crate) fate: String,
    /// Whether the message was lost.
    pub(crate) lost: bool,
}

/// An event as a table row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// The event's number in the journal.
    pub(crate) number: u64,
    /// The time of the event, as text.
    pub(crate) at: String,
    /// The name of the event's lane, or "the cluster".
    pub(crate) host: String,
    /// The event in words.
    pub(crate) text: String,
    /// The operation that the event belongs to, in words, or empty if it belongs to none.
    pub(crate) operation: String,
}

/// Describes the event at a place in the diagram's list, or returns `None` if there is none.
pub(crate) fn describe(lab: &Lab, diagram: &Diagram, place: usize) -> Option<Description> {
    let event = diagram.events.get(place)?;
    let message = event.message.and_then(|place| diagram.messages.get(place as usize));
    Some(Description {
        number: event.number,
        at: event.at,
        host: event.host.map(host_name),
        text: lab.event_words(event.number)?,
        message: message.map(|message| describe_message(message, diagram.now)),
        request: event.request,
        operation: event.request.map(|request| operation(diagram, request)),
    })
}

impl Row {
    /// Builds the row of the event at a place in the diagram's list, or returns `None` if there is none.
    pub(crate) fn new(lab: &Lab, diagram: &Diagram, place: usize) -> Option<Self> {
        let event = diagram.events.get(place)?;
        Some(Self {
            number: event.number,
            at: format::log_time(event.at),
            host: event.host.map_or_else(|| "the cluster".to_owned(), host_name),
            text: lab.event_words(event.number)?,
            operation: event.request.map_or_else(String::new, |it| operation(diagram, it)),
        })
    }
}

fn operation(diagram: &Diagram, request: RequestId) -> String {
    let client = Endpoint::Client(ringside_lab::ClientId::of(request));
    let bar = diagram.bars.iter().rev().find(|bar| bar.request == request);
    match bar {
        Some(bar) => format!("{} {}, {}", bar.operation, bar.key, host_name(client)),
        None => format!("an operation of {} that began before the journal", host_name(client)),
    }
}

fn describe_message(message: &Message, now: Instant) -> MessageDescription {
    let sent = message.sent.map_or_else(
        || "before the journal begins".to_owned(),
        |sent| format!("at {}", format::moment(sent)),
    );
    let after = |at: Instant| {
        let took = message.sent.map(|sent| format!(", {} after", format::length(at.since(sent))));
        format!("{}{}", format::moment(at), took.unwrap_or_default())
    };
    let fate = match message.fate {
        Fate::Delivered(at) => format!("delivered at {}", after(at)),
        Fate::Lost(at, why) => format!("lost at {}: {}", after(at), format::loss_reason(why)),
        Fate::Open if message.is_held() => "held where it is".to_owned(),
        Fate::Open if message.queued.is_some() => "waits at its receiver for its turn".to_owned(),
        Fate::Open if message.due > now => {
            format!("on its way, due in {}", format::length(message.due.since(now)))
        }
        Fate::Open => "on its way".to_owned(),
    };
    let stops = message.holds.len() - usize::from(message.is_held());
    let fate = match stops {
        0 => fate,
        1 => format!("{fate}; it was held once"),
        times => format!("{fate}; it was held {times} times"),
    };
    MessageDescription {
        kind: message.kind,
        from: host_name(message.from),
        to: host_name(message.to),
        sent,
        fate,
        lost: matches!(message.fate, Fate::Lost(..)),
    }
}
