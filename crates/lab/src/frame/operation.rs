//! The state of an operation, built from its journal entries.

use std::collections::BTreeMap;

use ringside_sim::{
    ClientId, Endpoint, Entry, EntryKind, Envelope, Loss, MessageId, MessageKind, Outcome,
};
use ringside_store::version::Siblings;
use ringside_store::{Event, HintCause, Instant, NodeId, Operation, Response, UnavailableReason};

use super::{
    Ask, HintCaused, HintStage, Lamp, OperationFrame, OutcomeFrame, RepairCaused, ReplicaProgress,
    VersionFrame, Vote,
};
use crate::words::{hint_refusal_reason, loss_reason};

const fn progress(coordinator: NodeId, node: NodeId, ask: Ask) -> ReplicaProgress {
    ReplicaProgress {
        node,
        local: coordinator.0 == node.0,
        vote: Vote::Waiting,
        ask,
        asked: None,
        digest: None,
        versions: Vec::new(),
        repaired: None,
    }
}

/// Builds the frame of an operation from its entries, oldest first, or returns `None` if they do not begin with
/// its invocation.
pub(crate) fn operation_frame<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Option<OperationFrame> {
    let mut entries = entries.into_iter();
    let first = entries.next()?;
    let EntryKind::Invoked { request, operation, key, value, .. } = &first.kind else {
        return None;
    };
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
        hints: Vec::new(),
        repairs: Vec::new(),
        neighbours: [None; 2],
    };
    // The messages in flight that can still bring a vote, each with the replica that votes.
    let mut open: BTreeMap<MessageId, NodeId> = BTreeMap::new();
    for entry in entries {
        match &entry.kind {
            EntryKind::Sent { message, .. } => {
                open.extend(voter(message).map(|replica| (message.id, replica)));
            }
            EntryKind::Delivered { message } | EntryKind::Lost { message, .. } => {
                open.remove(&message.id);
            }
            _ => {}
        }
        frame.observe(entry);
    }
    for replica in &mut frame.replicas {
        let was_asked = replica.local || replica.asked.is_some();
        let is_awaited = open.values().any(|node| *node == replica.node);
        if replica.vote == Vote::Waiting && was_asked && !is_awaited {
            replica.vote = Vote::Never;
        }
    }
    Some(frame)
}

/// Returns the replica whose vote depends on a message: the receiver of a request, or the sender of an answer.
const fn voter(message: &Envelope) -> Option<NodeId> {
    match (message.kind, message.from, message.to) {
        (
            MessageKind::Write | MessageKind::Read | MessageKind::Digest | MessageKind::Hint,
            _,
            Endpoint::Node(to),
        ) => Some(to),
        (
            MessageKind::WriteAck | MessageKind::ReadAnswer | MessageKind::DigestAnswer,
            Endpoint::Node(from),
            _,
        ) => Some(from),
        _ => None,
    }
}

impl OperationFrame {
    fn observe(&mut self, entry: &Entry) {
        match &entry.kind {
            EntryKind::Node { node, event } => self.observe_event(entry.at, *node, event),
            EntryKind::Sent { message, .. } => self.sent(entry.at, message),
            EntryKind::Lost { message, why } => self.lost(entry.at, message, *why),
            EntryKind::Returned { outcome, .. } => self.end(entry.at, outcome),
            EntryKind::Invoked { .. }
            | EntryKind::Delivered { .. }
            | EntryKind::Queued { .. }
            | EntryKind::Intervention(_) => {}
        }
    }

    /// Notes the request to a replica, and the time of the first one.
    fn sent(&mut self, at: Instant, message: &Envelope) {
        let Endpoint::Node(to) = message.to else { return };
        let Some(replica) = self.replica(to) else { return };
        replica.ask = match (message.kind, replica.ask) {
            (MessageKind::Write, _) => Ask::Write,
            (MessageKind::Hint, _) => Ask::Hint,
            (MessageKind::Digest, _) => Ask::Digest,
            (MessageKind::Read, Ask::Digest) => Ask::Both,
            (MessageKind::Read, ask) => ask,
            _ => return,
        };
        replica.asked.get_or_insert(at);
    }

    fn lost(&mut self, at: Instant, message: &Envelope, why: Loss) {
        if let Some(replica) = voter(message) {
            self.vote(replica, |vote| {
                if *vote == Vote::Waiting {
                    *vote = Vote::Lost { at, why };
                }
            });
        }
        let Endpoint::Node(to) = message.to else { return };
        match message.kind {
            MessageKind::Hint => {
                let hint = self.hints.iter_mut().rev().find(|hint| hint.holder == to);
                if let Some(hint) = hint
                    && matches!(hint.stage, HintStage::Asked(_))
                {
                    hint.stage = HintStage::Refused(loss_reason(why));
                }
            }
            MessageKind::Repair => {
                if let Some(repair) = self.repair(to) {
                    repair.lost = repair.took.is_none().then_some(why);
                }
            }
            _ => {}
        }
    }

    /// Returns the last repair that a replica was sent.
    fn repair(&mut self, replica: NodeId) -> Option<&mut RepairCaused> {
        self.repairs.iter_mut().rev().find(|repair| repair.replica == replica)
    }

    /// Observes an event of a hint or a repair.
    fn observe_side_effect(&mut self, at: Instant, node: NodeId, event: &Event) {
        match event {
            Event::Hinting { target, holder, why, .. } => {
                let why = match why {
                    HintCause::Suspected => "it was believed to be down",
                    HintCause::Silent => "it did not acknowledge in time",
                };
                let stage = HintStage::Asked(at);
                self.hints.push(HintCaused { target: *target, holder: *holder, why, stage });
            }
            Event::HintKept { target, .. } => self.hint(node, *target, HintStage::Kept(at)),
            Event::HintRefused { target, why, .. } => {
                let why = hint_refusal_reason(*why);
                self.hint(node, *target, HintStage::Refused(why));
            }
            Event::Repairing { replica, siblings, .. } => self.repairs.push(RepairCaused {
                replica: *replica,
                versions: versions(siblings),
                sent: at,
                before_reply: self.decided.is_none(),
                took: None,
                changed: false,
                lost: None,
            }),
            Event::Repaired { changed, .. } => {
                if let Some(repair) = self.repair(node) {
                    (repair.took, repair.changed, repair.lost) = (Some(at), *changed, None);
                }
                if let Some(replica) = self.replica(node) {
                    replica.repaired = Some(at);
                }
            }
            _ => {}
        }
    }

    /// Sets the stage of the hint that a node keeps for another, or refuses.
    fn hint(&mut self, holder: NodeId, target: NodeId, stage: HintStage) {
        let is_it = |hint: &&mut HintCaused| hint.holder == holder && hint.target == target;
        match self.hints.iter_mut().rev().find(is_it) {
            Some(hint) => hint.stage = stage,
            None => self.hints.push(HintCaused { target, holder, why: "", stage }),
        }
    }

    fn observe_event(&mut self, at: Instant, node: NodeId, event: &Event) {
        match event {
            Event::Coordinating { asked, needed, dot, .. } => {
                self.coordinator = Some(node);
                self.needed = *needed;
                // The writer of a register asks twice: to read, and then to write. The vote begins again.
                self.lamps.clear();
                let ask = if dot.is_some() { Ask::Write } else { Ask::Versions };
                let asked = asked.iter().map(|&replica| progress(node, replica, ask));
                self.replicas = asked.collect();
            }
            Event::Acknowledged { from, .. } => self.count(at, *from),
            Event::DigestAnswered { from, .. } => {
                self.count(at, *from);
                if let Some(replica) = self.replica(*from) {
                    replica.digest = Some(at);
                }
            }
            Event::DigestMismatch { asked, .. } => {
                self.lamps.retain(|lamp| !asked.contains(&lamp.node));
                asked.iter().for_each(|&node| self.vote(node, |vote| *vote = Vote::Waiting));
            }
            Event::Speculating { replica, .. } => self.ask(node, *replica, Ask::Versions),
            Event::Hinting { holder, .. } => {
                self.ask(node, *holder, Ask::Hint);
                self.observe_side_effect(at, node, event);
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
            // The log describes all others.
            _ => self.observe_side_effect(at, node, event),
        }
    }

    /// Adds a node that is asked in addition, unless it has been asked before.
    fn ask(&mut self, coordinator: NodeId, node: NodeId, ask: Ask) {
        if self.replica(node).is_none() {
            self.replicas.push(progress(coordinator, node, ask));
        }
    }

    /// Counts a replica's answer: it lights a lamp while the outcome is open, and is late afterwards.
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
        let write_note = match self.operation {
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
                    UnavailableReason::Timeout => format!(
                        "failed: only {answered} of {asked} replicas answered in time, {needed} needed{write_note}"
                    ),
                    UnavailableReason::Overloaded => {
                        "failed: the coordinator has too many operations in progress".to_owned()
                    }
                    UnavailableReason::TooFewNodes => format!(
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

/// Returns versions as text.
pub(crate) fn versions(siblings: &Siblings) -> Vec<VersionFrame> {
    let version = |version: &std::sync::Arc<ringside_store::version::Version>| VersionFrame {
        dot: version.dot.to_string(),
        past: version.past.to_string(),
        value: version.value.as_ref().map(ToString::to_string),
    };
    siblings.iter().map(version).collect()
}
