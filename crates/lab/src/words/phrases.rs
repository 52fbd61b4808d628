//! Names of clients, endpoints and kinds of messages, and phrases for reasons and results.

use ringside_sim::{ClientId, Endpoint, Loss, MessageKind};
use ringside_store::HintRefusal;
use ringside_store::version::Siblings;

/// Returns the name of a client within a sentence: `you`, `you at A` for the user at a node, or
/// `client 3` for a client of the load.
pub fn client_name(client: ClientId) -> String {
    match client.node() {
        Some(node) => format!("you at {node}"),
        None => endpoint_name(Endpoint::Client(client)),
    }
}

/// Returns the name of a message's sender or receiver within a sentence: `A`, `you` or `client 3`.
///
/// The node that the user is at is left out, because it is the other endpoint of the message.
pub fn endpoint_name(endpoint: Endpoint) -> String {
    match endpoint {
        Endpoint::Client(client) if client.is_user() => "you".to_owned(),
        Endpoint::Client(client) => format!("client {}", client.0),
        Endpoint::Node(node) => node.to_string(),
    }
}

/// Returns the name of a kind of message within a sentence: `write`, `acknowledgement`.
pub const fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Request => "request",
        MessageKind::Reply => "reply",
        MessageKind::Write => "write",
        MessageKind::WriteAck => "acknowledgement",
        MessageKind::Read => "read",
        MessageKind::ReadAnswer => "answer",
        MessageKind::Digest => "digest request",
        MessageKind::DigestAnswer => "digest",
        MessageKind::Repair => "repair",
        MessageKind::RepairAck => "repair acknowledgement",
        MessageKind::Hint => "hint",
        MessageKind::HandOff => "handoff",
        MessageKind::HandOffAck => "handoff acknowledgement",
        MessageKind::Gossip => "gossip",
        MessageKind::GossipAnswer => "gossip answer",
        MessageKind::TreeHashes => "Merkle hashes",
        MessageKind::TreeKeys => "key list",
        MessageKind::TreeVersions => "versions",
        MessageKind::StreamRequest => "stream request",
        MessageKind::StreamPart => "stream part",
    }
}

/// Returns the reason of a lost message, as a clause: `the link is cut`.
pub const fn loss_reason(loss: Loss) -> &'static str {
    match loss {
        Loss::Cut => "the link is cut",
        Loss::Chance => "the channel lost it",
        Loss::Down => "the receiver is stopped",
        Loss::Dropped => "it was dropped by hand",
        Loss::Full => "the receiver's mailbox is full",
    }
}

/// Returns the reason of a refused hint, as a clause whose subject is the refusing node.
pub(crate) const fn hint_refusal_reason(refusal: HintRefusal) -> &'static str {
    match refusal {
        HintRefusal::Full => "it keeps as many for it as it may",
        HintRefusal::Window => "it has been away for longer than the window",
    }
}

/// Describes the result of a read, as a clause: `the value is blue`.
pub(crate) fn read_result(siblings: &Siblings) -> String {
    let values: Vec<String> = siblings.values().map(ToString::to_string).collect();
    match values.as_slice() {
        [] if siblings.is_empty() => "nothing was found".to_owned(),
        [] => "the key is deleted".to_owned(),
        [one] => format!("the value is {one}"),
        many => format!("conflict, {} siblings: {}", many.len(), many.join(" | ")),
    }
}
