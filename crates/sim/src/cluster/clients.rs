//! What clients do: ask, ask elsewhere, wait, learn, give up; and the load that makes them.

use ringside_random::PopularityError;
use ringside_store::{Key, NodeId, Operation, PreferenceList, Request, RequestId, Value};

use super::{Cluster, Due, purpose};
use crate::journal::{Outcome, What};
use crate::load::Arrivals;
use crate::message::Payload;
use crate::{Act, ClientId, End, Load, Refusal};

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
        if let Some(node) = through {
            self.check_node(node)?;
        }
        let client = through.map_or(ClientId::PERSON, ClientId::at);
        let id = self.clients.next_request(client);
        self.ask(id, operation, key, value, through);
        Ok(id)
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
    pub(super) fn arrive(&mut self) {
        let ordinal = self.arrived;
        let Some(load) = &mut self.load else { return };
        let arrival = load.arrival(ordinal);
        let key = load.key(arrival.key);
        self.arrived += 1;
        self.schedule_arrival();
        let value = (arrival.operation == Operation::Put).then(|| {
            // Values are unique, so that a checker can tell which write a read returned.
            Value::new(&format!("v{ordinal}"))
        });
        self.ask(arrival.client.request(ordinal), arrival.operation, &key, value, None);
    }

    fn ask(
        &mut self,
        id: RequestId,
        operation: Operation,
        key: &Key,
        value: Option<Value>,
        through: Option<NodeId>,
    ) {
        let told = value.clone();
        let context = || self.clients.context(ClientId::of(id), key);
        let request = match (operation, value) {
            (Operation::Get, _) => Request::Get { key: key.clone() },
            (Operation::Put, Some(value)) => {
                Request::Put { key: key.clone(), value, context: context() }
            }
            (Operation::Put | Operation::Delete, _) => {
                Request::Delete { key: key.clone(), context: context() }
            }
        };
        let what = What::Invoked { request: id, operation, key: key.clone(), value: told };
        self.journal.write(self.now, what);
        let candidates = match through {
            Some(node) => PreferenceList::from_slice(&[node]),
            None => self.candidates(id, key),
        };
        self.clients.wait(id, request, candidates, self.now + self.client_timeout);
        self.schedule_client_deadline();
        self.ask_next(id);
    }

    /// Gives the replicas of the key in the order in which they are asked: ring order, from one that
    /// is chosen by luck.
    fn candidates(&self, id: RequestId, key: &Key) -> PreferenceList {
        let mut candidates = self.preference_list(key);
        let luck = self.luck.child(purpose::COORDINATOR).child(id.0);
        if !candidates.is_empty() {
            // The draw's high bits choose, so that a longer list leaves the choice near where it was.
            let first = luck.draws().below(candidates.len() as u64) as usize;
            candidates.rotate_left(first);
        }
        candidates
    }

    /// Asks the next node that may coordinate; ends the operation when none is left.
    pub(super) fn ask_next(&mut self, id: RequestId) {
        if let Some((node, request)) = self.clients.next_candidate(id) {
            let client = End::Client(ClientId::of(id));
            self.send(id, client, End::Node(node), Payload::Request(Box::new(request)));
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
