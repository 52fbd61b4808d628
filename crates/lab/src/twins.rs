//! Twins: two runs side by side, and where they first differ.

use std::collections::BTreeMap;

use ringside_sim::{ClientId, Entry, Outcome, What};
use ringside_store::version::Dot;
use ringside_store::{Instant, Key, Operation, RequestId, Response};
use serde::Serialize;

use crate::words::{client, found};
use crate::{Command, CommandError, Lab};

/// Two runs that are moved in lockstep.
///
/// Luck hangs on what happens and not on when it was drawn, so that two runs of one scenario and one seed
/// share all the luck that they can: the same clients ask the same things at the same instants, and each
/// message takes as long as its twin. A difference is the knob's doing.
#[derive(Clone, Debug)]
pub struct Twins {
    sides: [Lab; 2],
    /// How an operation ended on one side that has not ended on the other.
    waiting: [BTreeMap<RequestId, End>; 2],
    /// What is asked in the operations that are open, by either side.
    asked: BTreeMap<RequestId, Asked>,
    first: Option<Difference>,
    first_answer: Option<Difference>,
    compared: u64,
    different: u64,
}

/// How many operations may wait for their twin: those that one side alone has, as after a command by
/// hand, wait for ever.
const MOST_WAITING: usize = 10_000;

#[derive(Clone, Debug)]
struct Asked {
    at: Instant,
    operation: Operation,
    key: Key,
}

#[derive(Clone, Debug)]
struct End {
    answer: Answer,
    words: String,
    took_us: u64,
}

/// What a client was told, apart from when.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Found(Vec<Dot>),
    Stored,
    Unavailable,
    Silence,
    Refused,
}

/// An operation that ended otherwise in one run than in its twin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The operation.
    pub request: RequestId,
    /// When its client asked.
    pub invoked: Instant,
    /// What it was, as `client 2's get of k7`.
    pub words: String,
    /// What the client was told in each run.
    pub told: [String; 2],
    /// How long the client waited in each run, in milliseconds.
    pub took_ms: [f64; 2],
}

impl Twins {
    /// Puts two runs side by side, as they are.
    pub fn of(first: Lab, second: Lab) -> Self {
        Self {
            sides: [first, second],
            waiting: [BTreeMap::new(), BTreeMap::new()],
            asked: BTreeMap::new(),
            first: None,
            first_answer: None,
            compared: 0,
            different: 0,
        }
    }

    /// Makes a twin of a run as it is now, with one thing changed in the twin.
    ///
    /// # Errors
    ///
    /// As [`Lab::command`].
    pub fn with(lab: Lab, change: Command) -> Result<Self, CommandError> {
        let mut other = lab.clone();
        other.command(change)?;
        Ok(Self::of(lab, other))
    }

    /// Gives the two runs.
    pub const fn sides(&self) -> &[Lab; 2] {
        &self.sides
    }

    /// Acts on both runs now.
    ///
    /// # Errors
    ///
    /// As [`Lab::command`], of the run that refuses it; the other one may have done it.
    pub fn command(&mut self, command: &Command) -> Result<(), CommandError> {
        self.sides.iter_mut().try_for_each(|lab| lab.command(command.clone()).map(|_| ()))
    }

    /// Runs both until `until`.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Runs both until `until`, but stops once about `most` journal entries are written on each side. Tells
    /// whether both got there.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        let mut arrived = true;
        for side in 0..2 {
            let mut ended = Vec::new();
            let asked = &mut self.asked;
            arrived &= self.sides[side].advance_with(until, most, &mut |entry| {
                take(entry, asked, &mut ended);
            });
            ended.into_iter().for_each(|(request, end)| self.pair(side, request, end));
        }
        arrived
    }

    /// Gives the operation that was asked for first of those that ended otherwise, or took another time.
    pub const fn first(&self) -> Option<&Difference> {
        self.first.as_ref()
    }

    /// Gives the operation that was asked for first of those whose clients were told something else.
    pub const fn first_answer(&self) -> Option<&Difference> {
        self.first_answer.as_ref()
    }

    /// Gives how many operations have ended in both runs, and in how many of them the clients were told
    /// something else.
    pub const fn compared(&self) -> (u64, u64) {
        (self.compared, self.different)
    }

    fn pair(&mut self, side: usize, request: RequestId, end: End) {
        let Some(other) = self.waiting[1 - side].remove(&request) else {
            if self.waiting[side].len() < MOST_WAITING {
                self.waiting[side].insert(request, end);
            }
            return;
        };
        let Some(asked) = self.asked.remove(&request) else { return };
        let ends = if side == 0 { [end, other] } else { [other, end] };
        let [a, b] = &ends;
        self.compared += 1;
        let is_other_answer = a.answer != b.answer;
        self.different += u64::from(is_other_answer);
        if !is_other_answer && a.took_us == b.took_us {
            return;
        }
        let difference = difference(request, &asked, &ends);
        if is_other_answer {
            keep_first(&mut self.first_answer, difference.clone());
        }
        keep_first(&mut self.first, difference);
    }
}

/// Takes an entry of one side into account.
fn take(entry: &Entry, asked: &mut BTreeMap<RequestId, Asked>, ended: &mut Vec<(RequestId, End)>) {
    match &entry.what {
        What::Invoked { request, operation, key, .. } => {
            let (at, operation, key) = (entry.at, *operation, key.clone());
            asked.insert(*request, Asked { at, operation, key });
        }
        What::Returned { request, outcome } => {
            let took_us = asked.get(request).map_or(0, |it| entry.at.since(it.at).as_us());
            let (answer, words) = told(outcome);
            ended.push((*request, End { answer, words, took_us }));
        }
        _ => {}
    }
}

fn told(outcome: &Outcome) -> (Answer, String) {
    match outcome {
        Outcome::Answered(Response::Found { siblings, .. }) => {
            let dots = siblings.iter().map(|version| version.dot).collect();
            (Answer::Found(dots), found(siblings))
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

fn difference(request: RequestId, asked: &Asked, ends: &[End; 2]) -> Difference {
    let who = client(ClientId::of(request));
    Difference {
        request,
        invoked: asked.at,
        words: format!("{who}: {} {}", asked.operation, asked.key),
        told: [ends[0].words.clone(), ends[1].words.clone()],
        took_ms: [ends[0].took_us as f64 / 1e3, ends[1].took_us as f64 / 1e3],
    }
}

fn keep_first(first: &mut Option<Difference>, found: Difference) {
    let key = |it: &Difference| (it.invoked, it.request);
    if first.as_ref().is_none_or(|first| key(&found) < key(first)) {
        *first = Some(found);
    }
}
