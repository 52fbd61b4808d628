//! Reads histories from files: JSON lines, and the EDN that Jepsen and Knossos write.

mod edn;
mod events;
mod json;

use std::fmt;

use crate::{Datum, History, OperationId};
use events::Builder;

/// A history from a file, and where in the file it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The history. A file without keys is about one key, [`Datum::Nil`].
    pub history: History<Datum, Datum>,
    /// The line of each operation's invocation, from one.
    lines: Vec<u32>,
}

impl Record {
    /// Gives the line on which an operation was invoked, from one; zero for one that is not of this
    /// history.
    pub fn line(&self, id: OperationId) -> u32 {
        self.lines.get(id.0 as usize).copied().unwrap_or(0)
    }
}

/// What is wrong with a file, and on which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The line, from one.
    pub line: u32,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ReadError {}

/// Reads a history, and sees by itself whether it is JSON lines or EDN.
///
/// JSON lines have an object a line, with `process`, `type` (`invoke`, `ok`, `fail`, `info`), `f`
/// (`read`, `write`, `cas`), `value` (`[from, to]` for a cas), and, where the file has several registers,
/// `key`. An operation may have a number, `op`; without it, an answer is for what its process last asked
/// of that key.
///
/// EDN has the same as maps with keywords, one after the other or in a vector. Keys of Jepsen's
/// `independent` stand in the value, as `[key value]`. Tags, comments and further fields (`:index`,
/// `:time`) are passed over, and so is whatever a process does that has a keyword for a number, as
/// `:nemesis` has (in JSON, `"nemesis"`).
///
/// ```
/// let text = "{:process 0, :type :invoke, :f :write, :value 3}\n\
///             {:process 0, :type :ok, :f :write, :value 3}\n";
/// let record = ringside_checker::read(text.as_bytes())?;
/// assert_eq!(record.history.operations().len(), 1);
///
/// let wrong = ringside_checker::read(b"{\"process\": 0, \"type\": \"ok\", \"f\": \"write\"}");
/// assert_eq!(
///     wrong.unwrap_err().to_string(),
///     "line 1: process 0 has an answer, but it asked for nothing that is still open"
/// );
/// # Ok::<(), ringside_checker::ReadError>(())
/// ```
///
/// # Errors
///
/// Names the first line that cannot be understood, or that contradicts an earlier one.
pub fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.split(|&byte| byte == b'\n').skip(1).count() as u32;
        ReadError { line, problem: "this is not UTF-8".to_owned() }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    if is_json(text) {
        json::read(text, &mut builder)?;
    } else {
        edn::read(text, &mut builder)?;
    }
    Ok(builder.finish())
}

/// Tells by its first letters whether a text is JSON: there an object's first key is a string.
fn is_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    inside.is_some_and(|inside| inside.starts_with(['"', '}']))
}
