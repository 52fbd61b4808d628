//! An error in the text of a scenario, with its place.

use ringside_lab::ScenarioError;

/// The reason why a text is no valid scenario.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LocatedError {
    /// The message: the field or the line, and the reason.
    pub(super) words: String,
    /// The line of the text, or `None` if the error has no place there.
    pub(super) line: Option<usize>,
}

impl LocatedError {
    /// Finds the line of an error in the text that was read.
    pub(super) fn new(error: &ScenarioError, text: &str) -> Self {
        let line = error.line(text);
        let says_line = error.path.starts_with("line ");
        let place = line.filter(|_| !says_line).map(|line| format!("Line {line}, "));
        Self { words: format!("{}{error}.", place.unwrap_or_default()), line }
    }
}
