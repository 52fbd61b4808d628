//! Verdicts of the checkers on a key, from the history as its clients saw it.
//!
//! The history of a key becomes the history of a register:
//!
//! | result for the client | operation for the checkers |
//! |---|---|
//! | a put that succeeded | a write of its value, ok |
//! | a delete | a write of nothing |
//! | a write without an answer in time, or without its quorum | info: the write is not undone, so it may take effect at any time |
//! | a write that no node coordinated, or whose coordinator sent nothing | fail |
//! | a get that found nothing, or only tombstones | a read of nothing, which is the initial value |
//! | a get that found siblings | a violation: no register can return them |
//! | a get that failed | fail |
//! | a put whose value has a time to live | two writes: its value, and nothing, at some time or never |
//!
//! Two puts of one text are two values: a value is identified by the dot that the store assigned to its
//! write.
//!
//! The session guarantees are judged by the versions themselves (`versions.rs`). Under plain vectors, a
//! version includes all that its clock claims, which may be more than its writer had seen. An expired value
//! is the same version as before. A read that returned no version at all proves nothing if the versions that
//! its client had may have been deleted or expired, and their tombstones dropped since.

mod history;
mod register;
mod sessions;
mod versions;
mod words;

pub(crate) use history::{Histories, is_undone};

use ringside_store::{Instant, Key, RequestId};
use serde::Serialize;

use crate::lab::Lab;
use history::{History, KeyOperation};

/// The checkers' verdict on one key so far.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The key.
    pub key: String,
    /// The number of operations that were judged.
    pub operations: u64,
    /// The number of later operations that were not judged, because there were too many to keep.
    pub left_out: u64,
    /// Whether the key was a linearizable register, or `None` if this is unknown.
    pub linearizable: Option<bool>,
    /// The reason why this is unknown, or `None` if it is known.
    pub unknown: Option<String>,
    /// Operations that contradict each other, or `None` if no contradiction was found.
    pub witness: Option<WitnessFrame>,
    /// The verdicts on the session guarantees. Empty if the key's history was not kept.
    pub sessions: Vec<SessionVerdict>,
}

/// The verdict on a session guarantee.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionVerdict {
    /// The name of the guarantee, such as `monotonic reads`.
    pub guarantee: &'static str,
    /// Whether the guarantee held for every client.
    pub holds: bool,
    /// The operations that violate the guarantee, or `None` if it held.
    pub witness: Option<WitnessFrame>,
}

/// Operations that show a violation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WitnessFrame {
    /// The contradiction, in a sentence.
    pub why: String,
    /// The operations, in the order of their requests.
    pub operations: Vec<WitnessOperation>,
}

/// An operation of a witness.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WitnessOperation {
    /// The request ID of the operation.
    pub request: RequestId,
    /// The operation as text, such as `client 2's read of v17 (A4)`.
    pub words: String,
    /// The time of the request.
    pub invoked: Instant,
    /// The time at which the operation ended for its client, or `None` if it has not ended.
    pub returned: Option<Instant>,
}

impl Lab {
    /// Judges the history of a key so far. Returns `None` if no client has sent a request for the key.
    ///
    /// Once there have been too many keys to keep the history of each, every key without a history gets a
    /// verdict that is unknown.
    ///
    /// The time grows with the number of operations: a page should call this at most once a second. The
    /// verdict stays the same as long as [`Lab::history_length`] does.
    pub fn verdict(&self, key: &str) -> Option<Verdict> {
        let verdict = self.histories.show(&Key::new(key), |history| judge(key, history));
        verdict.or_else(|| self.histories.overlooked().then(|| overlooked(key)))
    }

    /// Returns the length of a key's history so far, in records and left-out operations.
    ///
    /// An operation makes several records. The length is zero for an unknown key, and never decreases.
    pub fn history_length(&self, key: &str) -> u64 {
        self.histories.length(&Key::new(key))
    }
}

fn judge(key: &str, history: &History) -> Verdict {
    let judgement = register::judge(history);
    Verdict {
        key: key.to_owned(),
        operations: history.operations.len() as u64,
        left_out: history.left_out,
        linearizable: judgement.linearizable,
        unknown: judgement.unknown,
        witness: judgement.witness,
        sessions: sessions::judge(history),
    }
}

/// Returns the verdict on a key whose history was not kept.
fn overlooked(key: &str) -> Verdict {
    Verdict {
        key: key.to_owned(),
        operations: 0,
        left_out: 0,
        linearizable: None,
        unknown: Some("there were too many keys to keep the history of each".to_owned()),
        witness: None,
        sessions: Vec::new(),
    }
}

/// Returns operations of a history as a witness, with the explanation `why`.
fn witness(history: &History, numbers: &[usize], why: &str) -> WitnessFrame {
    let show = |key_operation: &KeyOperation| WitnessOperation {
        request: key_operation.request,
        words: words::name(key_operation),
        invoked: key_operation.invoked,
        returned: key_operation.returned,
    };
    let operations = numbers.iter().map(|&number| show(&history.operations[number])).collect();
    WitnessFrame { why: words::sentence(why), operations }
}
