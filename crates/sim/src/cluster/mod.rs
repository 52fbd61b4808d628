//! The cluster: nodes, clients and channels under one virtual clock.

mod clients;
mod faults;
mod transmit;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_random::{PopularityError, Seed};
use ringside_store::{
    Config as NodeConfig, Disk, Duration, Event, Instant, Key, Node, NodeId, Output, Quorum, Ring,
};

use crate::clients::Clients;
use crate::journal::{Journal, What};
use crate::load::Arrivals;
use crate::network::Network;
use crate::queue::Queue;
use crate::{Act, Channels, Config, End, Flight, Load, MessageId};
use transmit::Transit;

/// The purposes that draws are made for, each with luck of its own.
mod purpose {
    pub(super) const CHANNELS: u64 = 1;
    pub(super) const LOAD: u64 = 2;
    pub(super) const COORDINATOR: u64 = 3;
}

/// Something that is due.
#[derive(Clone, Debug)]
enum Due {
    /// A message arrives.
    Message(Transit),
    /// A node wants its timeouts handled.
    Wake(NodeId),
    /// The load's next operation arrives, unless the load has changed since.
    Arrival { epoch: u64 },
    /// A client gives up.
    ClientDeadline,
}

/// A node, running or stopped.
#[derive(Clone, Debug)]
enum State {
    Up(Box<Node>),
    Down(Disk),
}

#[derive(Clone, Debug)]
struct Machine {
    state: State,
    /// The earliest wake-up that is queued, so that the same one is not queued again and again.
    wake: Option<Instant>,
}

/// A node as an observer sees it.
#[derive(Clone, Copy, Debug)]
pub struct NodeView<'a> {
    /// The node.
    pub id: NodeId,
    /// Whether it runs.
    pub up: bool,
    /// What it keeps on disk.
    pub disk: &'a Disk,
    /// How many operations it is coordinating.
    pub coordinating: usize,
}

/// A whole cluster with its clients: a discrete-event simulator.
///
/// The same configuration and the same calls at the same instants give the same journal, natively and
/// in WebAssembly.
#[derive(Clone, Debug)]
pub struct Cluster {
    now: Instant,
    queue: Queue<Due>,
    machines: Vec<Machine>,
    ring: Arc<Ring>,
    quorum: Quorum,
    request_timeout: Duration,
    read_repair: bool,
    network: Network,
    held: BTreeMap<MessageId, Transit>,
    sent: u64,
    clients: Clients,
    client_timeout: Duration,
    client_wake: Option<Instant>,
    load: Option<Arrivals>,
    load_epoch: u64,
    arrived: u64,
    handled: u64,
    luck: Seed,
    journal: Journal,
}

impl Cluster {
    /// Starts a cluster at time zero: every node up and empty, no link cut.
    ///
    /// # Errors
    ///
    /// Refuses a load whose key count or exponent is impossible.
    pub fn new(config: Config) -> Result<Self, PopularityError> {
        let luck = Seed::new(config.seed);
        let ids = (0..config.nodes).map(NodeId);
        let ring = Arc::new(Ring::new(ids.clone(), config.tokens_per_node));
        let settings = NodeConfig {
            ring: Arc::clone(&ring),
            quorum: config.quorum,
            request_timeout: config.request_timeout,
            read_repair: config.read_repair,
        };
        let machines = ids.map(|id| Machine {
            state: State::Up(Box::new(Node::new(settings.clone(), Disk::new(id, 0)))),
            wake: None,
        });
        let mut cluster = Self {
            now: Instant::ZERO,
            queue: Queue::default(),
            machines: machines.collect(),
            ring,
            quorum: config.quorum,
            request_timeout: config.request_timeout,
            read_repair: config.read_repair,
            network: Network::new(config.channels, luck.child(purpose::CHANNELS)),
            held: BTreeMap::new(),
            sent: 0,
            clients: Clients::default(),
            client_timeout: config.client_timeout,
            client_wake: None,
            load: None,
            load_epoch: 0,
            arrived: 0,
            handled: 0,
            luck,
            journal: Journal::default(),
        };
        cluster.start_load(config.load)?;
        Ok(cluster)
    }

    /// Gives the virtual time.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Runs everything that is due up to and at `until`, but stops once about `most` journal entries
    /// are written. Tells whether it got there; time stands at `until` then, and at the last thing
    /// done otherwise.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        let stop = self.journal.written().saturating_add(most);
        while self.journal.written() < stop {
            let Some((at, due)) = self.queue.pop_until(until) else {
                self.now = self.now.max(until);
                return true;
            };
            self.now = at;
            self.handle(due);
        }
        false
    }

    /// Does the next thing that shows in the journal, at `until` or before; tells whether there was
    /// one.
    pub fn step(&mut self, until: Instant) -> bool {
        let before = self.journal.written();
        while self.journal.written() == before {
            let Some((at, due)) = self.queue.pop_until(until) else { return false };
            self.now = at;
            self.handle(due);
        }
        true
    }

    /// Gives the number of things taken off the queue so far: arrivals of messages and operations,
    /// wake-ups and deadlines.
    pub const fn handled(&self) -> u64 {
        self.handled
    }

    /// Gives the journal.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Gives the journal, to forget what is not wanted any more.
    pub const fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Lists the nodes, by number.
    pub fn nodes(&self) -> impl Iterator<Item = NodeView<'_>> {
        (0..).map(NodeId).zip(&self.machines).map(|(id, machine)| match &machine.state {
            State::Up(node) => {
                NodeView { id, up: true, disk: node.disk(), coordinating: node.coordinating() }
            }
            State::Down(disk) => NodeView { id, up: false, disk, coordinating: 0 },
        })
    }

    /// Gives the ring.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// Gives N, R and W.
    pub const fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// Gives how the channels behave.
    pub const fn channels(&self) -> &Channels {
        &self.network.channels
    }

    /// Gives the load; none when it is off.
    pub fn load(&self) -> Option<&Load> {
        self.load.as_ref().map(Arrivals::load)
    }

    /// Lists the links that are cut, by sender and receiver.
    pub const fn cuts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        self.network.cuts()
    }

    /// Lists the messages in flight and held, in no order that means anything.
    pub fn in_flight(&self) -> impl Iterator<Item = Flight> {
        let queued = self.queue.iter().filter_map(|due| match due {
            Due::Message(transit) => Some(transit),
            Due::Wake(_) | Due::Arrival { .. } | Due::ClientDeadline => None,
        });
        queued.chain(self.held.values()).map(Transit::flight)
    }

    /// Gives the nodes that a key's replicas are on, in ring order.
    pub fn preference_list(&self, key: &Key) -> ringside_store::PreferenceList {
        self.ring.preference_list(key.position(), self.quorum.n())
    }

    fn handle(&mut self, due: Due) {
        self.handled += 1;
        match due {
            Due::Message(transit) => self.deliver(transit),
            Due::Wake(node) => {
                self.machines[node.index()].wake = None;
                self.drive(node, Node::handle_timeout);
            }
            Due::Arrival { epoch } if epoch == self.load_epoch => self.arrive(),
            Due::Arrival { .. } => {}
            Due::ClientDeadline => self.give_up(),
        }
    }

    /// Calls a node that runs, and carries out what it wants done.
    fn drive(&mut self, id: NodeId, call: impl FnOnce(&mut Node, Instant)) {
        let State::Up(node) = &mut self.machines[id.index()].state else { return };
        call(node, self.now);
        while let Some(output) = self.poll_output(id) {
            match output {
                Output::Send { to, message } => self.send_between(id, to, message),
                Output::Reply { id: request, response } => self.reply(id, request, response),
                Output::Event(event) => self.note(id, event),
            }
        }
        self.schedule_wake(id);
    }

    fn poll_output(&mut self, id: NodeId) -> Option<Output> {
        match &mut self.machines[id.index()].state {
            State::Up(node) => node.poll_output(),
            State::Down(_) => None,
        }
    }

    fn schedule_wake(&mut self, id: NodeId) {
        let machine = &mut self.machines[id.index()];
        let State::Up(node) = &machine.state else { return };
        let Some(at) = node.poll_timeout() else { return };
        if machine.wake.is_none_or(|queued| at < queued) {
            machine.wake = Some(at);
            self.queue.push(at, Due::Wake(id));
        }
    }

    fn note(&mut self, node: NodeId, event: Event) {
        self.journal.write(self.now, What::Node { node, event });
    }

    fn act(&mut self, act: Act) {
        self.journal.write(self.now, What::Act(act));
    }

    fn node_config(&self) -> NodeConfig {
        NodeConfig {
            ring: Arc::clone(&self.ring),
            quorum: self.quorum,
            request_timeout: self.request_timeout,
            read_repair: self.read_repair,
        }
    }

    /// Gives the node at an end that is one.
    const fn node_at(end: End) -> Option<NodeId> {
        match end {
            End::Node(node) => Some(node),
            End::Client(_) => None,
        }
    }
}
