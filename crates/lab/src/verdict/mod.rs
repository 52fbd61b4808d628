//! Verdicts of the checkers on a key, from the history that its clients saw.
//!
//! The history of a key becomes the history of a register:
//!
//! | result for the client | operation for the checkers |
//! |---|---|
//! | a put that went well | a write of its value, ok |
//! | a delete | a write of nothing |
//! | a write without an answer in time, or without its quorum | info: it is not undone, so it may be seen at any time |
//! | a write that no node coordinated, or whose coordinator sent nothing | fail |
//! | a get that found nothing, or tombstones alone | a read of nothing, which a key begins with |
//! | a get that found siblings | what no register can return |
//! | a get that failed | fail |
//! | a put whose value lives for some time only | two writes: its value, and nothing, some time or never |
//!
//! Two puts of one text are two values: a value is identified by the name that the store gave to its write.
//!
//! The session guarantees are judged by the versions themselves (`versions.rs`). Under plain vectors these
//! claim what their clocks claim, which may be more than their writers had seen. An expired value is the same
//! version as before. A read of nothing at all proves nothing where what its client had may have been deleted
//! or expired, and the tombstone dropped since.

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
    /// The number of operations that it rests on.
    pub operations: u64,
    /// The number of later operations that were left out: there were too many to keep.
    pub left_out: u64,
    /// Whether the key was a linearizable register, or `None` if this is unknown.
    pub linearizable: Option<bool>,
    /// The reason why it is unknown.
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
    /// The contradiction, in a sentence.
    pub why: String,
    /// They, in the order in which they began.
    pub operations: Vec<WitnessOperation>,
}

/// An operation of a witness.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WitnessOperation {
    /// Its request.
    pub request: RequestId,
    /// The operation, as `client 2's read of v17 (A4)`.
    pub words: String,
    /// The time of the request.
    pub invoked: Instant,
    /// The time of the answer, or `None` if the client never had one.
    pub returned: Option<Instant>,
}

impl Lab {
    /// Judges what the clients have seen of a key so far. `None` if no client has sent a request for it.
    ///
    /// It costs more the more operations there were: for a page, at most once a second. As long as
    /// [`Lab::history_length`] is the same, so is the verdict.
    pub fn verdict(&self, key: &str) -> Option<Verdict> {
        let verdict = self.histories.show(&Key::new(key), |history| judge(key, history));
        verdict.or_else(|| self.histories.overlooked().then(|| overlooked(key)))
    }

    /// Counts what has been noted of a key so far.
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

/// Returns operations of a history as a witness, with the sentence that explains them.
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
