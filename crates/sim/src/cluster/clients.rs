//! What clients do: ask, ask elsewhere, wait, learn, give up; and the load that makes them.

use ringside_random::PopularityError;
use ringside_store::version::Context;
use ringside_store::{Duration, Key, NodeId, Operation, PreferenceList, Request, RequestId, Value};

use super::{Cluster, Due, purpose};
use crate::journal::{Outcome, What};
use crate::load::Arrivals;
use crate::message::Payload;
use crate::{Act, ClientId, CoordinatorChoice, End, Load, Refusal};

/// An operation that a client begins.
struct Asked {
    id: RequestId,
    operation: Operation,
    key: Key,
    value: Option<Value>,
    ttl: Option<Duration>,
    /// Whether the client says that it has seen nothing.
    blind: bool,
    through: Option<NodeId>,
}

impl Cluster {
    /// Lets a person ask for an operation now; a put takes a value, and gives the request.
    ///
    /// With `through` the person asks that node and no other, as the client that sits there: each node
    /// has a client of its own, which knows what it has seen itself. So two puts through two nodes are
    /// written without knowledge of each other. Without it, one of the key's replicas is chosen, and
    /// the next where it is stopped.
    ///
    /// # Errors
    ///
    /// Refuses a node that there is not; nothing has changed then.
    pub fn request(
        &mut self,
        operation: Operation,
        key: &Key,
        value: Option<Value>,
        through: Option<NodeId>,
    ) -> Result<RequestId, Refusal> {
        self.request_with(operation, key, value, None, through)
    }

    /// As [`Cluster::request`], for a put whose value is to live for so long.
    ///
    /// # Errors
    ///
    /// As [`Cluster::request`].
    pub fn put_for(
        &mut self,
        ttl: Duration,
        key: &Key,
        value: Value,
        through: Option<NodeId>,
    ) -> Result<RequestId, Refusal> {
        self.request_with(Operation::Put, key, Some(value), Some(ttl), through)
    }

    fn request_with(
        &mut self,
        operation: Operation,
        key: &Key,
        value: Option<Value>,
        ttl: Option<Duration>,
        through: Option<NodeId>,
    ) -> Result<RequestId, Refusal> {
        if let Some(node) = through {
            self.check_node(node)?;
        }
        let client = through.map_or(ClientId::PERSON, ClientId::at);
        let id = self.clients.next_request(client);
        self.ask(Asked { id, operation, key: key.clone(), value, ttl, blind: false, through });
        Ok(id)
    }

    /// Gives what a person has seen of a key, as the client that sits at a node, or as the one that asks any
    /// of them: what the next put will say that its writer had seen.
    pub fn seen(&self, key: &Key, through: Option<NodeId>) -> Context {
        self.clients.context(through.map_or(ClientId::PERSON, ClientId::at), key)
    }

    /// Changes the load from now on; none turns it off. Operations in progress go on.
    ///
    /// # Errors
    ///
    /// Refuses key counts and exponents that no load can have; the load stays as it was then.
    pub fn set_load(&mut self, load: Option<Load>) -> Result<(), PopularityError> {
        self.start_load(load.clone())?;
        self.act(Act::Load(load));
        Ok(())
    }

    pub(super) fn start_load(&mut self, load: Option<Load>) -> Result<(), PopularityError> {
        let luck = self.luck.child(purpose::LOAD);
        self.load = load.map(|load| Arrivals::new(load, luck)).transpose()?;
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

    /// Lets the load's next operation begin.
    pub(super) fn begin_next(&mut self) {
        let ordinal = self.arrived;
        let Some(load) = &mut self.load else { return };
        let arrival = load.arrival(ordinal);
        let (key, ttl) = (load.key(arrival.key), load.load().ttl);
        self.arrived += 1;
        self.schedule_arrival();
        let puts = arrival.operation == Operation::Put;
        self.ask(Asked {
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

    fn ask(&mut self, asked: Asked) {
        let Asked { id, operation, key, value, ttl, blind, through } = asked;
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
        self.journal.write(self.now, What::Invoked { request: id, operation, key, value, ttl });
        self.clients.wait(id, request, candidates, self.now + self.client_timeout);
        self.schedule_client_deadline();
        self.ask_next(id);
    }

    /// Gives the nodes that may be asked, the first choice first.
    fn candidates(&self, id: RequestId, key: &Key) -> PreferenceList {
        let luck = self.luck.child(purpose::COORDINATOR);
        let any = || PreferenceList::from_slice(self.ring().nodes());
        let (mut candidates, luck) = match self.coordinator {
            CoordinatorChoice::Replica | CoordinatorChoice::Fastest => {
                (self.preference_list(key), luck.child(id.0))
            }
            CoordinatorChoice::Any => (any(), luck.child(id.0)),
            CoordinatorChoice::Fixed => {
                let client = u64::from(ClientId::of(id).0);
                (any(), self.luck.child(purpose::FIXED_COORDINATOR).child(client))
            }
        };
        if !candidates.is_empty() {
            // The draw's high bits choose, so that a longer list leaves the choice near where it was.
            let first = luck.draws().below(candidates.len() as u64) as usize;
            candidates.rotate_left(first);
        }
        if self.coordinator == CoordinatorChoice::Fastest
            && let Some(fastest) = self.clients.fastest(ClientId::of(id), key)
            && let Some(place) = candidates.iter().position(|&node| node == fastest)
        {
            candidates[..=place].rotate_right(1);
        }
        candidates
    }

    /// Asks the next node that may coordinate; ends the operation when none is left.
    pub(super) fn ask_next(&mut self, id: RequestId) {
        if let Some((node, request)) = self.clients.next_candidate(id) {
            let client = End::Client(ClientId::of(id));
            self.send(id, 0, client, End::Node(node), Payload::Request(Box::new(request)));
        } else {
            self.finish(id, Outcome::Refused);
        }
    }

    /// Tells a client how its operation ended, unless it has given up.
    pub(super) fn finish(&mut self, id: RequestId, outcome: Outcome) {
        let Some(pending) = self.clients.end(id) else { return };
        if let Outcome::Answered(response) = &outcome {
            self.clients.learn(id, pending.request.key(), response);
        }
        self.journal.write(self.now, What::Returned { request: id, outcome });
    }

    /// Ends the operations that clients have waited for long enough.
    pub(super) fn give_up(&mut self) {
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
