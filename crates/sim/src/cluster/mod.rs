//! Simulated cluster: nodes, clients and channels under one virtual clock.

mod chaos;
mod clients;
mod exchange_observations;
mod faults;
mod host;
mod links;
mod mailbox;
mod membership;
mod messages;
mod observations;
mod service;
mod settings;
mod swizzle;
mod transmit;

use std::collections::BTreeMap;
use std::sync::Arc;

use ringside_random::{PopularityError, Seed};
use ringside_store::{
    Config as NodeConfig, Disk, Duration, Event, Instant, Node, NodeId, Output, Ring, Rings,
};

use crate::clients::Clients;
use crate::journal::{EntryKind, Journal};
use crate::load::Arrivals;
use crate::network::Network;
use crate::queue::Queue;
use crate::{
    Channels, ClockSkew, Config, CoordinatorChoice, Endpoint, InFlight, Intervention, Load,
    MessageId, Service,
};
use chaos::Chaos;
use host::{Host, State};
use observations::Observations;
use swizzle::Swizzles;
use transmit::Packet;

pub use exchange_observations::{DifferingKey, ExchangeBegun, ExchangeSent};
pub use host::NodeView;
pub use observations::{Observation, ObservationKind};

/// The purposes of draws; each has a seed of its own.
mod purpose {
    pub(super) const CHANNELS: u64 = 1;
    pub(super) const LOAD: u64 = 2;
    pub(super) const COORDINATOR: u64 = 3;
    pub(super) const FIXED_COORDINATOR: u64 = 4;
    pub(super) const SERVICE: u64 = 5;
    pub(super) const SWIZZLE: u64 = 6;
    pub(super) const CHAOS: u64 = 7;
    pub(super) const NODES: u64 = 8;
}

/// An event of the simulation's queue.
#[derive(Clone, Debug)]
enum Due {
    /// A message arrives.
    Message(Packet),
    /// A node's timeout is due.
    Wake(NodeId),
    /// The load's next operation arrives, unless the load has changed since.
    Arrival { epoch: u64 },
    /// A client's operation exceeds its timeout.
    ClientDeadline,
    /// A node has finished the service of a message, unless it stopped or paused meanwhile.
    Served { node: NodeId, turn: u64 },
    /// The next step of a swizzle is due.
    Swizzle(u64),
    /// A fault of chaos begins, unless the intensity was set since.
    FaultStart { epoch: u64 },
    /// A fault of chaos ends.
    FaultEnd(u64),
}

impl Due {
    /// Returns the two endpoints of a message, or `None` if this is no message.
    const fn link(&self) -> Option<(Endpoint, Endpoint)> {
        match self {
            Self::Message(packet) => Some((packet.envelope.from, packet.envelope.to)),
            _ => None,
        }
    }
}

/// A discrete-event simulator of a cluster with its clients.
///
/// The same configuration and the same calls at the same instants give the same journal, natively
/// and in WebAssembly.
#[derive(Clone, Debug)]
pub struct Cluster {
    now: Instant,
    queue: Queue<Due>,
    hosts: Vec<Host>,
    /// The ring at the start of the run.
    first_ring: Arc<Ring>,
    /// The configuration of every node.
    config: NodeConfig,
    service: Service,
    network: Network,
    held: BTreeMap<MessageId, Packet>,
    sent: u64,
    swizzles: Swizzles,
    chaos: Chaos,
    clients: Clients,
    coordinator: CoordinatorChoice,
    client_timeout: Duration,
    client_wake: Option<Instant>,
    load: Option<Arrivals>,
    load_epoch: u64,
    arrived: u64,
    handled: u64,
    seed: Seed,
    journal: Journal,
    /// The observations not taken yet, or `None` while the cluster is not watched.
    observations: Option<Observations>,
}

impl Cluster {
    /// Starts a cluster at time zero: every node up and empty, no link cut.
    ///
    /// # Errors
    ///
    /// Refuses a load with an impossible key count or exponent.
    pub fn new(config: Config) -> Result<Self, PopularityError> {
        let seed = Seed::new(config.seed);
        let ids = (0..config.nodes).map(NodeId);
        let node_config = NodeConfig {
            quorum: config.quorum,
            partitioning: config.partitioning,
            request_timeout: config.request_timeout,
            settings: Arc::new(config.settings),
            rings: Rings::default(),
            seed: seed.child(purpose::NODES).draws().bits(),
        };
        let hosts = ids.clone().map(|id| {
            let disk = Disk::new(id, 0, ids.clone());
            let mut node = Node::new(node_config.clone(), disk, Instant::ZERO);
            let clock = config.clocks.get(&id).map(|skew| skew.since(Instant::ZERO));
            if let Some(clock) = clock {
                node.set_clock(clock);
            }
            Host::new(node, clock.unwrap_or_default())
        });
        let mut cluster = Self {
            now: Instant::ZERO,
            queue: Queue::default(),
            hosts: hosts.collect(),
            first_ring: Arc::new(config.partitioning.ring(ids)),
            config: node_config,
            service: config.service,
            network: Network::new(config.channels, seed.child(purpose::CHANNELS)),
            held: BTreeMap::new(),
            sent: 0,
            swizzles: Swizzles::default(),
            chaos: Chaos::default(),
            clients: Clients::default(),
            coordinator: config.coordinator,
            client_timeout: config.client_timeout,
            client_wake: None,
            load: None,
            load_epoch: 0,
            arrived: 0,
            handled: 0,
            seed,
            journal: Journal::default(),
            observations: None,
        };
        for id in cluster.ids() {
            cluster.drain(id);
        }
        cluster.start_load(config.load)?;
        Ok(cluster)
    }

    /// The virtual time.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Handles every event due up to and at `until`, but stops once about `max_entries` journal
    /// entries are written.
    ///
    /// Returns `true` if it reached `until`, which is the virtual time then; otherwise the virtual
    /// time is that of the last event handled, and the call is to be repeated.
    pub fn advance(&mut self, until: Instant, max_entries: u64) -> bool {
        let stop = self.journal.written().saturating_add(max_entries);
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

    /// Handles events up to the next one that writes into the journal, at `until` or before.
    /// Returns `true` if there was one.
    pub fn step(&mut self, until: Instant) -> bool {
        let before = self.journal.written();
        while self.journal.written() == before {
            let Some((at, due)) = self.queue.pop_until(until) else { return false };
            self.now = at;
            self.handle(due);
        }
        true
    }

    /// The number of events handled so far: arrivals of messages and operations, wake-ups and
    /// deadlines.
    pub const fn handled(&self) -> u64 {
        self.handled
    }

    /// The journal.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The journal, to forget entries that are no longer needed.
    pub const fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Returns the nodes, by number.
    pub fn nodes(&self) -> impl Iterator<Item = NodeView<'_>> {
        (0..).map(NodeId).zip(&self.hosts).map(|(id, host)| host.view(id))
    }

    /// The behaviour of the channels.
    pub const fn channels(&self) -> &Channels {
        &self.network.channels
    }

    /// The load, or `None` if it is off.
    pub fn load(&self) -> Option<&Load> {
        self.load.as_ref().map(Arrivals::load)
    }

    /// Returns the messages in flight and held, in no particular order.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight> {
        let queued = self.queue.iter().filter_map(|due| match due {
            Due::Message(packet) => Some(packet),
            _ => None,
        });
        queued.chain(self.held.values()).map(Packet::in_flight)
    }

    fn handle(&mut self, due: Due) {
        self.handled += 1;
        match due {
            Due::Message(packet) => self.arrive(packet),
            Due::Wake(node) => {
                let host = &mut self.hosts[node.index()];
                host.wake = None;
                // A paused node handles its timeouts when it resumes.
                if host.is_live() {
                    self.drive(node, Node::handle_timeout);
                }
            }
            Due::Arrival { epoch } if epoch == self.load_epoch => self.start_next_operation(),
            Due::Arrival { .. } => {}
            Due::ClientDeadline => self.end_overdue_operations(),
            Due::Served { node, turn } => self.finish_service(node, turn),
            Due::Swizzle(id) => self.step_swizzle(id),
            Due::FaultStart { epoch } => self.start_fault(epoch),
            Due::FaultEnd(ordinal) => self.end_fault(ordinal),
        }
    }

    /// Calls a node, if it runs, and carries out its outputs.
    fn drive(&mut self, id: NodeId, call: impl FnOnce(&mut Node, Instant)) {
        let State::Up(node) = &mut self.hosts[id.index()].state else { return };
        call(node, self.now);
        self.drain(id);
    }

    /// Carries out a node's outputs, and schedules its next wake-up.
    fn drain(&mut self, id: NodeId) {
        self.observe_node(id);
        while let Some(output) = self.poll_output(id) {
            match output {
                Output::Send { to, message } => self.send_between(id, to, message),
                Output::Reply { id: request, response } => self.reply(id, request, response),
                Output::Event(event) => self.record_event(id, event),
            }
        }
        self.schedule_wake(id);
    }

    fn poll_output(&mut self, id: NodeId) -> Option<Output> {
        match &mut self.hosts[id.index()].state {
            State::Up(node) => node.poll_output(),
            State::Down(_) => None,
        }
    }

    fn schedule_wake(&mut self, id: NodeId) {
        let host = &mut self.hosts[id.index()];
        let State::Up(node) = &host.state else { return };
        // Timers of a paused node may have expired meanwhile; they are handled now, not in the
        // past.
        let Some(at) = node.poll_timeout().map(|at| at.max(self.now)) else { return };
        if host.wake.is_none_or(|queued| at < queued) {
            host.wake = Some(at);
            self.queue.push(at, Due::Wake(id));
        }
    }

    fn record_event(&mut self, node: NodeId, event: Event) {
        self.observe_event(node, &event);
        self.journal.write(self.now, EntryKind::Node { node, event });
    }

    /// Writes an intervention into the journal.
    fn record(&mut self, intervention: Intervention) {
        self.observe_intervention(&intervention);
        self.journal.write(self.now, EntryKind::Intervention(intervention));
    }
}
