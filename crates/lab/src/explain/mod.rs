//! Explanations: the causes of an operation's outcome, in sentences with their evidence in the journal.
//!
//! No sentence describes what usually happens. Each one follows from entries of this run's journal, and names
//! them.

mod delivery;
mod evidence;

use ringside_sim::{ClientId, Entry, Outcome};
use ringside_store::version::{Siblings, Version};
use ringside_store::{Instant, NodeId, Operation, RequestId, Response};
use serde::Serialize;

use crate::frame::{OperationFrame, Vote, operation_frame};
use crate::lab::Lab;
use crate::words::{capital, client_name, joined, length, moment, read_result};
use evidence::Evidence;

/// The explanation of an operation's outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The operation.
    pub request: RequestId,
    /// The outcome in a few words: `this read was stale`.
    pub title: &'static str,
    /// The causes, the earliest first.
    pub sentences: Vec<Sentence>,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// The cause, as a sentence.
    pub text: String,
    /// The numbers of the journal entries that are its evidence.
    pub entries: Vec<u64>,
    /// The times of these entries.
    pub times: Vec<Instant>,
    /// The nodes that it concerns.
    pub nodes: Vec<NodeId>,
}

impl Lab {
    /// Explains the outcome of an operation, or why it has none yet. Returns `None` if the journal does not
    /// reach back to its beginning.
    pub fn explain(&self, request: RequestId) -> Option<Explanation> {
        let evidence = Evidence::new(self, request)?;
        let frame = operation_frame(evidence.own())?;
        let mut explanation = Explanation { request, title: "", sentences: Vec::new() };
        explanation.begin(&evidence, &frame);
        match evidence.returned().map(|(entry, outcome)| (entry, outcome.clone())) {
            Some((entry, Outcome::Answered(Response::Found { siblings, .. }))) => {
                explanation.read(&evidence, &frame, entry, &siblings);
            }
            Some((entry, Outcome::Answered(Response::Stored { version }))) => {
                explanation.written(&evidence, &frame, entry, &version);
            }
            Some((entry, outcome)) => explanation.failed(&evidence, &frame, entry, &outcome),
            None => explanation.open(&evidence, &frame),
        }
        Some(explanation)
    }
}

impl Explanation {
    fn add(&mut self, text: String, entries: &[&Entry], nodes: &[NodeId]) {
        let times = entries.iter().map(|entry| entry.at).collect();
        let entries = entries.iter().map(|entry| entry.number).collect();
        self.sentences.push(Sentence { text, entries, times, nodes: nodes.to_vec() });
    }

    /// Adds the request, its coordinator and the replicas that were asked.
    fn begin(&mut self, evidence: &Evidence<'_>, frame: &OperationFrame) {
        let who = capital(&client_name(frame.client));
        let (operation, key, at) = (frame.operation, &frame.key, moment(frame.invoked));
        let asked = format!("{who} asked for a {operation} of {key} at {at}");
        let Some((entry, coordinator)) = evidence.coordinating().zip(frame.coordinator) else {
            self.add(format!("{asked}."), &[evidence.invoked()], &[]);
            return;
        };
        let replicas: Vec<NodeId> = frame.replicas.iter().map(|replica| replica.node).collect();
        let text = format!(
            "{asked}. {coordinator} coordinated it: it asked {}, and needed {}.",
            joined(&replicas),
            answers(frame.needed)
        );
        self.add(text, &[evidence.invoked(), entry], &replicas);
    }

    fn read(
        &mut self,
        evidence: &Evidence<'_>,
        frame: &OperationFrame,
        entry: &Entry,
        answer: &Siblings,
    ) {
        let lit: Vec<NodeId> = frame.lamps.iter().map(|lamp| lamp.node).collect();
        let text = format!(
            "The answer of {} decided it at {}: {}.",
            joined(&lit),
            frame.decided.map_or_else(|| moment(entry.at), moment),
            read_result(answer)
        );
        self.add(text, &[entry], &lit);
        let Some((acknowledged, newest)) = evidence.newest_before() else {
            self.title = "nothing to miss";
            let text = "No write to the key had been acknowledged before it began, as far as the journal reaches back.";
            self.add(text.to_owned(), &[], &[]);
            return;
        };
        let ago = length(evidence.invoked().at.since(acknowledged.at));
        let write = format!(
            "{}, acknowledged to {} at {}, {ago} before this read began",
            name(newest),
            client_name(ClientId::of(evidence.request_of(acknowledged))),
            moment(acknowledged.at)
        );
        if contains(answer, newest) {
            self.title = "this read was fresh";
            let text = format!("It has the newest write that was acknowledged before: {write}.");
            self.add(text, &[acknowledged], &[]);
        } else {
            self.title = "this read was stale";
            self.add(format!("It missed {write}."), &[acknowledged], &[]);
            let write = evidence.request_of(acknowledged);
            for node in lit {
                let (text, entries) = delivery::why_without(
                    evidence,
                    node,
                    newest,
                    write,
                    delivery::answer_of(evidence, node),
                );
                self.add(text, &entries, &[node]);
            }
        }
        if answer.values().count() > 1 {
            self.siblings(evidence, answer);
        }
    }

    /// Adds the origins of siblings, and why each writer had not read the previous version.
    fn siblings(&mut self, evidence: &Evidence<'_>, answer: &Siblings) {
        let text = "Its versions are siblings: each was written by a client that had not read the other, so none replaces another.";
        self.add(text.to_owned(), &[], &[]);
        let live = answer.iter().filter(|version| version.value.is_some());
        let mut named: Vec<_> =
            live.filter_map(|version| Some((&**version, evidence.naming(version.dot)?))).collect();
        named.sort_by_key(|(_, (entry, _))| entry.number);
        for (version, (entry, node)) in &named {
            let who = client_name(ClientId::of(evidence.request_of(entry)));
            let (name, at) = (name(version), moment(entry.at));
            self.add(
                format!("{name} was written by {who}, through {node} at {at}."),
                &[*entry],
                &[*node],
            );
        }
        for pair in named.windows(2) {
            let [(earlier, (begun, _)), (later, (entry, node))] = pair else { continue };
            let write = evidence.request_of(begun);
            let (text, entries) =
                delivery::why_unseen(evidence, *node, (earlier, write), (later, entry));
            self.add(text, &entries, &[*node]);
        }
    }

    fn written(
        &mut self,
        evidence: &Evidence<'_>,
        frame: &OperationFrame,
        entry: &Entry,
        version: &Version,
    ) {
        self.title = "this write was acknowledged";
        let lit: Vec<NodeId> = frame.lamps.iter().map(|lamp| lamp.node).collect();
        let text = format!(
            "{} had acknowledged it when the client learned of it, at {}: {} of {} replicas.",
            joined(&lit),
            moment(entry.at),
            lit.len(),
            frame.replicas.len()
        );
        self.add(text, &[entry], &lit);
        for replica in &frame.replicas {
            if !lit.contains(&replica.node) {
                let node = replica.node;
                let answered = delivery::answer_of(evidence, node);
                let (text, entries) =
                    delivery::why_without(evidence, node, version, frame.request, answered);
                self.add(text, &entries, &[node]);
            }
        }
    }

    fn failed(
        &mut self,
        evidence: &Evidence<'_>,
        frame: &OperationFrame,
        entry: &Entry,
        outcome: &Outcome,
    ) {
        self.title = match outcome {
            Outcome::Silence => "no answer came in time",
            Outcome::Refused => "no node took the request",
            Outcome::Answered(_) => "this operation got no quorum",
        };
        let words = frame.outcome.as_ref().map_or("", |outcome| outcome.words.as_str());
        self.add(format!("At {}: {words}.", moment(entry.at)), &[entry], &[]);
        self.missing(evidence, frame);
    }

    fn open(&mut self, evidence: &Evidence<'_>, frame: &OperationFrame) {
        self.title = "this operation is still open";
        self.missing(evidence, frame);
    }

    /// Adds every replica that was asked and did not count.
    fn missing(&mut self, evidence: &Evidence<'_>, frame: &OperationFrame) {
        for replica in &frame.replicas {
            if !matches!(replica.vote, Vote::Counted(_)) {
                let (text, entries) = delivery::why_silent(evidence, replica.node, frame);
                self.add(text, &entries, &[replica.node]);
            }
        }
    }
}

/// Whether an answer contains a write, or a version causally after it.
fn contains(answer: &Siblings, write: &Version) -> bool {
    answer.iter().any(|held| held.dot == write.dot || held.past.contains(write.dot))
}

/// Returns the name of a write: its value and its dot.
fn name(version: &Version) -> String {
    match &version.value {
        Some(value) => format!("{value} ({})", version.dot),
        None => format!("the delete {}", version.dot),
    }
}

fn answers(needed: u16) -> String {
    match needed {
        1 => "one answer".to_owned(),
        needed => format!("{needed} answers"),
    }
}

/// Whether an operation is a write.
const fn writes(operation: Operation) -> bool {
    matches!(operation, Operation::Put | Operation::Delete)
}
