//! The rules that must hold always, under any faults.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_sim::{
    Cluster, Endpoint, Entry, EntryKind, Envelope, Intervention, MessageKind, Outcome,
};
use ringside_store::settings::Order;
use ringside_store::version::{Siblings, Version};
use ringside_store::{Event, Key, NodeId, Operation, Quorum, RequestId, Response, Value};

use super::plan::Plan;

/// An operation in progress, from the journal.
#[derive(Clone, Debug)]
struct OperationState {
    operation: Operation,
    key: Key,
    coordinator: Option<NodeId>,
    /// The quorum in force when it began to be coordinated.
    quorum: Quorum,
    /// The nodes whose answer has been delivered to the coordinator.
    answered: BTreeSet<NodeId>,
    /// The nodes that have stored the write, or a hint of it.
    stored: BTreeSet<NodeId>,
}

/// The rules, with the state that they need.
#[derive(Debug)]
pub struct Rules {
    order: Order,
    quorum: Quorum,
    /// Whether a hint may count as an acknowledgement.
    hints_count: bool,
    /// Whether no acknowledged write may be lost.
    keeps_all: bool,
    operations: BTreeMap<RequestId, OperationState>,
    values: BTreeMap<Key, BTreeSet<Value>>,
    acknowledged: Vec<(Key, Arc<Version>)>,
}

impl Rules {
    /// Creates the rules for a run of this plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            order: plan.order(),
            quorum: plan.config.quorum,
            hints_count: plan.config.settings.quorum.sloppy && plan.config.settings.hints.count,
            keeps_all: plan.keeps_all(),
            operations: BTreeMap::new(),
            values: BTreeMap::new(),
            acknowledged: Vec::new(),
        }
    }

    /// Checks one entry of the journal against the rules.
    ///
    /// # Errors
    ///
    /// If a rule is broken; the text names the rule and the cause.
    pub fn observe(&mut self, entry: &Entry) -> Result<(), String> {
        match &entry.kind {
            EntryKind::Invoked { request, operation, key, value, .. } => {
                self.invoked(*request, *operation, key, value.as_ref());
            }
            EntryKind::Node { node, event } => return self.node_event(*node, event),
            EntryKind::Delivered { message } => self.delivered(message),
            EntryKind::Returned { request, outcome } => return self.returned(*request, outcome),
            EntryKind::Intervention(Intervention::Quorum(quorum)) => self.quorum = *quorum,
            _ => {}
        }
        Ok(())
    }

    fn invoked(
        &mut self,
        request: RequestId,
        operation: Operation,
        key: &Key,
        value: Option<&Value>,
    ) {
        let values = self.values.entry(key.clone()).or_default();
        values.extend(value.cloned());
        let state = OperationState {
            operation,
            key: key.clone(),
            coordinator: None,
            quorum: self.quorum,
            answered: BTreeSet::new(),
            stored: BTreeSet::new(),
        };
        self.operations.insert(request, state);
    }

    fn node_event(&mut self, node: NodeId, event: &Event) -> Result<(), String> {
        match event {
            Event::Coordinating { request, operation: Operation::Get, .. } => {
                if let Some(state) = self.operations.get_mut(request) {
                    (state.coordinator, state.quorum) = (Some(node), self.quorum);
                }
            }
            Event::Coordinating { request, .. } => {
                if let Some(state) = self.operations.get_mut(request) {
                    // A register's writer reads first: an answer to that read is no vote for the write.
                    state.answered.clear();
                    (state.coordinator, state.quorum) = (Some(node), self.quorum);
                }
            }
            Event::Stored { request, .. } => self.stored(*request, node),
            Event::HintKept { request, .. } if self.hints_count => self.stored(*request, node),
            Event::Answered { request, from, siblings, .. } => {
                self.check_siblings(siblings)?;
                // A coordinator that is a replica itself answers without a message.
                if let Some(state) = self.operations.get_mut(request)
                    && *from == node
                {
                    state.answered.insert(node);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn stored(&mut self, request: RequestId, node: NodeId) {
        if let Some(state) = self.operations.get_mut(&request) {
            state.stored.insert(node);
        }
    }

    fn delivered(&mut self, message: &Envelope) {
        let is_answer = matches!(
            message.kind,
            MessageKind::WriteAck | MessageKind::ReadAnswer | MessageKind::DigestAnswer
        );
        if let (true, Endpoint::Node(from), Endpoint::Node(to)) =
            (is_answer, message.from, message.to)
            && let Some(state) = self.operations.get_mut(&message.request)
            && state.coordinator == Some(to)
        {
            state.answered.insert(from);
        }
    }

    fn returned(&mut self, request: RequestId, outcome: &Outcome) -> Result<(), String> {
        let Some(state) = self.operations.remove(&request) else { return Ok(()) };
        match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) => {
                let (have, needed) = (state.answered.len(), state.quorum.r());
                if have < usize::from(needed) {
                    return Err(format!(
                        "a get of {} succeeded with {have} answers, {needed} are needed",
                        state.key
                    ));
                }
                self.check_siblings(siblings)?;
                self.check_values(&state.key, siblings)
            }
            Outcome::Answered(Response::Stored { version }) => {
                let voters: BTreeSet<NodeId> = state
                    .answered
                    .iter()
                    .copied()
                    .chain(state.coordinator)
                    .filter(|node| state.stored.contains(node))
                    .collect();
                let (have, needed) = (voters.len(), state.quorum.w());
                if have < usize::from(needed) {
                    return Err(format!(
                        "a {} of {} succeeded with {have} acknowledgements, {needed} are needed",
                        state.operation, state.key
                    ));
                }
                self.acknowledged.push((state.key, Arc::clone(version)));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Checks that under dotted vectors no version of a set supersedes another.
    fn check_siblings(&self, siblings: &Siblings) -> Result<(), String> {
        if self.order != Order::Dotted {
            let single = self.order == Order::Plain || siblings.len() <= 1;
            return if single {
                Ok(())
            } else {
                Err(format!("the last write wins, but there are {} versions", siblings.len()))
            };
        }
        for version in siblings.iter() {
            if let Some(over) = siblings.iter().find(|other| other.supersedes(version)) {
                return Err(format!(
                    "{} is a sibling of {}, which supersedes it",
                    version.dot, over.dot
                ));
            }
        }
        Ok(())
    }

    /// Checks that a key's versions have only values that a client put there.
    fn check_values(&self, key: &Key, siblings: &Siblings) -> Result<(), String> {
        let put = self.values.get(key);
        match siblings.values().find(|value| put.is_none_or(|put| !put.contains(value))) {
            Some(value) => Err(format!("{key} was read as {value}, which no client put there")),
            None => Ok(()),
        }
    }

    /// Checks a quiescent cluster: every acknowledged write is there, or one that supersedes it.
    ///
    /// # Errors
    ///
    /// If a write is lost, or a set breaks a rule.
    pub fn check_quiescent(&self, cluster: &Cluster) -> Result<(), String> {
        let mut held: BTreeMap<&Key, Siblings> = BTreeMap::new();
        for node in cluster.nodes().filter(|node| node.up) {
            for (key, siblings) in node.disk.iter() {
                self.check_siblings(siblings)?;
                self.check_values(key, siblings)?;
                held.entry(key).or_default().merge(siblings, self.order);
            }
        }
        if !self.keeps_all {
            return Ok(());
        }
        for (key, version) in &self.acknowledged {
            let kept = held.get(key).is_some_and(|siblings| match self.order {
                Order::Dotted => siblings.context().contains(version.dot),
                Order::Plain => siblings.clock().contains(version.dot),
                Order::LastWriteWins => {
                    let order = |it: &Version| (it.rank, it.written, it.dot);
                    siblings.iter().any(|it| order(it) >= order(version))
                }
            });
            if !kept {
                return Err(format!(
                    "the write {} of {key} was acknowledged and is lost",
                    version.dot
                ));
            }
        }
        Ok(())
    }
}
