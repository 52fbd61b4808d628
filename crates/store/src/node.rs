//! The node: a deterministic state machine that does no I/O and reads no clock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::coordinator::{Coordination, Get, Put, Work};
use crate::deadlines::Deadlines;
use crate::request::Cause;
use crate::storage::Storage;
use crate::version::{Actor, Context, Siblings, Version};
use crate::{
    Config, Event, Instant, Key, Message, NodeId, Operation, Request, RequestId, Response, Value,
};

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

/// What survives a crash: a node's keys, and how far it had counted in naming writes.
#[derive(Clone, Debug)]
pub struct Disk {
    actor: Actor,
    storage: Storage,
}

impl Disk {
    /// Makes an empty disk, the `generation`th of its node after the first.
    ///
    /// A wiped node must come back with a higher generation, or replicas would take its new writes
    /// for old ones of the same name.
    pub fn new(node: NodeId, generation: u16) -> Self {
        Self { actor: Actor { node, generation }, storage: Storage::default() }
    }

    /// Gives the number of keys that have a value to read.
    pub const fn live_keys(&self) -> u32 {
        self.storage.live_keys()
    }

    /// Gives the versions of a key; none when it was never written here.
    pub fn get(&self, key: &Key) -> Option<&Siblings> {
        self.storage.get(key)
    }

    /// Lists the keys with their versions in ring order, tombstones included.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.storage.iter()
    }

    /// Gives how many disks the node had before this one.
    pub const fn generation(&self) -> u16 {
        self.actor.generation
    }
}

/// One node of the store: a replica for its keys, and a coordinator for any request.
///
/// After every `handle_*` call, drain [`Node::poll_output`] to `None` and ask
/// [`Node::poll_timeout`] again.
#[derive(Clone, Debug)]
pub struct Node {
    id: NodeId,
    config: Config,
    disk: Disk,
    /// Boxed, because a B-tree moves its neighbours about when one comes or goes.
    coordinations: BTreeMap<RequestId, Box<Coordination>>,
    deadlines: Deadlines,
    outputs: VecDeque<Output>,
}

impl Node {
    /// Starts a node on its disk, empty or as a crash left it.
    pub fn new(config: Config, disk: Disk) -> Self {
        Self {
            id: disk.actor.node,
            config,
            disk,
            coordinations: BTreeMap::new(),
            deadlines: Deadlines::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Stops the node and keeps its disk. Operations in progress are lost, and their clients hear
    /// nothing.
    #[must_use]
    pub fn into_disk(self) -> Disk {
        self.disk
    }

    /// Gives which node this is.
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// Gives what the node keeps on disk.
    pub const fn disk(&self) -> &Disk {
        &self.disk
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
                let put = self.name_write(&key, Some(value), context);
                (key, quorum.w(), Work::Put(put))
            }
            Request::Delete { key, context } => {
                let put = self.name_write(&key, None, context);
                (key, quorum.w(), Work::Put(put))
            }
        };
        self.coordinate(now, id, operation, Coordination::new(key, needed, work));
    }

    /// Takes a message from another node.
    pub fn handle_message(&mut self, _now: Instant, from: NodeId, message: Message) {
        match message {
            Message::Write { request, key, version } => {
                self.store(request, &key, &version);
                self.send(from, Message::WriteAck { request });
            }
            Message::WriteAck { request } => self.count(request, from, None),
            Message::Read { request, key } => {
                let siblings = self.disk.get(&key).cloned().unwrap_or_default();
                self.send(from, Message::ReadAnswer { request, siblings });
            }
            Message::ReadAnswer { request, siblings } => self.count(request, from, Some(siblings)),
            Message::Repair { request, key, siblings } => self.repair(request, key, &siblings),
        }
    }

    /// Acts on deadlines that have passed. An early or repeated call does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(request) = self.deadlines.pop_due(now) {
            let Some(mut coordination) = self.coordinations.remove(&request) else { continue };
            if let Some(response) = coordination.fail(Cause::Timeout) {
                self.reply(request, response);
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
        self.outputs.pop_front()
    }

    /// Gives a new write its name: the next dot of this node for the key.
    fn name_write(&mut self, key: &Key, value: Option<Value>, past: Context) -> Put {
        let dot = self.disk.storage.mint(self.disk.actor, key);
        Put { version: Arc::new(Version { dot, past, value }) }
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
        let work = coordination.work.clone();
        let needed = coordination.tally.needed();
        let asked = self.config.ring.preference_list(key.position(), self.config.quorum.n());
        coordination.tally.ask(&asked);
        self.tell(Event::Coordinating {
            request,
            operation,
            key: key.clone(),
            asked: asked.clone(),
            needed,
            dot: work.version().map(|version| version.dot),
        });
        let earlier = self.coordinations.insert(request, Box::new(coordination));
        assert!(earlier.is_none(), "request {request:?} is in progress already");
        self.deadlines.push(now + self.config.request_timeout, request);
        if asked.len() < usize::from(needed) {
            return self.settle(request);
        }
        for &replica in &asked {
            match work.version() {
                None if replica == self.id => {
                    let siblings = self.disk.get(&key).cloned().unwrap_or_default();
                    self.count(request, replica, Some(siblings));
                }
                None => self.send(replica, Message::Read { request, key: key.clone() }),
                Some(version) if replica == self.id => {
                    self.store(request, &key, version);
                    self.count(request, replica, None);
                }
                Some(version) => {
                    let (key, version) = (key.clone(), Arc::clone(version));
                    self.send(replica, Message::Write { request, key, version });
                }
            }
        }
    }

    /// Counts an answer to a read (with its versions) or an acknowledgement of a write.
    fn count(&mut self, request: RequestId, from: NodeId, siblings: Option<Siblings>) {
        let Some(coordination) = self.coordinations.get_mut(&request) else {
            return self.tell(Event::Ignored { request, from });
        };
        if !coordination.tally.answer(from) {
            return self.tell(Event::Ignored { request, from });
        }
        let (have, needed) = (coordination.tally.have(), coordination.tally.needed());
        match (&mut coordination.work, siblings) {
            (Work::Get(get), Some(siblings)) => {
                get.add_answer(from, siblings.clone());
                self.tell(Event::Answered { request, from, siblings, have, needed });
            }
            _ => self.tell(Event::Acknowledged { request, from, have, needed }),
        }
        self.settle(request);
    }

    /// Replies when a reply is due, repairs after it, and ends what is complete.
    fn settle(&mut self, request: RequestId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let due = coordination.due_response();
        let complete = coordination.tally.is_complete();
        let failed = matches!(due, Some(Response::Unavailable { .. }));
        if let Some(response) = due {
            self.reply(request, response);
        }
        self.send_repairs(request);
        if complete || failed {
            self.coordinations.remove(&request);
            self.forget_idle_deadlines();
        }
    }

    fn reply(&mut self, id: RequestId, response: Response) {
        self.tell(match &response {
            Response::Unavailable { cause, answered, needed, asked } => Event::QuorumFailed {
                request: id,
                cause: *cause,
                have: *answered,
                needed: *needed,
                asked: *asked,
            },
            Response::Found { siblings } => self.quorum_met(id, siblings.len() as u16),
            Response::Stored { .. } => self.quorum_met(id, 0),
        });
        self.outputs.push_back(Output::Reply { id, response });
    }

    fn quorum_met(&self, request: RequestId, siblings: u16) -> Event {
        let tally = self.coordinations.get(&request).map(|coordination| &coordination.tally);
        let (have, needed) = tally.map_or((0, 0), |tally| (tally.have(), tally.needed()));
        Event::QuorumMet { request, have, needed, siblings }
    }

    /// Brings replicas what a read that has replied found them to lack.
    fn send_repairs(&mut self, request: RequestId) {
        if !self.config.read_repair {
            return;
        }
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let replied = coordination.has_replied();
        let Work::Get(get) = &mut coordination.work else { return };
        if !replied {
            return;
        }
        let key = coordination.key.clone();
        for (replica, siblings) in get.take_repairs() {
            let (key, told) = (key.clone(), siblings.clone());
            self.tell(Event::Repairing { request, key: key.clone(), replica, siblings: told });
            if replica == self.id {
                self.repair(request, key, &siblings);
            } else {
                self.send(replica, Message::Repair { request, key, siblings });
            }
        }
    }

    fn store(&mut self, request: RequestId, key: &Key, version: &Arc<Version>) {
        let (changed, siblings) = self.disk.storage.insert(key, version);
        let (key, dot) = (key.clone(), version.dot);
        self.tell(Event::Stored { request, key, dot, changed, siblings });
    }

    fn repair(&mut self, request: RequestId, key: Key, versions: &Siblings) {
        let (changed, siblings) = self.disk.storage.merge(&key, versions);
        self.tell(Event::Repaired { request, key, changed, siblings });
    }

    fn send(&mut self, to: NodeId, message: Message) {
        self.outputs.push_back(Output::Send { to, message });
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn forget_idle_deadlines(&mut self) {
        let coordinations = &self.coordinations;
        self.deadlines.retain_front(|request| coordinations.contains_key(&request));
    }
}
