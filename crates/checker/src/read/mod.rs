//! Readers of histories in files: JSON lines, and the EDN that Jepsen and Knossos write.

mod edn;
mod events;
mod json;

use crate::{Datum, History, OperationId};
use events::Builder;

/// A history from a file, with the lines of its operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedHistory {
    /// The history. In a file without keys, all operations have the key [`Datum::Nil`].
    pub history: History<Datum, Datum>,
    /// The line of each operation's invocation, from one.
    lines: Vec<u32>,
}

impl RecordedHistory {
    /// Returns the line on which an operation was invoked, from one, or 0 if the operation is not in this
    /// history.
    pub fn line(&self, id: OperationId) -> u32 {
        self.lines.get(id.0 as usize).copied().unwrap_or(0)
    }
}

/// An error in a file, with its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ReadError {
    /// The line, from one.
    pub line: u32,
    /// The problem on that line.
    pub problem: String,
}

/// Reads a history, which is either JSON lines or EDN: the text shows which.
///
/// JSON lines have one object per line, with `process`, `type` (`invoke`, `ok`, `fail`, `info`), `f`
/// (`read`, `write`, `cas`), `value` (`[from, to]` for a cas), and, if the file has several registers,
/// `key`. An operation may have a number, `op`; without it, a result belongs to the last operation that its
/// process invoked on that key.
///
/// EDN has the same as maps with keywords, one after the other or in a vector. Keys of Jepsen's
/// `independent` are in the value, as `[key value]`. Tags, comments and further fields (`:index`,
/// `:time`) are ignored, and so are the events of a process that has a keyword for a number, such as
/// `:nemesis` (in JSON, `"nemesis"`).
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
///     "line 1: process 0 has a result, but no open operation that it fits"
/// );
/// # Ok::<(), ringside_checker::ReadError>(())
/// ```
///
/// # Errors
///
/// Names the first line that cannot be understood, or that contradicts an earlier one.
pub fn read(bytes: &[u8]) -> Result<RecordedHistory, ReadError> {
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

/// Whether a text is JSON, by its first letters: the first key of an object is a string there.
fn is_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    inside.is_some_and(|inside| inside.starts_with(['"', '}']))
}
