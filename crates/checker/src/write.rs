//! A writer of histories as JSON lines.

use serde::Serialize;

use crate::{Call, Event, History, Phase};

/// The JSON object of one event. An operation has a number, so that a process may have several open.
#[derive(Serialize)]
struct JsonEvent<'history, K, V> {
    op: u32,
    process: u64,
    #[serde(rename = "type")]
    phase: &'static str,
    f: &'static str,
    key: &'history K,
    value: Option<JsonValue<'history, V>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonValue<'history, V> {
    One(&'history V),
    Pair(&'history V, &'history V),
}

/// Writes one event as a line, without the newline.
///
/// # Errors
///
/// Returns the serializer's error if the key or the value cannot be written as JSON, such as a map with
/// keys other than strings.
pub fn json_line<K: Serialize, V: Serialize>(
    event: &Event<'_, K, V>,
) -> Result<String, serde_json::Error> {
    let operation = event.operation;
    let value = match (&operation.call, event.phase) {
        (Call::Read(Some(value)), Phase::Ok) | (Call::Write(value), _) => {
            Some(JsonValue::One(value))
        }
        (Call::Read(_), _) => None,
        (Call::Cas { from, to }, _) => Some(JsonValue::Pair(from, to)),
    };
    serde_json::to_string(&JsonEvent {
        op: event.id.0,
        process: operation.process,
        phase: event.phase.name(),
        f: operation.call.name(),
        key: &operation.key,
        value,
    })
}

/// Writes a history as JSON lines, one per event, in their order. [`crate::read`] reads it back.
///
/// # Errors
///
/// Returns the serializer's error if a key or a value cannot be written as JSON, such as a map with keys
/// other than strings.
pub fn to_json_lines<K: Serialize, V: Serialize>(
    history: &History<K, V>,
) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for event in history.events() {
        text += &json_line(&event)?;
        text.push('\n');
    }
    Ok(text)
}
