//! The event log: journal entries in plain words.

use ringside_sim::{Act, ClientId, End, Entry, Kind, Loss, Outcome, What};
use ringside_store::version::Siblings;
use ringside_store::{Event, NodeId, Operation, Response};

use crate::frame::{LogLine, Tone};
use crate::operation::loss_words;

/// Tells an entry as a line of the log; none for entries that another line tells as well, such as a
/// message's arrival, which shows in what its receiver does.
pub(crate) fn line(entry: &Entry) -> Option<LogLine> {
    let (tone, text) = match &entry.what {
        What::Invoked { request, operation, key, value } => {
            let who = client(ClientId::of(*request));
            let text = match (operation, value) {
                (Operation::Put, Some(value)) => format!("{who}: put {key} = {value}"),
                (operation, _) => format!("{who}: {operation} {key}"),
            };
            (Tone::Step, text)
        }
        What::Returned { request, outcome } => returned(ClientId::of(*request), outcome),
        What::Sent { .. } | What::Delivered { .. } => return None,
        What::Lost { message, why } => {
            let (from, to) = (end(message.from), end(message.to));
            let why = match why {
                Loss::Down => format!("{to} is stopped"),
                why => loss_words(*why).to_owned(),
            };
            (Tone::Failure, format!("{} from {from} to {to} lost: {why}", kind(message.kind)))
        }
        What::Node { node, event } => step(*node, event)?,
        What::Act(act) => (Tone::Command, command(act)),
    };
    let request = entry.what.request();
    Some(LogLine { number: entry.number, at: entry.at, tone, text, request })
}

fn returned(who: ClientId, outcome: &Outcome) -> (Tone, String) {
    let who = client(who);
    match outcome {
        Outcome::Answered(Response::Stored { version }) => {
            (Tone::Success, format!("{who}: ok, stored as {}", version.dot))
        }
        Outcome::Answered(Response::Found { siblings }) => {
            (Tone::Success, format!("{who}: ok, {}", found(siblings)))
        }
        Outcome::Answered(Response::Unavailable { answered, needed, .. }) => {
            (Tone::Failure, format!("{who}: failed, {answered} answered and {needed} were needed"))
        }
        Outcome::Silence => (Tone::Failure, format!("{who}: no answer in time, gave up")),
        Outcome::Refused => (Tone::Failure, format!("{who}: failed, nobody took the request")),
    }
}

fn found(siblings: &Siblings) -> String {
    let values: Vec<String> = siblings.values().map(ToString::to_string).collect();
    match values.as_slice() {
        [] if siblings.is_empty() => "the key was never written".to_owned(),
        [] => "the key is deleted".to_owned(),
        [one] => format!("the value is {one}"),
        many => format!("conflict, {} siblings: {}", many.len(), many.join(" | ")),
    }
}

fn step(node: NodeId, event: &Event) -> Option<(Tone, String)> {
    Some(match event {
        Event::Coordinating { operation, key, asked, needed, dot, .. } => {
            let asked = names(asked);
            let text = match dot {
                Some(dot) => format!(
                    "{node} coordinates the {operation} of {key}, names it {dot}, asks {asked}; {needed} must acknowledge"
                ),
                None => format!(
                    "{node} coordinates the {operation} of {key}, asks {asked}; {needed} must answer"
                ),
            };
            (Tone::Step, text)
        }
        Event::Stored { key, dot, changed: true, siblings: 0 | 1, .. } => {
            (Tone::Step, format!("{node} stored {key} ({dot})"))
        }
        Event::Stored { key, dot, changed: true, siblings, .. } => (
            Tone::Step,
            format!("{node} stored {key} ({dot}) beside what it held: {siblings} siblings now"),
        ),
        Event::Stored { key, dot, changed: false, .. } => {
            (Tone::Step, format!("{node} holds {dot} of {key} already, or a later version"))
        }
        Event::Acknowledged { from, have, needed, .. } => {
            (Tone::Step, format!("{node} counts {}{}", whose(node, *from), votes(*have, *needed)))
        }
        Event::Answered { from, have, needed, siblings, .. } => {
            let (whose, what) = (whose(node, *from), found(siblings));
            (Tone::Step, format!("{node} counts {whose} ({what}){}", votes(*have, *needed)))
        }
        Event::Ignored { from, .. } => {
            (Tone::Step, format!("{node} hears from {from}, but the operation has ended"))
        }
        Event::QuorumMet { have, needed, .. } => {
            (Tone::Success, format!("{node}: quorum met, {have} of {needed} needed"))
        }
        Event::QuorumFailed { have, needed, asked, .. } => (
            Tone::Failure,
            format!("{node}: no quorum, {have} of {asked} answered and {needed} were needed"),
        ),
        Event::Repairing { key, replica, siblings, .. } => {
            let dots: Vec<String> = siblings.iter().map(|v| v.dot.to_string()).collect();
            let text =
                format!("{node} found {key} stale on {replica}, brings it {}", dots.join(", "));
            (Tone::Repair, text)
        }
        Event::Repaired { key, changed: true, .. } => {
            (Tone::Repair, format!("{node} took the repair of {key}"))
        }
        Event::Repaired { changed: false, .. } => return None,
    })
}

fn whose(coordinator: NodeId, from: NodeId) -> String {
    if coordinator == from { "its own copy".to_owned() } else { from.to_string() }
}

/// Says how many votes there are; those after the quorum are late and decide nothing.
fn votes(have: u16, needed: u16) -> String {
    if have > needed {
        ", after the quorum was met".to_owned()
    } else {
        format!(": {have} of {needed} needed")
    }
}

fn command(act: &Act) -> String {
    match act {
        Act::Crash(node) => format!("{node} crashed: its memory is lost, its disk stays"),
        Act::Restart(node) => format!("{node} is back on its disk"),
        Act::Wipe(node) => format!("{node} stopped and lost its disk"),
        Act::Cut(links) => format!("the network was cut: {} links blocked", links.len()),
        Act::Heal => "the network healed: no link is blocked".to_owned(),
        Act::Quorum(quorum) => {
            format!("N, R, W are now {}, {}, {}", quorum.n(), quorum.r(), quorum.w())
        }
        Act::Latency(latency) => {
            format!("messages between nodes now take {:.1} ms on average", latency.mean_us() / 1e3)
        }
        Act::Loss(loss) => format!("{:.1}% of messages between nodes are lost now", loss * 100.0),
        Act::Load(None) => "the load is off".to_owned(),
        Act::Load(Some(load)) => {
            format!(
                "the load is on: {} operations a second, {:.0}% of them gets",
                load.rate,
                load.read_share * 100.0
            )
        }
        Act::Hold(message) => format!("message {} is held where it is", message.0),
        Act::Release(message, _) => format!("message {} goes on", message.0),
        Act::Refused(reason) => format!("the schedule could not go on as written: {reason}"),
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

fn end(end: End) -> String {
    match end {
        End::Client(id) if id.is_person() => "you".to_owned(),
        End::Client(id) => format!("client {}", id.0),
        End::Node(node) => node.to_string(),
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "Request",
        Kind::Reply => "Reply",
        Kind::Write => "Write",
        Kind::WriteAck => "Acknowledgement",
        Kind::Read => "Read",
        Kind::ReadAnswer => "Answer",
        Kind::Repair => "Repair",
    }
}

fn names(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    names.join(", ")
}
