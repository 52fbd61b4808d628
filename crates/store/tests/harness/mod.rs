//! Test harness: a cluster of nodes whose time, messages and faults are controlled by the test.

mod requests;
mod rng;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringside_store::{
    Clock, Config, Disk, Duration, Event, Instant, Message, Node, NodeId, Output, Partitioning,
    Quorum, RequestId, Response, Rings, Settings,
};

pub(crate) use requests::{context_of, delete, get, put, put_after};
pub(crate) use rng::Rng;

/// The request timeout of every test cluster.
pub(crate) const TIMEOUT: Duration = Duration::from_ms(100);

/// A message in flight.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) message: Message,
}

/// A cluster in which nothing moves unless the test moves it.
pub(crate) struct TestCluster {
    pub(crate) now: Instant,
    pub(crate) config: Config,
    /// The nodes that are up.
    pub(crate) nodes: BTreeMap<NodeId, Node>,
    /// The disks of the nodes that have crashed.
    pub(crate) disks: BTreeMap<NodeId, Disk>,
    clocks: BTreeMap<NodeId, Clock>,
    /// Messages that wait to be delivered.
    pub(crate) in_flight: Vec<Envelope>,
    /// Links that lose every message, by sender and receiver.
    cuts: BTreeSet<(NodeId, NodeId)>,
    pub(crate) replies: BTreeMap<RequestId, Response>,
    /// The number of replies to each request.
    pub(crate) reply_counts: BTreeMap<RequestId, u32>,
    pub(crate) events: Vec<(NodeId, Event)>,
    /// The number of the next request that the test does not number itself.
    next: u64,
}

/// Creates a quorum of valid sizes.
pub(crate) fn quorum(n: u16, r: u16, w: u16) -> Quorum {
    Quorum::new(n, r, w).expect("a valid quorum")
}

impl TestCluster {
    /// Creates a cluster of nodes that run nothing but gets, puts and read repair.
    pub(crate) fn new(nodes: u16, quorum: Quorum) -> Self {
        Self::with(nodes, quorum, |_| {})
    }

    /// Creates a cluster of nodes with changed settings.
    pub(crate) fn with(nodes: u16, quorum: Quorum, set: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        set(&mut settings);
        settings.check().expect("valid settings");
        let config = Config {
            quorum,
            partitioning: Partitioning::RandomTokens { tokens: 8 },
            request_timeout: TIMEOUT,
            settings: Arc::new(settings),
            rings: Rings::default(),
            seed: 1,
        };
        Self::of(nodes, config)
    }

    /// Creates a cluster of nodes with any configuration.
    pub(crate) fn of(nodes: u16, config: Config) -> Self {
        let now = Instant::ZERO;
        let all = || (0..nodes).map(NodeId);
        let node = |id| (id, Node::new(config.clone(), Disk::new(id, 0, all()), now));
        let nodes = all().map(node).collect();
        Self {
            now,
            config,
            nodes,
            disks: BTreeMap::new(),
            clocks: BTreeMap::new(),
            in_flight: Vec::new(),
            cuts: BTreeSet::new(),
            replies: BTreeMap::new(),
            reply_counts: BTreeMap::new(),
            events: Vec::new(),
            next: 1_000_000,
        }
    }

    pub(crate) fn node(&self, id: u16) -> &Node {
        &self.nodes[&NodeId(id)]
    }

    /// Calls a running node, and collects its outputs.
    pub(crate) fn drive(&mut self, id: NodeId, act: impl FnOnce(&mut Node, Instant)) {
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(&id) {
            act(node, now);
            self.collect(id);
        }
    }

    fn collect(&mut self, id: NodeId) {
        let Some(node) = self.nodes.get_mut(&id) else { return };
        while let Some(output) = node.poll_output() {
            match output {
                Output::Send { to, message } => {
                    assert_ne!(to, id, "a node sends nothing to itself");
                    self.in_flight.push(Envelope { from: id, to, message });
                }
                Output::Reply { id, response } => {
                    *self.reply_counts.entry(id).or_default() += 1;
                    self.replies.insert(id, response);
                }
                Output::Event(event) => self.events.push((id, event)),
            }
        }
    }

    /// Delivers a message, unless its link is cut or its receiver is down.
    pub(crate) fn deliver(&mut self, index: usize) {
        let Envelope { from, to, message } = self.in_flight.remove(index);
        if !self.cuts.contains(&(from, to)) {
            self.drive(to, |node, now| node.handle_message(now, from, message));
        }
    }

    /// Delivers all messages, and those that result from them, in the order of sending.
    pub(crate) fn deliver_all(&mut self) {
        while !self.in_flight.is_empty() {
            self.deliver(0);
        }
    }

    /// Delivers the messages that satisfy `fits`, and those that do among the messages that result
    /// from them.
    pub(crate) fn deliver_where(&mut self, fits: impl Fn(&Envelope) -> bool) {
        while let Some(index) = self.in_flight.iter().position(&fits) {
            self.deliver(index);
        }
    }

    /// Drops the messages that satisfy `fits`. Returns their number.
    pub(crate) fn lose(&mut self, fits: impl Fn(&Envelope) -> bool) -> usize {
        let before = self.in_flight.len();
        self.in_flight.retain(|envelope| !fits(envelope));
        before - self.in_flight.len()
    }

    /// Returns the earliest timeout of all nodes.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        self.nodes.values().filter_map(Node::poll_timeout).min()
    }

    /// Advances time to an instant and fires the timeouts on the way. Delivers no message.
    pub(crate) fn wait_until(&mut self, end: Instant) {
        while let Some(next) = self.next_timeout().filter(|&next| next <= end) {
            self.now = next.max(self.now);
            self.fire_timers();
        }
        self.now = end.max(self.now);
    }

    /// Fires the timeouts that are due. No node may ask to be woken again at once: it would spin.
    fn fire_timers(&mut self) {
        let now = self.now;
        let is_due = |node: &Node| node.poll_timeout().is_some_and(|at| at <= now);
        let due: Vec<NodeId> =
            self.nodes.values().filter(|node| is_due(node)).map(Node::id).collect();
        for id in due {
            self.drive(id, Node::handle_timeout);
            let next = self.nodes[&id].poll_timeout();
            assert!(next.is_none_or(|next| next > now), "{id} spins at {now}: {next:?}");
        }
    }

    /// Advances time by a duration. Delivers no message.
    pub(crate) fn wait(&mut self, duration: Duration) {
        self.wait_until(self.now + duration);
    }

    /// Advances time by a duration, with a network that takes no time.
    pub(crate) fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        self.deliver_all();
        while let Some(next) = self.next_timeout().filter(|&next| next <= end) {
            self.wait_until(next);
            self.deliver_all();
        }
        self.wait_until(end);
    }

    /// Advances time until the deadlines of all requests have passed.
    pub(crate) fn time_out(&mut self) {
        self.wait(TIMEOUT);
    }

    /// Stops a node and keeps its disk.
    pub(crate) fn crash(&mut self, id: u16) {
        if let Some(node) = self.nodes.remove(&NodeId(id)) {
            self.disks.insert(NodeId(id), node.into_disk());
        }
    }

    /// Starts a crashed node on its disk.
    pub(crate) fn restart(&mut self, id: u16) {
        if let Some(disk) = self.disks.remove(&NodeId(id)) {
            self.start(disk);
        }
    }

    /// Replaces a node's disk with an empty one, and starts the node on it.
    pub(crate) fn wipe(&mut self, id: u16) {
        let members = self.members();
        self.crash(id);
        if let Some(disk) = self.disks.remove(&NodeId(id)) {
            self.start(Disk::new(NodeId(id), disk.generation() + 1, members));
        }
    }

    /// Lists the nodes in the ring, as the lowest-numbered running node sees it.
    fn members(&self) -> Vec<NodeId> {
        self.nodes.values().next().map_or(Vec::new(), |node| node.ring().nodes().to_vec())
    }

    fn start(&mut self, disk: Disk) {
        let id = disk.node();
        let mut node = Node::new(self.config.clone(), disk, self.now);
        node.set_clock(self.clocks.get(&id).copied().unwrap_or_default());
        self.nodes.insert(id, node);
        self.collect(id);
    }

    /// Sets a node's wall clock.
    pub(crate) fn set_clock(&mut self, id: u16, clock: Clock) {
        self.clocks.insert(NodeId(id), clock);
        self.drive(NodeId(id), |node, _| node.set_clock(clock));
    }

    /// Makes a node join, which is created if it does not exist and knows the nodes in the ring.
    pub(crate) fn join(&mut self, id: u16) {
        let members = self.members();
        if !self.nodes.contains_key(&NodeId(id)) {
            let disk = self.disks.remove(&NodeId(id));
            self.start(disk.unwrap_or_else(|| Disk::new(NodeId(id), 0, members)));
        }
        self.drive(NodeId(id), Node::join);
    }

    /// Cuts the links from some nodes to others, both ways.
    pub(crate) fn cut(&mut self, some: &[u16], others: &[u16]) {
        for &a in some {
            for &b in others {
                self.cut_one_way(a, b);
                self.cut_one_way(b, a);
            }
        }
    }

    /// Cuts the link from one node to another.
    pub(crate) fn cut_one_way(&mut self, from: u16, to: u16) {
        self.cuts.insert((NodeId(from), NodeId(to)));
    }

    /// Heals all links.
    pub(crate) fn heal(&mut self) {
        self.cuts.clear();
    }

    /// Changes the configuration of every running node.
    pub(crate) fn reconfigure(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        let ids: Vec<NodeId> = self.nodes.keys().copied().collect();
        for id in ids {
            let config = self.config.clone();
            self.drive(id, |node, now| node.reconfigure(now, config));
        }
    }
}
