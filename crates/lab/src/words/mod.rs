//! The vocabulary of the log, the explanations and the page: one name for each thing, one format for
//! each kind of number.
//!
//! Names, all for the middle of a sentence ([`capital`] makes one that begins it):
//!
//! - [`kind_name`]: a kind of message, `acknowledgement`
//! - [`loss_reason`]: why a message was lost, `the link is cut`
//! - [`client_name`]: a client, `you at A`
//! - [`endpoint_name`]: a sender or receiver, `A`, `you` or `client 3`
//! - a node is named by its `Display`, `A`
//!
//! Times: [`length`] for what was measured, [`span`] for what was set, [`moment`] for an instant.
//!
//! Numbers: [`percent`], [`rounded`], [`thousands`], [`count`], [`count_of`], [`bytes`].
//!
//! Lists: [`list`] (`A, B and C`), [`joined`] (`A, B, C`), [`first_few`] (`A, B and 98 more`).

pub(crate) mod commands;
mod events;
mod format;
mod interventions;
mod phrases;

pub use format::{
    bytes, capital, count, count_of, first_few, joined, length, list, moment, percent, rounded,
    span, thousands,
};
pub use phrases::{client_name, endpoint_name, kind_name, loss_reason};
pub(crate) use phrases::{hint_refusal_reason, read_result};

use std::sync::Arc;

use ringside_sim::{ClientId, Entry, EntryKind, Loss, Outcome};
use ringside_store::version::Siblings;
use ringside_store::{Operation, Response, UnavailableReason};

use crate::frame::{LogLine, Tone};

/// Tells an entry as a line of the log; none for entries that another line tells as well, such as a
/// message's arrival, which shows in what its receiver does.
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
        EntryKind::Intervention(act) => (Tone::Command, interventions::words(act)),
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
        Outcome::Refused => (Tone::Failure, format!("{who}: failed, nobody took the request")),
    }
}
