//! Operations and values in the words of the page.

use ringside_sim::ClientId;
use ringside_store::Operation;
use ringside_store::version::Version;

use super::history::{Answer, KeyOperation, Versions};

/// Names an operation: "client 2's read of v17 (A4)", "your write of blue (B1) through B".
pub(super) fn name(key_operation: &KeyOperation) -> String {
    let client = key_operation.client();
    let what = match (key_operation.operation, key_operation.answer) {
        (Operation::Get, Answer::Found(versions)) => format!("read of {}", found(versions)),
        (Operation::Get, _) => "read".to_owned(),
        (Operation::Put, _) => format!("write of {}", written(key_operation)),
        (Operation::Delete, _) => "delete".to_owned(),
    };
    match client.node() {
        Some(node) => format!("your {what} through {node}"),
        None if client == ClientId::USER => format!("your {what}"),
        None => format!("client {}'s {what}", client.0),
    }
}

/// Describes what a write leaves, with its name where it has one.
pub(super) fn written(key_operation: &KeyOperation) -> String {
    match (key_operation.value, key_operation.dot) {
        (Some(value), Some(dot)) => format!("{value} ({dot})"),
        (Some(value), None) => value.to_string(),
        (None, _) => "nothing".to_owned(),
    }
}

/// Describes what a read returned: siblings with bars between them.
pub(super) fn found(versions: Versions) -> String {
    let key_operation: Vec<String> = versions.live().map(version).collect();
    if key_operation.is_empty() { "nothing".to_owned() } else { key_operation.join(" | ") }
}

fn version(version: &Version) -> String {
    let value = version.value.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{value} ({})", version.dot)
}

/// Writes a small number as a word.
pub(super) fn number(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// Makes a sentence of its words: a capital in front, a full stop behind.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
