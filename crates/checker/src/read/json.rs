//! A reader of JSON lines: one object per line.

use super::ReadError;
use super::events::Builder;
use crate::Datum;

/// Reads the events of a text, line by line. Empty lines are skipped.
pub(super) fn read(text: &str, builder: &mut Builder) -> Result<(), ReadError> {
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let value: serde_json::Value = serde_json::from_str(line).map_err(|error| {
            // The library counts lines too, and each of these would be the first.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            let problem = format!("this is not JSON: {message} (column {})", error.column());
            ReadError { line: number, problem }
        })?;
        builder.event(number, Datum::from(value))?;
    }
    Ok(())
}
