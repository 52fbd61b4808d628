//! Failures, as sentences for the person at the terminal.

use std::fmt;

/// Why a task could not be done: what is wrong, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// Makes a failure of one or two plain sentences.
    pub(crate) fn new(sentences: impl Into<String>) -> Self {
        Self(sentences.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a task comes to.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;
