//! The node: a deterministic state machine that does no I/O and reads no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::coordinator::{Coordination, Get, Work};
use crate::deadlines::Deadlines;
use crate::replica::Replica;
use crate::request::Cause;
use crate::storage::Disk;
use crate::version::Siblings;
use crate::{Config, Event, Instant, Message, NodeId, Operation, Request, RequestId, Response};

/// What a node wants done, in the order of causes.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a message to another node. Never to itself: a node that is its own replica acts at once.
    Send {
        /// The receiver.
        to: NodeId,
        /// The message.
        message: Message,
    },
    /// Answer a request that came by [`Node::handle_request`].
    Reply {
        /// The request.
        id: RequestId,
        /// The answer.
        response: Response,
    },
    /// Tell observers what happened. Nothing else hangs on it.
    Event(Event),
}

/// One node of the store: a replica for its keys, and a coordinator for any request.
///
/// After every `handle_*` call, drain [`Node::poll_output`] to `None` and ask
/// [`Node::poll_timeout`] again.
#[derive(Clone, Debug)]
pub struct Node {
    config: Config,
    replica: Replica,
    /// Boxed, because a B-tree moves its neighbours about when one comes or goes.
    coordinations: BTreeMap<RequestId, Box<Coordination>>,
    deadlines: Deadlines,
}

impl Node {
    /// Starts a node on its disk, empty or as a crash left it.
    pub fn new(config: Config, disk: Disk) -> Self {
        Self {
            config,
            replica: Replica::new(disk),
            coordinations: BTreeMap::new(),
            deadlines: Deadlines::default(),
        }
    }

    /// Stops the node and keeps its disk. Operations in progress are lost, and their clients hear
    /// nothing.
    #[must_use]
    pub fn into_disk(self) -> Disk {
        self.replica.disk
    }

    /// Gives which node this is.
    pub const fn id(&self) -> NodeId {
        self.replica.id
    }

    /// Gives what the node keeps on disk.
    pub const fn disk(&self) -> &Disk {
        &self.replica.disk
    }

    /// Gives the number of operations that the node is coordinating.
    pub fn coordinating(&self) -> usize {
        self.coordinations.len()
    }

    /// Takes new settings. Operations in progress keep the ones that they began with.
    pub fn reconfigure(&mut self, config: Config) {
        self.config = config;
    }

    /// Takes a client's request and begins to coordinate it.
    ///
    /// The answer comes as one [`Output::Reply`], at once or later, unless the node is stopped first.
    ///
    /// # Panics
    ///
    /// Panics when a request of the same id is in progress here.
    pub fn handle_request(&mut self, now: Instant, id: RequestId, request: Request) {
        let operation = request.operation();
        let quorum = self.config.quorum;
        let (key, needed, work) = match request {
            Request::Get { key } => (key, quorum.r(), Work::Get(Get::default())),
            Request::Put { key, value, context } => {
                let put = self.replica.name_write(&key, Some(value), context);
                (key, quorum.w(), Work::Put(put))
            }
            Request::Delete { key, context } => {
                let put = self.replica.name_write(&key, None, context);
                (key, quorum.w(), Work::Put(put))
            }
        };
        self.coordinate(now, id, operation, Coordination::new(key, needed, work));
    }

    /// Takes a message from another node.
    pub fn handle_message(&mut self, _now: Instant, from: NodeId, message: Message) {
        match message {
            Message::Write { request, key, version } => {
                self.replica.store(request, &key, &version);
                self.replica.send(from, Message::WriteAck { request });
            }
            Message::WriteAck { request } => self.count(request, from, None),
            Message::Read { request, key } => {
                let siblings = self.replica.read(&key);
                self.replica.send(from, Message::ReadAnswer { request, siblings });
            }
            Message::ReadAnswer { request, siblings } => self.count(request, from, Some(siblings)),
            Message::Repair { request, key, siblings } => {
                self.replica.repair(request, key, &siblings);
            }
        }
    }

    /// Acts on deadlines that have passed. An early or repeated call does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(request) = self.deadlines.pop_due(now) {
            let Some(mut coordination) = self.coordinations.remove(&request) else { continue };
            if let Some(response) = coordination.fail(Cause::Timeout) {
                self.replica.reply(request, &coordination.tally, response);
            }
        }
        self.forget_idle_deadlines();
    }

    /// Gives the time at which [`Node::handle_timeout`] wants to be called; none for not at all.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// Gives the next thing that the node wants done, oldest first; none when all is said.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.replica.outputs.pop_front()
    }

    /// Asks all N replicas of the key, itself without a message where it is one of them.
    fn coordinate(
        &mut self,
        now: Instant,
        request: RequestId,
        operation: Operation,
        mut coordination: Coordination,
    ) {
        let key = coordination.key.clone();
        let version = coordination.work.version().cloned();
        let needed = coordination.tally.needed();
        let asked = self.config.ring.preference_list(key.position(), self.config.quorum.n());
        coordination.tally.ask(&asked);
        self.replica.tell(Event::Coordinating {
            request,
            operation,
            key: key.clone(),
            asked: asked.clone(),
            needed,
            dot: version.as_ref().map(|version| version.dot),
        });
        let earlier = self.coordinations.insert(request, Box::new(coordination));
        assert!(earlier.is_none(), "request {request:?} is in progress already");
        self.deadlines.push(now + self.config.request_timeout, request);
        if asked.len() < usize::from(needed) {
            return self.settle(request);
        }
        for &to in &asked {
            match &version {
                None if to == self.replica.id => {
                    let siblings = self.replica.read(&key);
                    self.count(request, to, Some(siblings));
                }
                None => self.replica.send(to, Message::Read { request, key: key.clone() }),
                Some(version) if to == self.replica.id => {
                    self.replica.store(request, &key, version);
                    self.count(request, to, None);
                }
                Some(version) => {
                    let (key, version) = (key.clone(), Arc::clone(version));
                    self.replica.send(to, Message::Write { request, key, version });
                }
            }
        }
    }

    /// Counts an answer to a read (with its versions) or an acknowledgement of a write.
    fn count(&mut self, request: RequestId, from: NodeId, siblings: Option<Siblings>) {
        let replica = &mut self.replica;
        let Some(coordination) = self.coordinations.get_mut(&request) else {
            return replica.tell(Event::Ignored { request, from });
        };
        if !coordination.tally.answer(from) {
            return replica.tell(Event::Ignored { request, from });
        }
        let (have, needed) = (coordination.tally.have(), coordination.tally.needed());
        match (&mut coordination.work, siblings) {
            (Work::Get(get), Some(siblings)) => {
                get.add_answer(from, siblings.clone());
                replica.tell(Event::Answered { request, from, siblings, have, needed });
            }
            _ => replica.tell(Event::Acknowledged { request, from, have, needed }),
        }
        self.settle(request);
    }

    /// Replies when a reply is due, repairs after it, and ends what is complete.
    fn settle(&mut self, request: RequestId) {
        let replica = &mut self.replica;
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let mut ended = coordination.tally.is_complete();
        if let Some(response) = coordination.due_response() {
            ended |= !response.is_ok();
            replica.reply(request, &coordination.tally, response);
        }
        if self.config.read_repair && coordination.has_replied() {
            send_repairs(replica, request, coordination);
        }
        if ended {
            self.coordinations.remove(&request);
            self.forget_idle_deadlines();
        }
    }

    fn forget_idle_deadlines(&mut self) {
        let coordinations = &self.coordinations;
        self.deadlines.retain_front(|request| coordinations.contains_key(&request));
    }
}

/// Brings replicas what a read that has replied found them to lack.
fn send_repairs(replica: &mut Replica, request: RequestId, coordination: &mut Coordination) {
    let Work::Get(get) = &mut coordination.work else { return };
    for (to, siblings) in get.take_repairs() {
        let (key, told) = (coordination.key.clone(), siblings.clone());
        replica.tell(Event::Repairing { request, key: key.clone(), replica: to, siblings: told });
        if to == replica.id {
            replica.repair(request, key, &siblings);
        } else {
            replica.send(to, Message::Repair { request, key, siblings });
        }
    }
}
