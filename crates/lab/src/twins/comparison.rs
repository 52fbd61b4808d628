//! Comparison of the operations of two runs: their answers and their latencies.

use std::collections::BTreeMap;

use ringside_sim::{ClientId, Entry, EntryKind, Outcome};
use ringside_store::{Instant, Key, Operation, RequestId, Response, Value};
use serde::Serialize;

use crate::words::{capital, client_name, read_result};

/// The most operations of one side that wait for the other side. Operations that only one side has, as after
/// a command by hand, wait forever.
const MOST_WAITING: usize = 10_000;

/// The operations of two runs, in pairs.
///
/// Each journal must be read from its beginning and in its order. The two journals may be read in any
/// alternation.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    /// The requests of the open operations.
    asked: [BTreeMap<RequestId, Asked>; 2],
    /// The outcomes on one side of operations that have not ended on the other.
    waiting: [BTreeMap<RequestId, End>; 2],
    first: Option<Difference>,
    first_answer: Option<Difference>,
    compared: u64,
    different: u64,
}

/// A request. In two forks, one request ID may stand for two different requests of the user.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    at: Instant,
    operation: Operation,
    key: Key,
    value: Option<Value>,
}

#[derive(Clone, Debug)]
struct End {
    asked: Asked,
    answer: Answer,
    words: String,
    took_us: u64,
}

/// An answer to a client, without its time.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Found(Vec<Value>),
    Stored,
    Unavailable,
    Silence,
    Refused,
}

/// An operation whose answer or latency differs between the two runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The request ID of the operation.
    pub request: RequestId,
    /// The time of the request.
    pub invoked: Instant,
    /// The operation, as `Client 2: get k7`.
    pub words: String,
    /// The answer in each run.
    #[serde(rename = "told")]
    pub answers: [String; 2],
    /// The time that the client waited in each run, in milliseconds.
    pub took_ms: [f64; 2],
    /// The time of the later of the two answers.
    pub told_both: Instant,
}

impl Comparison {
    /// Processes an entry of one side's journal.
    pub(super) fn take(&mut self, side: usize, entry: &Entry) {
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, value, .. } => {
                let (at, operation) = (entry.at, *operation);
                let asked = Asked { at, operation, key: key.clone(), value: value.clone() };
                self.asked[side].insert(*request, asked);
            }
            EntryKind::Returned { request, outcome } => {
                let Some(asked) = self.asked[side].remove(request) else { return };
                let took_us = entry.at.since(asked.at).as_us();
                let (answer, words) = answer_of(outcome);
                self.pair(side, *request, End { asked, answer, words, took_us });
            }
            _ => {}
        }
    }

    /// Returns the earliest requested operation whose answers or latencies differ, or `None` if none is
    /// known.
    pub(super) const fn first(&self) -> Option<&Difference> {
        self.first.as_ref()
    }

    /// Returns the earliest requested operation whose answers differ, or `None` if none is known.
    pub(super) const fn first_answer(&self) -> Option<&Difference> {
        self.first_answer.as_ref()
    }

    /// Returns the number of operations that have ended in both runs, and the number of those with different
    /// answers.
    pub(super) const fn compared(&self) -> (u64, u64) {
        (self.compared, self.different)
    }

    fn pair(&mut self, side: usize, request: RequestId, end: End) {
        let Some(other) = self.waiting[1 - side].remove(&request) else {
            if self.waiting[side].len() < MOST_WAITING {
                self.waiting[side].insert(request, end);
            }
            return;
        };
        let ends = if side == 0 { [end, other] } else { [other, end] };
        let [a, b] = &ends;
        if a.asked != b.asked {
            return;
        }
        self.compared += 1;
        let is_other_answer = a.answer != b.answer;
        self.different += u64::from(is_other_answer);
        if !is_other_answer && a.took_us == b.took_us {
            return;
        }
        let difference = difference(request, &ends);
        if is_other_answer {
            keep_first(&mut self.first_answer, difference.clone());
        }
        keep_first(&mut self.first, difference);
    }
}

fn answer_of(outcome: &Outcome) -> (Answer, String) {
    match outcome {
        Outcome::Answered(Response::Found { siblings, .. }) => {
            // Equal values may have different dots. A client asked for the values.
            let mut values: Vec<Value> = siblings.values().cloned().collect();
            values.sort();
            (Answer::Found(values), read_result(siblings))
        }
        Outcome::Answered(Response::Stored { version }) => {
            (Answer::Stored, format!("stored as {}", version.dot))
        }
        Outcome::Answered(Response::Unavailable { .. }) => {
            (Answer::Unavailable, "no quorum".to_owned())
        }
        Outcome::Silence => (Answer::Silence, "no answer in time".to_owned()),
        Outcome::Refused => (Answer::Refused, "no node took the request".to_owned()),
    }
}

fn difference(request: RequestId, ends: &[End; 2]) -> Difference {
    let [a, b] = ends;
    let Asked { at, operation, key, .. } = &a.asked;
    let who = capital(&client_name(ClientId::of(request)));
    Difference {
        request,
        invoked: *at,
        words: format!("{who}: {operation} {key}"),
        answers: [a.words.clone(), b.words.clone()],
        took_ms: [a.took_us as f64 / 1e3, b.took_us as f64 / 1e3],
        told_both: Instant::from_us(at.as_us() + a.took_us.max(b.took_us)),
    }
}

fn keep_first(first: &mut Option<Difference>, found: Difference) {
    let key = |it: &Difference| (it.invoked, it.request);
    if first.as_ref().is_none_or(|first| key(&found) < key(first)) {
        *first = Some(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An operation that is requested and gets no answer within its timeout.
    fn silent(key: &str, us: u64) -> [Entry; 2] {
        let request = ClientId::USER.request(0);
        let (operation, key) = (Operation::Get, Key::new(key));
        let asked = EntryKind::Invoked { request, operation, key, value: None, ttl: None };
        let ended = EntryKind::Returned { request, outcome: Outcome::Silence };
        let entry =
            |number: u64, us: u64, what| Entry { number, at: Instant::from_us(us), kind: what };
        [entry(0, 0, asked), entry(1, us, ended)]
    }

    fn compare(runs: &[[Entry; 2]; 2]) -> Comparison {
        let mut comparison = Comparison::default();
        for (run, entries) in runs.iter().enumerate() {
            entries.iter().for_each(|entry| comparison.take(run, entry));
        }
        comparison
    }

    #[test]
    fn different_requests_with_one_id_are_not_compared() {
        let same = compare(&[silent("cart", 5), silent("cart", 7)]);
        assert_eq!((same.compared(), same.first_answer()), ((1, 0), None));
        assert_eq!(same.first().map(|it| it.took_ms), Some([0.005, 0.007]));
        let apart = compare(&[silent("cart", 5), silent("purse", 7)]);
        assert_eq!((apart.compared(), apart.first()), ((0, 0), None));
    }
}
