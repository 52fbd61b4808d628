//! The cluster: nodes, clients and channels under one virtual clock.

mod chaos;
mod clients;
mod faults;
mod links;
mod looks;
mod machine;
mod mailbox;
mod membership;
mod messages;
mod service;
mod settings;
mod sightings;
mod swizzle;
mod transmit;

use std::collections::BTreeMap;
use std::sync::Arc;

use ringside_random::{PopularityError, Seed};
use ringside_store::{
    Config as NodeConfig, Disk, Duration, Event, Instant, Node, NodeId, Output, Ring, Rings,
};

use crate::clients::Clients;
use crate::journal::{Journal, What};
use crate::load::Arrivals;
use crate::network::Network;
use crate::queue::Queue;
use crate::{
    Act, Channels, Config, CoordinatorChoice, Deviation, End, Flight, Load, MessageId, Service,
};
use chaos::Chaos;
use machine::{Machine, State};
use sightings::Sightings;
use swizzle::Swizzles;
use transmit::Transit;

pub use looks::{DifferingKey, ExchangeBegun, ExchangeTold};
pub use machine::NodeView;
pub use sightings::{Seen, Sighting};

/// The purposes that draws are made for, each with luck of its own.
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
    /// A node is done with a message, unless it stopped or paused meanwhile.
    Served { node: NodeId, turn: u64 },
    /// A swizzle takes its next step.
    Swizzle(u64),
    /// Chaos strikes, unless its dial was set since.
    Strike { epoch: u64 },
    /// A fault of chaos ends.
    Relief(u64),
}

impl Due {
    /// Gives the two ends of a message.
    const fn link(&self) -> Option<(End, End)> {
        match self {
            Self::Message(transit) => Some((transit.envelope.from, transit.envelope.to)),
            _ => None,
        }
    }
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
    /// The ring that the run began with.
    first_ring: Arc<Ring>,
    /// What every node is told.
    config: NodeConfig,
    service: Service,
    network: Network,
    held: BTreeMap<MessageId, Transit>,
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
    luck: Seed,
    journal: Journal,
    /// What is to be shown to an observer who sees everything; none where there is none.
    sightings: Option<Sightings>,
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
        let node_config = NodeConfig {
            quorum: config.quorum,
            partitioning: config.partitioning,
            request_timeout: config.request_timeout,
            settings: Arc::new(config.settings),
            rings: Rings::default(),
            seed: luck.child(purpose::NODES).draws().bits(),
        };
        let machines = ids.clone().map(|id| {
            let disk = Disk::new(id, 0, ids.clone());
            let mut node = Node::new(node_config.clone(), disk, Instant::ZERO);
            let off =
                config.clocks.get(&id).copied().map(|off: Deviation| off.since(Instant::ZERO));
            if let Some(clock) = off {
                node.set_clock(clock);
            }
            Machine::new(node, off.unwrap_or_default())
        });
        let mut cluster = Self {
            now: Instant::ZERO,
            queue: Queue::default(),
            machines: machines.collect(),
            first_ring: Arc::new(config.partitioning.ring(ids)),
            config: node_config,
            service: config.service,
            network: Network::new(config.channels, luck.child(purpose::CHANNELS)),
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
            luck,
            journal: Journal::default(),
            sightings: None,
        };
        for id in cluster.ids() {
            cluster.drain(id);
        }
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
        (0..).map(NodeId).zip(&self.machines).map(|(id, machine)| machine.view(id))
    }

    /// Gives how the channels behave.
    pub const fn channels(&self) -> &Channels {
        &self.network.channels
    }

    /// Gives the load; none when it is off.
    pub fn load(&self) -> Option<&Load> {
        self.load.as_ref().map(Arrivals::load)
    }

    /// Lists the messages in flight and held, in no order that means anything.
    pub fn in_flight(&self) -> impl Iterator<Item = Flight> {
        let queued = self.queue.iter().filter_map(|due| match due {
            Due::Message(transit) => Some(transit),
            _ => None,
        });
        queued.chain(self.held.values()).map(Transit::flight)
    }

    fn handle(&mut self, due: Due) {
        self.handled += 1;
        match due {
            Due::Message(transit) => self.arrive(transit),
            Due::Wake(node) => {
                let machine = &mut self.machines[node.index()];
                machine.wake = None;
                // A paused node looks at its timers when it goes on.
                if machine.is_live() {
                    self.drive(node, Node::handle_timeout);
                }
            }
            Due::Arrival { epoch } if epoch == self.load_epoch => self.begin_next(),
            Due::Arrival { .. } => {}
            Due::ClientDeadline => self.give_up(),
            Due::Served { node, turn } => self.served(node, turn),
            Due::Swizzle(id) => self.swizzle_on(id),
            Due::Strike { epoch } => self.strike(epoch),
            Due::Relief(ordinal) => self.relieve(ordinal),
        }
    }

    /// Calls a node that runs, and carries out what it wants done.
    fn drive(&mut self, id: NodeId, call: impl FnOnce(&mut Node, Instant)) {
        let State::Up(node) = &mut self.machines[id.index()].state else { return };
        call(node, self.now);
        self.drain(id);
    }

    /// Carries out what a node wants done, and sees to its next wake-up.
    fn drain(&mut self, id: NodeId) {
        self.sight(id);
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
        // A node that was paused finds timers that ran out meanwhile: time does not go back for them.
        let Some(at) = node.poll_timeout().map(|at| at.max(self.now)) else { return };
        if machine.wake.is_none_or(|queued| at < queued) {
            machine.wake = Some(at);
            self.queue.push(at, Due::Wake(id));
        }
    }

    fn note(&mut self, node: NodeId, event: Event) {
        self.sight_event(node, &event);
        self.journal.write(self.now, What::Node { node, event });
    }

    fn act(&mut self, act: Act) {
        self.sight_act(&act);
        self.journal.write(self.now, What::Act(act));
    }
}
