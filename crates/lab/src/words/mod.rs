//! The event log: journal entries in plain words.

pub(crate) mod commands;
mod events;
mod interventions;

use std::sync::Arc;

use ringside_sim::{ClientId, End, Entry, Kind, Loss, Outcome, What};
use ringside_store::version::Siblings;
use ringside_store::{Cause, NodeId, Operation, Response};

use crate::frame::{LogLine, Tone, loss_words};

/// Tells an entry as a line of the log; none for entries that another line tells as well, such as a
/// message's arrival, which shows in what its receiver does.
pub(crate) fn line(entry: &Entry) -> Option<LogLine> {
    let (tone, text) = match &entry.what {
        What::Invoked { request, operation, key, value, ttl } => {
            let who = client(ClientId::of(*request));
            let text = match (operation, value) {
                (Operation::Put, Some(value)) => {
                    let ttl = ttl.map(|ttl| format!(", for {ttl}")).unwrap_or_default();
                    format!("{who}: put {key} = {value}{ttl}")
                }
                (operation, _) => format!("{who}: {operation} {key}"),
            };
            (Tone::Step, text)
        }
        What::Returned { request, outcome } => returned(ClientId::of(*request), outcome),
        What::Sent { .. } | What::Delivered { .. } | What::Queued { .. } => return None,
        What::Lost { message, why } => {
            let (from, to) = (end(message.from), end(message.to));
            let why = match why {
                Loss::Down => format!("{to} is stopped"),
                Loss::Full => format!("{to} has a full mailbox"),
                why => loss_words(*why).to_owned(),
            };
            (Tone::Failure, format!("{} from {from} to {to} lost: {why}", kind(message.kind)))
        }
        What::Node { node, event } => events::words(*node, event)?,
        What::Act(act) => (Tone::Command, interventions::words(act)),
    };
    let request = entry.what.request();
    Some(LogLine { number: entry.number, at: entry.at, tone, text, request })
}

fn returned(who: ClientId, outcome: &Outcome) -> (Tone, String) {
    let who = client(who);
    match outcome {
        Outcome::Answered(Response::Stored { version }) => {
            let clock = Siblings::of(Arc::clone(version)).clock();
            (Tone::Success, format!("{who}: ok, stored as {}, its clock is {clock}", version.dot))
        }
        Outcome::Answered(Response::Found { siblings, .. }) => {
            (Tone::Success, format!("{who}: ok, {}", found(siblings)))
        }
        Outcome::Answered(Response::Unavailable { cause, answered, needed, asked }) => {
            let why = match cause {
                Cause::Timeout => format!("{answered} answered and {needed} were needed"),
                Cause::Overloaded => "the coordinator has too much to do".to_owned(),
                Cause::TooFewNodes => format!("{asked} could be asked and {needed} were needed"),
            };
            (Tone::Failure, format!("{who}: failed, {why}"))
        }
        Outcome::Silence => (Tone::Failure, format!("{who}: no answer in time, gave up")),
        Outcome::Refused => (Tone::Failure, format!("{who}: failed, nobody took the request")),
    }
}

/// Says what a key's versions are for a reader.
pub(crate) fn found(siblings: &Siblings) -> String {
    let values: Vec<String> = siblings.values().map(ToString::to_string).collect();
    match values.as_slice() {
        [] if siblings.is_empty() => "nothing was found".to_owned(),
        [] => "the key is deleted".to_owned(),
        [one] => format!("the value is {one}"),
        many => format!("conflict, {} siblings: {}", many.len(), many.join(" | ")),
    }
}

/// Names a client as people know it.
pub(crate) fn client(id: ClientId) -> String {
    match id.node() {
        Some(node) => format!("You at {node}"),
        None if id == ClientId::PERSON => "You".to_owned(),
        None => format!("Client {}", id.0),
    }
}

pub(crate) fn end(end: End) -> String {
    match end {
        End::Client(id) if id.is_person() => "you".to_owned(),
        End::Client(id) => format!("client {}", id.0),
        End::Node(node) => node.to_string(),
    }
}

pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "Request",
        Kind::Reply => "Reply",
        Kind::Write => "Write",
        Kind::WriteAck => "Acknowledgement",
        Kind::Read => "Read",
        Kind::ReadAnswer => "Answer",
        Kind::Digest => "Request for a digest",
        Kind::DigestAnswer => "Digest",
        Kind::Repair => "Repair",
        Kind::RepairAck => "Acknowledgement of a repair",
        Kind::Hint => "Write with a hint",
        Kind::HandOff => "Handed-over key",
        Kind::HandOffAck => "Acknowledgement of a handed-over key",
        Kind::Gossip => "Gossip",
        Kind::GossipAnswer => "Answer to gossip",
        Kind::TreeHashes => "Merkle hashes",
        Kind::TreeKeys => "List of keys",
        Kind::TreeVersions => "Exchanged versions",
        Kind::StreamAsk => "Request for a range",
        Kind::StreamPart => "Part of a range",
    }
}

/// Counts things: one of them, or several.
pub(crate) fn count(number: impl Into<u64>, thing: &str) -> String {
    match number.into() {
        1 => format!("1 {thing}"),
        many => format!("{many} {thing}s"),
    }
}

/// Lists nodes by their names.
pub(crate) fn names(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    names.join(", ")
}
