//! What must hold always, whatever the trouble.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_sim::{Act, Cluster, End, Entry, Envelope, Kind, Outcome, What};
use ringside_store::settings::Order;
use ringside_store::version::{Siblings, Version};
use ringside_store::{Event, Key, NodeId, Operation, Quorum, RequestId, Response, Value};

use super::plan::Plan;

/// An operation, as the journal tells it.
#[derive(Clone, Debug)]
struct Watched {
    operation: Operation,
    key: Key,
    coordinator: Option<NodeId>,
    /// The quorum in force when it began to be coordinated.
    quorum: Quorum,
    /// Who has been asked and whose answer has been delivered to the coordinator.
    answered: BTreeSet<NodeId>,
    /// Who has stored the write, or keeps it for another.
    stored: BTreeSet<NodeId>,
}

/// The rules, with what must be remembered to judge by them.
#[derive(Debug)]
pub struct Rules {
    order: Order,
    quorum: Quorum,
    /// Whether a hint may count as an acknowledgement.
    hints_count: bool,
    /// Whether nothing that was acknowledged may be lost.
    keeps_all: bool,
    operations: BTreeMap<RequestId, Watched>,
    values: BTreeMap<Key, BTreeSet<Value>>,
    acknowledged: Vec<(Key, Arc<Version>)>,
}

impl Rules {
    /// Takes up the rules for a run of this plan.
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

    /// Holds one entry of the journal against the rules.
    ///
    /// # Errors
    ///
    /// Says which rule is broken, and by what.
    pub fn observe(&mut self, entry: &Entry) -> Result<(), String> {
        match &entry.what {
            What::Invoked { request, operation, key, value, .. } => {
                self.invoked(*request, *operation, key, value.as_ref());
            }
            What::Node { node, event } => return self.told(*node, event),
            What::Delivered { message } => self.delivered(message),
            What::Returned { request, outcome } => return self.returned(*request, outcome),
            What::Act(Act::Quorum(quorum)) => self.quorum = *quorum,
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
        let watched = Watched {
            operation,
            key: key.clone(),
            coordinator: None,
            quorum: self.quorum,
            answered: BTreeSet::new(),
            stored: BTreeSet::new(),
        };
        self.operations.insert(request, watched);
    }

    fn told(&mut self, node: NodeId, event: &Event) -> Result<(), String> {
        match event {
            Event::Coordinating { request, operation: Operation::Get, .. } => {
                if let Some(watched) = self.operations.get_mut(request) {
                    (watched.coordinator, watched.quorum) = (Some(node), self.quorum);
                }
            }
            Event::Coordinating { request, .. } => {
                if let Some(watched) = self.operations.get_mut(request) {
                    // A register's writer reads first: what answered then is no vote for the write.
                    watched.answered.clear();
                    (watched.coordinator, watched.quorum) = (Some(node), self.quorum);
                }
            }
            Event::Stored { request, .. } => self.stored(*request, node),
            Event::HintKept { request, .. } if self.hints_count => self.stored(*request, node),
            Event::Answered { request, from, siblings, .. } => {
                self.check_siblings(siblings)?;
                // A coordinator that is a replica answers itself, without a message.
                if let Some(watched) = self.operations.get_mut(request)
                    && *from == node
                {
                    watched.answered.insert(node);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn stored(&mut self, request: RequestId, node: NodeId) {
        if let Some(watched) = self.operations.get_mut(&request) {
            watched.stored.insert(node);
        }
    }

    fn delivered(&mut self, message: &Envelope) {
        let is_answer =
            matches!(message.kind, Kind::WriteAck | Kind::ReadAnswer | Kind::DigestAnswer);
        if let (true, End::Node(from), End::Node(to)) = (is_answer, message.from, message.to)
            && let Some(watched) = self.operations.get_mut(&message.request)
            && watched.coordinator == Some(to)
        {
            watched.answered.insert(from);
        }
    }

    fn returned(&mut self, request: RequestId, outcome: &Outcome) -> Result<(), String> {
        let Some(watched) = self.operations.remove(&request) else { return Ok(()) };
        match outcome {
            Outcome::Answered(Response::Found { siblings, .. }) => {
                let (have, needed) = (watched.answered.len(), watched.quorum.r());
                if have < usize::from(needed) {
                    return Err(format!(
                        "a get of {} succeeded with {have} answers, {needed} are needed",
                        watched.key
                    ));
                }
                self.check_siblings(siblings)?;
                self.check_values(&watched.key, siblings)
            }
            Outcome::Answered(Response::Stored { version }) => {
                let voters: BTreeSet<NodeId> = watched
                    .answered
                    .iter()
                    .copied()
                    .chain(watched.coordinator)
                    .filter(|node| watched.stored.contains(node))
                    .collect();
                let (have, needed) = (voters.len(), watched.quorum.w());
                if have < usize::from(needed) {
                    return Err(format!(
                        "a {} of {} succeeded with {have} acknowledgements, {needed} are needed",
                        watched.operation, watched.key
                    ));
                }
                self.acknowledged.push((watched.key, Arc::clone(version)));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Under dotted vectors no version of a set is replaced by another.
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
                    "{} stands beside {}, which replaces it",
                    version.dot, over.dot
                ));
            }
        }
        Ok(())
    }

    /// A key's answer holds nothing but what somebody put there.
    fn check_values(&self, key: &Key, siblings: &Siblings) -> Result<(), String> {
        let put = self.values.get(key);
        match siblings.values().find(|value| put.is_none_or(|put| !put.contains(value))) {
            Some(value) => Err(format!("{key} was read as {value}, which nobody has put there")),
            None => Ok(()),
        }
    }

    /// Looks at a cluster that has come to rest: everything acknowledged is there, or something after
    /// it.
    ///
    /// # Errors
    ///
    /// Names a write that is lost, or a set that breaks a rule.
    pub fn at_rest(&self, cluster: &Cluster) -> Result<(), String> {
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
                    let standing = |it: &Version| (it.rank, it.written, it.dot);
                    siblings.iter().any(|it| standing(it) >= standing(version))
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
