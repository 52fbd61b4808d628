//! An operation, told step by step from its journal entries.

use ringside_sim::{ClientId, End, Entry, Kind, Loss, Outcome, What};
use ringside_store::version::Siblings;
use ringside_store::{Cause, Event, Instant, NodeId, Operation, Response};

use crate::frame::{Lamp, OperationFrame, OutcomeFrame, ReplicaProgress, VersionFrame, Vote};

const fn progress(coordinator: NodeId, node: NodeId) -> ReplicaProgress {
    let (local, vote) = (coordinator.0 == node.0, Vote::Waiting);
    ReplicaProgress { node, local, vote, versions: Vec::new(), repaired: None }
}

/// Tells an operation from the entries that belong to it, oldest first; none when they do not begin
/// with its beginning.
pub(crate) fn frame<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Option<OperationFrame> {
    let mut entries = entries.into_iter();
    let first = entries.next()?;
    let What::Invoked { request, operation, key, value, .. } = &first.what else { return None };
    let mut frame = OperationFrame {
        request: *request,
        client: ClientId::of(*request),
        operation: *operation,
        key: key.name().to_owned(),
        value: value.as_ref().map(ToString::to_string),
        invoked: first.at,
        coordinator: None,
        replicas: Vec::new(),
        needed: 0,
        lamps: Vec::new(),
        decided: None,
        outcome: None,
    };
    for entry in entries {
        frame.take(entry);
    }
    Some(frame)
}

impl OperationFrame {
    fn take(&mut self, entry: &Entry) {
        match &entry.what {
            What::Node { node, event } => self.take_event(entry.at, *node, event),
            What::Lost { message, why } => {
                let replica = match (message.kind, message.from, message.to) {
                    (Kind::Write | Kind::Read | Kind::Digest | Kind::Hint, _, End::Node(to)) => to,
                    (
                        Kind::WriteAck | Kind::ReadAnswer | Kind::DigestAnswer,
                        End::Node(from),
                        _,
                    ) => from,
                    _ => return,
                };
                self.vote(replica, |vote| {
                    if *vote == Vote::Waiting {
                        *vote = Vote::Lost { at: entry.at, why: *why };
                    }
                });
            }
            What::Returned { outcome, .. } => self.end(entry.at, outcome),
            What::Invoked { .. }
            | What::Sent { .. }
            | What::Delivered { .. }
            | What::Queued { .. }
            | What::Act(_) => {}
        }
    }

    fn take_event(&mut self, at: Instant, node: NodeId, event: &Event) {
        match event {
            Event::Coordinating { asked, needed, .. } => {
                self.coordinator = Some(node);
                self.needed = *needed;
                // A register's writer asks twice: to read, and then to write. The votes begin anew.
                self.lamps.clear();
                self.replicas = asked.iter().map(|&replica| progress(node, replica)).collect();
            }
            Event::Acknowledged { from, .. } | Event::DigestAnswered { from, .. } => {
                self.count(at, *from);
            }
            Event::DigestMismatch { asked, .. } => {
                self.lamps.retain(|lamp| !asked.contains(&lamp.node));
                asked.iter().for_each(|&node| self.vote(node, |vote| *vote = Vote::Waiting));
            }
            Event::Speculating { replica, .. } | Event::Hinting { holder: replica, .. } => {
                self.ask(node, *replica);
            }
            Event::Answered { from, siblings, .. } => {
                self.count(at, *from);
                if let Some(replica) = self.replica(*from) {
                    replica.versions = versions(siblings);
                }
            }
            Event::QuorumMet { .. } | Event::QuorumFailed { .. } => self.decided = Some(at),
            Event::Ignored { from, .. } => self.vote(*from, |vote| {
                if !matches!(vote, Vote::Counted(_)) {
                    *vote = Vote::Late(at);
                }
            }),
            Event::Repaired { .. } => {
                if let Some(replica) = self.replica(node) {
                    replica.repaired = Some(at);
                }
            }
            // All else is told in the log.
            _ => {}
        }
    }

    /// Adds a node that is asked in addition, unless it was asked before.
    fn ask(&mut self, coordinator: NodeId, node: NodeId) {
        if self.replica(node).is_none() {
            self.replicas.push(progress(coordinator, node));
        }
    }

    /// Counts a replica's answer: a lamp while the outcome is open, and late afterwards.
    fn count(&mut self, at: Instant, from: NodeId) {
        let open = self.decided.is_none();
        if open && self.lamps.len() < usize::from(self.needed) {
            self.lamps.push(Lamp { node: from, at });
        }
        self.vote(from, |vote| *vote = if open { Vote::Counted(at) } else { Vote::Late(at) });
    }

    fn vote(&mut self, node: NodeId, change: impl FnOnce(&mut Vote)) {
        if let Some(replica) = self.replica(node) {
            change(&mut replica.vote);
        }
    }

    fn replica(&mut self, node: NodeId) -> Option<&mut ReplicaProgress> {
        self.replicas.iter_mut().find(|replica| replica.node == node)
    }

    fn end(&mut self, at: Instant, outcome: &Outcome) {
        let versions = match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) => versions(siblings),
            _ => Vec::new(),
        };
        let words = self.words(outcome);
        let latency = at.since(self.invoked);
        self.outcome = Some(OutcomeFrame { ok: outcome.is_ok(), at, latency, words, versions });
    }

    fn words(&self, outcome: &Outcome) -> String {
        let asked = self.replicas.len();
        let lit = self.lamps.len();
        let needed = self.needed;
        let undone = match self.operation {
            Operation::Get => "",
            Operation::Put | Operation::Delete => {
                ". What was stored stays stored: a failed write is not undone"
            }
        };
        match outcome {
            Outcome::Answered(Response::Stored { .. }) => {
                format!("ok: {lit} of {asked} replicas acknowledged, {needed} needed")
            }
            Outcome::Answered(Response::Found { siblings, .. }) => {
                let found = match siblings.values().count() {
                    0 if siblings.is_empty() => "nothing was found".to_owned(),
                    0 => "the key is deleted".to_owned(),
                    1 => "one version".to_owned(),
                    count => format!(
                        "conflict: {count} versions written without knowledge of each other"
                    ),
                };
                format!("ok: {lit} of {asked} replicas answered, {needed} needed; {found}")
            }
            Outcome::Answered(Response::Unavailable { cause, answered, needed, asked }) => {
                match cause {
                    Cause::Timeout => format!(
                        "failed: only {answered} of {asked} replicas answered in time, {needed} needed{undone}"
                    ),
                    Cause::Overloaded => {
                        "failed: the coordinator has too many operations in progress".to_owned()
                    }
                    Cause::TooFewNodes => format!(
                        "failed: the key has only {asked} replicas, and {needed} are needed"
                    ),
                }
            }
            Outcome::Silence => format!(
                "no answer: the client gave up waiting for the coordinator{}",
                match self.operation {
                    Operation::Get => "",
                    Operation::Put | Operation::Delete => "; the write may have been done or not",
                }
            ),
            Outcome::Refused => {
                "failed: every node that was asked to coordinate is stopped or full".to_owned()
            }
        }
    }
}

/// Tells versions in words.
pub(crate) fn versions(siblings: &Siblings) -> Vec<VersionFrame> {
    let version = |version: &std::sync::Arc<ringside_store::version::Version>| VersionFrame {
        dot: version.dot.to_string(),
        past: version.past.to_string(),
        value: version.value.as_ref().map(ToString::to_string),
    };
    siblings.iter().map(version).collect()
}

/// Says why a message was lost.
pub(crate) const fn loss_words(why: Loss) -> &'static str {
    match why {
        Loss::Cut => "the link is cut",
        Loss::Chance => "the channel lost it",
        Loss::Down => "the receiver is stopped",
        Loss::Hand => "it was dropped by hand",
        Loss::Full => "the receiver's mailbox is full",
    }
}
