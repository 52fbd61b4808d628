//! Operations and values in the words of the page.

use ringside_sim::ClientId;
use ringside_store::Operation;
use ringside_store::version::Version;

use super::history::{Answer, KeyOperation, Versions};

/// Names an operation: "client 2's read of v17 (A4)", "your write of blue (B1) through B".
pub(super) fn name(told: &KeyOperation) -> String {
    let client = told.client();
    let what = match (told.operation, told.answer) {
        (Operation::Get, Answer::Found(versions)) => format!("read of {}", found(versions)),
        (Operation::Get, _) => "read".to_owned(),
        (Operation::Put, _) => format!("write of {}", written(told)),
        (Operation::Delete, _) => "delete".to_owned(),
    };
    match client.node() {
        Some(node) => format!("your {what} through {node}"),
        None if client == ClientId::USER => format!("your {what}"),
        None => format!("client {}'s {what}", client.0),
    }
}

/// Describes what a write leaves, with its name where it has one.
pub(super) fn written(told: &KeyOperation) -> String {
    match (told.value, told.dot) {
        (Some(value), Some(dot)) => format!("{value} ({dot})"),
        (Some(value), None) => value.to_string(),
        (None, _) => "nothing".to_owned(),
    }
}

/// Describes what a read returned: siblings with bars between them.
pub(super) fn found(versions: Versions) -> String {
    let told: Vec<String> = versions.live().map(version).collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join(" | ") }
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
