//! Operations and values as text.

use ringside_sim::ClientId;
use ringside_store::Operation;
use ringside_store::version::Version;

use super::history::{Answer, KeyOperation, Versions};

/// Names an operation, as `client 2's read of v17 (A4)` or `your write of blue (B1) through B`.
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

/// Describes the value that a write leaves, with the write's dot if it has one.
pub(super) fn written(key_operation: &KeyOperation) -> String {
    match (key_operation.value, key_operation.dot) {
        (Some(value), Some(dot)) => format!("{value} ({dot})"),
        (Some(value), None) => value.to_string(),
        (None, _) => "nothing".to_owned(),
    }
}

/// Describes the result of a read. Siblings are separated by bars.
pub(super) fn found(versions: Versions) -> String {
    let values: Vec<String> = versions.live().map(version).collect();
    if values.is_empty() { "nothing".to_owned() } else { values.join(" | ") }
}

fn version(version: &Version) -> String {
    let value = version.value.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{value} ({})", version.dot)
}

/// Returns a number below ten as a word, and any other in digits.
pub(super) fn number(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// Makes a sentence: capitalises the first letter and appends a full stop.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
