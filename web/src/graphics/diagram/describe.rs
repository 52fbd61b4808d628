//! What is told of the diagram in words: the window, one event, and the events as rows of a table.

use std::rc::Rc;

use ringside_lab::diagram::{Diagram, Fate, Message};
use ringside_lab::{Endpoint, Instant, Lab, RequestId};

use super::lanes::host_name;
use crate::format;

/// What the page shows of the diagram beside its picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DiagramFrame {
    /// The window.
    pub(crate) window: (Instant, Instant),
    /// Whether it follows now.
    pub(crate) follows: bool,
    /// From when on the journal is kept; none where all of it is.
    pub(crate) begins: Option<Instant>,
    /// What the picture shows, in a sentence.
    pub(crate) title: String,
    /// What was left out or drawn together.
    pub(crate) note: Option<String>,
    /// What was wrong within the window, in words.
    pub(crate) troubles: Vec<String>,
    /// The height that the lanes need, where they do not fit.
    pub(crate) full_height: Option<f64>,
    /// The height that the lanes would take on a screen that is long.
    pub(crate) ample_height: f64,
    /// The event that was chosen.
    pub(crate) chosen: Option<Rc<Description>>,
    /// Whether the chosen event is kept no more.
    pub(crate) chosen_is_gone: bool,
    /// How many events have a part in the chosen one, and how many it has a part in.
    pub(crate) parts: (u32, u32),
    /// The last events that the window shows, where they are asked for, and how many there are before.
    pub(crate) rows: Option<(Rc<Vec<Row>>, usize)>,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Description {
    /// Its number in the journal.
    pub(crate) number: u64,
    /// When it happened.
    pub(crate) at: Instant,
    /// On whose lane.
    pub(crate) host: Option<String>,
    /// What happened.
    pub(crate) text: String,
    /// Its message.
    pub(crate) message: Option<MessageDescription>,
    /// The operation that it belongs to.
    pub(crate) request: Option<RequestId>,
    /// The same in words.
    pub(crate) operation: Option<String>,
}

/// A message in words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MessageDescription {
    /// Its kind.
    pub(crate) kind: ringside_lab::MessageKind,
    /// The sender.
    pub(crate) from: String,
    /// The receiver.
    pub(crate) to: String,
    /// When it was sent.
    pub(crate) sent: String,
    /// What became of it.
    pub(crate) fate: String,
    /// Whether it was lost.
    pub(crate) lost: bool,
}

/// An event as a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// Its number in the journal.
    pub(crate) number: u64,
    /// When it happened.
    pub(crate) at: String,
    /// On whose lane.
    pub(crate) host: String,
    /// What happened.
    pub(crate) text: String,
    /// The operation that it belongs to.
    pub(crate) operation: String,
}

/// Tells the event at a place.
pub(crate) fn told(lab: &Lab, diagram: &Diagram, place: usize) -> Option<Description> {
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
    /// Tells the event at a place as a row.
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
