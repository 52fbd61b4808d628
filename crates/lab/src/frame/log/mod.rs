//! The event log: lines in plain English, from journal entries.

mod events;

use std::sync::Arc;

use ringside_sim::{ClientId, Entry, EntryKind, Envelope, Loss, Outcome};
use ringside_store::version::Siblings;
use ringside_store::{Instant, Operation, RequestId, Response, UnavailableReason};

use crate::lab::{Lab, intervention_words};
use crate::words::{capital, client_name, endpoint_name, kind_name, loss_reason, read_result};

/// A line of the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The number of the journal entry, from zero.
    pub number: u64,
    /// The time of the entry.
    pub at: Instant,
    /// The tone, for the line's mark and colour.
    pub tone: Tone,
    /// The event, in plain English.
    pub text: String,
    /// The request that the entry belongs to.
    pub request: Option<RequestId>,
}

/// The tone of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A step of an operation.
    Step,
    /// An operation met its quorum.
    Success,
    /// An operation failed, or a message was lost.
    Failure,
    /// A replica was repaired by any mechanism.
    Repair,
    /// Background work of a node: gossip, an exchange, a stream.
    Background,
    /// The user, the schedule or chaos changed the cluster.
    Command,
}

impl Lab {
    /// Returns the last `count` lines of the event log, oldest first.
    pub fn log(&self, count: usize) -> Vec<LogLine> {
        let lines = self.journal(0..u64::MAX).rev().filter_map(line);
        let mut lines: Vec<LogLine> = lines.take(count).collect();
        lines.reverse();
        lines
    }

    /// Returns a journal entry in words, also where the log has no line of it, or `None` if the entry is not
    /// kept.
    pub fn event_words(&self, number: u64) -> Option<String> {
        let entry = self.journal(number..number + 1).next()?;
        let on_its_way = |message: &Envelope, what: &str| {
            let (from, to) = (endpoint_name(message.from), endpoint_name(message.to));
            format!("{} from {from} to {to} {what}", capital(kind_name(message.kind)))
        };
        Some(match &entry.kind {
            EntryKind::Sent { message, .. } => on_its_way(message, "is sent"),
            EntryKind::Delivered { message } => on_its_way(message, "arrives"),
            EntryKind::Queued { message, .. } => on_its_way(message, "waits for its turn"),
            EntryKind::Node { node, .. } => line(entry).map_or_else(
                || format!("{node} takes a step that the log leaves out"),
                |it| it.text,
            ),
            _ => line(entry)?.text,
        })
    }
}

/// Returns the log's line of an entry, or `None` if another line implies the entry: a message's arrival shows
/// in what its receiver does.
pub(crate) fn line(entry: &Entry) -> Option<LogLine> {
    let (tone, text) = match &entry.kind {
        EntryKind::Invoked { request, operation, key, value, ttl } => {
            let who = capital(&client_name(ClientId::of(*request)));
            let text = match (operation, value) {
                (Operation::Put, Some(value)) => {
                    let ttl = ttl.map(|ttl| format!(", for {ttl}")).unwrap_or_default();
                    format!("{who}: put {key} = {value}{ttl}")
                }
                (operation, _) => format!("{who}: {operation} {key}"),
            };
            (Tone::Step, text)
        }
        EntryKind::Returned { request, outcome } => returned(ClientId::of(*request), outcome),
        EntryKind::Sent { .. } | EntryKind::Delivered { .. } | EntryKind::Queued { .. } => {
            return None;
        }
        EntryKind::Lost { message, why } => {
            let (from, to) = (endpoint_name(message.from), endpoint_name(message.to));
            let why = match why {
                Loss::Down => format!("{to} is stopped"),
                Loss::Full => format!("{to} has a full mailbox"),
                why => loss_reason(*why).to_owned(),
            };
            (
                Tone::Failure,
                format!("{} from {from} to {to} lost: {why}", capital(kind_name(message.kind))),
            )
        }
        EntryKind::Node { node, event } => events::words(*node, event)?,
        EntryKind::Intervention(intervention) => (Tone::Command, intervention_words(intervention)),
    };
    let request = entry.kind.request();
    Some(LogLine { number: entry.number, at: entry.at, tone, text, request })
}

fn returned(who: ClientId, outcome: &Outcome) -> (Tone, String) {
    let who = capital(&client_name(who));
    match outcome {
        Outcome::Answered(Response::Stored { version }) => {
            let clock = Siblings::of(Arc::clone(version)).clock();
            (Tone::Success, format!("{who}: ok, stored as {}, its clock is {clock}", version.dot))
        }
        Outcome::Answered(Response::Found { siblings, .. }) => {
            (Tone::Success, format!("{who}: ok, {}", read_result(siblings)))
        }
        Outcome::Answered(Response::Unavailable { cause, answered, needed, asked }) => {
            let why = match cause {
                UnavailableReason::Timeout => {
                    format!("{answered} answered and {needed} were needed")
                }
                UnavailableReason::Overloaded => "the coordinator has too much to do".to_owned(),
                UnavailableReason::TooFewNodes => {
                    format!("{asked} could be asked and {needed} were needed")
                }
            };
            (Tone::Failure, format!("{who}: failed, {why}"))
        }
        Outcome::Silence => (Tone::Failure, format!("{who}: no answer in time, gave up")),
        Outcome::Refused => (Tone::Failure, format!("{who}: failed, no node took the request")),
    }
}
