//! Operations of clients, from the request over retries to the response or timeout, and the load.

use ringside_random::PopularityError;
use ringside_store::version::Context;
use ringside_store::{Duration, Key, NodeId, Operation, PreferenceList, Request, RequestId, Value};

use super::{Cluster, Due, purpose};
use crate::journal::{EntryKind, Outcome};
use crate::load::Arrivals;
use crate::message::Payload;
use crate::{ClientId, ClusterError, CoordinatorChoice, Endpoint, Intervention, Load};

/// An operation to be started by a client.
struct ClientOperation {
    id: RequestId,
    operation: Operation,
    key: Key,
    value: Option<Value>,
    ttl: Option<Duration>,
    /// Whether the client's context is empty, whatever it has seen.
    blind: bool,
    through: Option<NodeId>,
}

impl Cluster {
    /// Starts an operation of the user now, and returns its request. A put takes a value.
    ///
    /// With `through` the user asks that node and no other, as the client at that node: each node
    /// has a client of its own, which remembers what it has seen itself. So two puts through two
    /// nodes are written without knowledge of each other. Without it, one of the key's replicas is
    /// chosen, and the next if it is stopped.
    ///
    /// # Errors
    ///
    /// Refuses an unknown node; nothing has changed then.
    pub fn request(
        &mut self,
        operation: Operation,
        key: &Key,
        value: Option<Value>,
        through: Option<NodeId>,
    ) -> Result<RequestId, ClusterError> {
        self.request_with(operation, key, value, None, through)
    }

    /// Starts a put as [`Cluster::request`] does, with a time to live of its value.
    ///
    /// # Errors
    ///
    /// As [`Cluster::request`].
    pub fn put_with_ttl(
        &mut self,
        ttl: Duration,
        key: &Key,
        value: Value,
        through: Option<NodeId>,
    ) -> Result<RequestId, ClusterError> {
        self.request_with(Operation::Put, key, Some(value), Some(ttl), through)
    }

    fn request_with(
        &mut self,
        operation: Operation,
        key: &Key,
        value: Option<Value>,
        ttl: Option<Duration>,
        through: Option<NodeId>,
    ) -> Result<RequestId, ClusterError> {
        if let Some(node) = through {
            self.check_node(node)?;
        }
        let client = through.map_or(ClientId::USER, ClientId::at);
        let id = self.clients.next_request(client);
        self.start_operation(ClientOperation {
            id,
            operation,
            key: key.clone(),
            value,
            ttl,
            blind: false,
            through,
        });
        Ok(id)
    }

    /// Returns the context that the user has of a key, as the client at the node `through`, or as
    /// the one that asks any node: the next put will carry it.
    pub fn client_context(&self, key: &Key, through: Option<NodeId>) -> Context {
        self.clients.context(through.map_or(ClientId::USER, ClientId::at), key)
    }

    /// Changes the load from now on; `None` turns it off. Operations in progress go on.
    ///
    /// # Errors
    ///
    /// Refuses impossible key counts and exponents; the load is unchanged then.
    pub fn set_load(&mut self, load: Option<Load>) -> Result<(), PopularityError> {
        self.start_load(load.clone())?;
        self.record(Intervention::Load(load));
        Ok(())
    }

    pub(super) fn start_load(&mut self, load: Option<Load>) -> Result<(), PopularityError> {
        let seed = self.seed.child(purpose::LOAD);
        self.load = load.map(|load| Arrivals::new(load, seed)).transpose()?;
        self.load_epoch += 1;
        self.schedule_arrival();
        Ok(())
    }

    fn schedule_arrival(&mut self) {
        if let Some(load) = &self.load {
            let at = self.now + load.gap(self.arrived);
            self.queue.push(at, Due::Arrival { epoch: self.load_epoch });
        }
    }

    /// Starts the load's next operation.
    pub(super) fn start_next_operation(&mut self) {
        let ordinal = self.arrived;
        let Some(load) = &mut self.load else { return };
        let arrival = load.arrival(ordinal);
        let (key, ttl) = (load.key(arrival.key), load.load().ttl);
        self.arrived += 1;
        self.schedule_arrival();
        let puts = arrival.operation == Operation::Put;
        self.start_operation(ClientOperation {
            id: arrival.client.request(ordinal),
            operation: arrival.operation,
            key,
            // Values are unique, so that a checker can tell which write a read returned.
            value: puts.then(|| Value::new(&format!("v{ordinal}"))),
            ttl: ttl.filter(|_| puts),
            blind: arrival.blind,
            through: None,
        });
    }

    fn start_operation(&mut self, operation: ClientOperation) {
        let ClientOperation { id, operation, key, value, ttl, blind, through } = operation;
        let context = || {
            if blind { Context::new() } else { self.clients.context(ClientId::of(id), &key) }
        };
        let request = match (operation, &value) {
            (Operation::Get, _) => Request::Get { key: key.clone() },
            (Operation::Put, Some(value)) => {
                let value = value.clone();
                Request::Put { key: key.clone(), value, context: context(), ttl }
            }
            (Operation::Put | Operation::Delete, _) => {
                Request::Delete { key: key.clone(), context: context() }
            }
        };
        let candidates = match through {
            Some(node) => PreferenceList::from_slice(&[node]),
            None => self.candidates(id, &key),
        };
        self.journal
            .write(self.now, EntryKind::Invoked { request: id, operation, key, value, ttl });
        self.clients.wait(id, request, candidates, self.now + self.client_timeout);
        self.schedule_client_deadline();
        self.ask_next_candidate(id);
    }

    /// Returns the nodes that may be asked, the first choice first.
    fn candidates(&self, id: RequestId, key: &Key) -> PreferenceList {
        let seed = self.seed.child(purpose::COORDINATOR);
        let any = || PreferenceList::from_slice(self.ring().nodes());
        let (mut candidates, seed) = match self.coordinator {
            CoordinatorChoice::Replica | CoordinatorChoice::Fastest => {
                (self.preference_list(key), seed.child(id.0))
            }
            CoordinatorChoice::Any => (any(), seed.child(id.0)),
            CoordinatorChoice::Fixed => {
                let client = u64::from(ClientId::of(id).0);
                (any(), self.seed.child(purpose::FIXED_COORDINATOR).child(client))
            }
        };
        if !candidates.is_empty() {
            // The draw's high bits choose, so that a longer list leaves the choice near where it
            // was.
            let first = seed.draws().below(candidates.len() as u64) as usize;
            candidates.rotate_left(first);
        }
        if self.coordinator == CoordinatorChoice::Fastest
            && let Some(fastest) = self.clients.fastest(ClientId::of(id), key)
            && let Some(index) = candidates.iter().position(|&node| node == fastest)
        {
            candidates[..=index].rotate_right(1);
        }
        candidates
    }

    /// Sends a request to its next candidate; ends the operation if none is left.
    pub(super) fn ask_next_candidate(&mut self, id: RequestId) {
        if let Some((node, request)) = self.clients.next_candidate(id) {
            let client = Endpoint::Client(ClientId::of(id));
            self.send(id, 0, client, Endpoint::Node(node), Payload::Request(Box::new(request)));
        } else {
            self.finish(id, Outcome::Refused);
        }
    }

    /// Ends a client's operation, unless the client has given up already.
    pub(super) fn finish(&mut self, id: RequestId, outcome: Outcome) {
        let Some(pending) = self.clients.remove(id) else { return };
        if let Outcome::Answered(response) = &outcome {
            self.clients.learn(id, pending.request.key(), response);
        }
        self.journal.write(self.now, EntryKind::Returned { request: id, outcome });
    }

    /// Ends the operations that have exceeded their clients' timeout.
    pub(super) fn end_overdue_operations(&mut self) {
        self.client_wake = None;
        while let Some(id) = self.clients.pop_due(self.now) {
            self.finish(id, Outcome::Silence);
        }
        self.schedule_client_deadline();
    }

    fn schedule_client_deadline(&mut self) {
        if self.client_wake.is_none() {
            self.client_wake = self.clients.next_deadline();
            if let Some(at) = self.client_wake {
                self.queue.push(at, Due::ClientDeadline);
            }
        }
    }
}
