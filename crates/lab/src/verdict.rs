//! What the checkers say of a key, by the history that its clients saw.

use ringside_store::{Instant, RequestId};
use serde::Serialize;

use crate::Lab;

/// What the checkers say of one key so far.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The key.
    pub key: String,
    /// How many operations it rests on.
    pub operations: u64,
    /// How many later operations were left out: there were too many to keep.
    pub left_out: u64,
    /// Whether the key was a linearizable register: none where nobody can tell.
    pub linearizable: Option<bool>,
    /// Why nobody can tell, where that is so.
    pub unknown: Option<String>,
    /// The few operations that already contradict each other, where it was not.
    pub witness: Option<WitnessFrame>,
    /// The session guarantees.
    pub sessions: Vec<SessionVerdict>,
}

/// A session guarantee, as the checker found it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionVerdict {
    /// Its name, as `monotonic reads`.
    pub guarantee: &'static str,
    /// Whether every client was given it.
    pub holds: bool,
    /// The two operations that show that it was not.
    pub witness: Option<WitnessFrame>,
}

/// Operations that contradict what was promised.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WitnessFrame {
    /// Why they do, in a sentence.
    pub why: String,
    /// They, in the order in which they began.
    pub operations: Vec<WitnessOperation>,
}

/// An operation of a witness.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WitnessOperation {
    /// Its request.
    pub request: RequestId,
    /// What it was, as `client 2's read of v17`.
    pub words: String,
    /// When its client asked.
    pub invoked: Instant,
    /// When its client had the answer; none where it never had.
    pub returned: Option<Instant>,
}

impl Lab {
    /// Judges what the clients have seen of a key so far; none where nobody has asked for it.
    ///
    /// It costs more the more operations there were: for a page, at most once a second.
    pub fn verdict(&self, _key: &str) -> Option<Verdict> {
        None
    }
}
