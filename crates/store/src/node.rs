//! The node: a deterministic state machine that does no I/O and reads no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::anti_entropy::Exchanges;
use crate::cluster_view::ClusterView;
use crate::coordinator::{Coordination, ReadAnswer, WriteRequest};
use crate::deadlines::Deadlines;
use crate::disk::Disk;
use crate::failure_detector::{HeartbeatStats, Heartbeats};
use crate::handoff::Handoffs;
use crate::latency_window::LatencyWindow;
use crate::membership::Member;
use crate::merkle::Tree;
use crate::replica::Replica;
use crate::streaming::Streams;
use crate::version::Siblings;
use crate::{
    Clock, Config, Instant, Key, Message, NodeId, Output, Range, Request, RequestId, Ring,
};

/// One node of the store: a replica for its keys, and a coordinator for any request.
///
/// A node is driven by its owner, through methods of three kinds:
///
/// - **Inputs** pass it what happened: [`handle_request`](Self::handle_request) a client's request,
///   [`handle_message`](Self::handle_message) a message from another node,
///   [`handle_timeout`](Self::handle_timeout) the passing of time. An administrator's commands are
///   inputs too: [`join`](Self::join), [`leave`](Self::leave), [`remove`](Self::remove),
///   [`reconfigure`](Self::reconfigure) and [`set_clock`](Self::set_clock).
/// - **Outputs** are polled from it: [`poll_output`](Self::poll_output) returns what to send, reply
///   or report, [`poll_timeout`](Self::poll_timeout) when to call `handle_timeout` next.
/// - **Inspection** changes nothing that the node does: [`disk`](Self::disk), [`ring`](Self::ring),
///   [`members`](Self::members), [`phi`](Self::phi), [`fetches`](Self::fetches) and others.
///
/// After each input that takes the time, and after [`Node::new`]:
///
/// 1. Call `poll_output` until it returns `None`, and carry out the outputs in that order.
/// 2. Call `poll_timeout`, and replace the timer that was set before: an earlier result is void.
///
/// Inputs may interleave in any order: messages may be late, lost, repeated or reordered, and a
/// timeout may come late. Several inputs may be passed before the outputs are polled; outputs wait
/// in the order of their causes. [`into_disk`](Self::into_disk) drops those that have not been
/// polled.
///
/// Each mechanism has a file of its own, with its state and its `impl Node`: see ARCHITECTURE.md.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) config: Config,
    pub(crate) replica: Replica,
    /// Boxed, because a B-tree moves its neighbours when an entry is inserted or removed.
    pub(crate) coordinations: BTreeMap<RequestId, Box<Coordination>>,
    pub(crate) deadlines: Deadlines,
    /// The times at which slow reads ask one more replica.
    pub(crate) speculations: Deadlines,
    /// The latencies of replicas' answers to this node's reads.
    pub(crate) latencies: LatencyWindow,
    pub(crate) cluster_view: ClusterView,
    pub(crate) handoffs: Handoffs,
    pub(crate) exchanges: Exchanges,
    pub(crate) streams: Streams,
}

/// Start and stop.
impl Node {
    /// Starts a node on its disk, empty or as a crash left it.
    pub fn new(config: Config, disk: Disk, now: Instant) -> Self {
        let settings = Arc::clone(&config.settings);
        let replica = Replica::new(disk, config.order(), Arc::clone(&settings));
        let mut node = Self {
            cluster_view: ClusterView::new(&config, &replica.disk),
            handoffs: Handoffs::new(&settings, now),
            exchanges: Exchanges::new(&settings, now),
            streams: Streams::new(&settings, now),
            config,
            replica,
            coordinations: BTreeMap::new(),
            deadlines: Deadlines::default(),
            speculations: Deadlines::default(),
            latencies: LatencyWindow::new(),
        };
        node.init_membership();
        node.start_mechanisms(now);
        node.resume_streams(now);
        node
    }

    /// Stops the node and returns its disk. Operations in progress are lost, and their clients get
    /// no response.
    #[must_use]
    pub fn into_disk(self) -> Disk {
        self.replica.disk
    }

    /// Starts the mechanisms that the settings switch on, and stops those that they switch off.
    fn start_mechanisms(&mut self, now: Instant) {
        self.start_gossip(now);
        self.start_handoffs(now);
        self.start_anti_entropy(now);
    }
}

/// Inputs.
impl Node {
    /// Accepts a client's request and begins to coordinate it.
    ///
    /// The response comes as one [`Output::Reply`], at once or later, unless the node is stopped
    /// first.
    ///
    /// # Panics
    ///
    /// Panics if a request of the same id is in progress here.
    pub fn handle_request(&mut self, now: Instant, id: RequestId, request: Request) {
        let in_progress = self.coordinations.len() as u32;
        let limit = self.config.settings.quorum.most_in_progress;
        if limit.is_some_and(|limit| in_progress >= limit) {
            return self.refuse(id, &request, in_progress);
        }
        let operation = request.operation();
        match request {
            Request::Get { key } => self.begin_get(now, id, &key),
            Request::Put { key, value, context, ttl } => {
                let value = Some(value);
                self.begin_put(now, id, WriteRequest { operation, key, value, context, ttl });
            }
            Request::Delete { key, context } => {
                let (value, ttl) = (None, None);
                self.begin_put(now, id, WriteRequest { operation, key, value, context, ttl });
            }
        }
    }

    /// Accepts a message from another node.
    pub fn handle_message(&mut self, now: Instant, from: NodeId, message: Message) {
        let replica = &mut self.replica;
        match message {
            Message::Write { request, key, dot, siblings } => {
                replica.store(now, request, &key, (dot, &siblings));
                replica.send(from, Message::WriteAck { request });
            }
            Message::WriteAck { request } => self.count_write(now, request, from),
            Message::Read { request, key, digest } => {
                let siblings = replica.read(now, &key);
                let answer = if digest {
                    Message::DigestAnswer { request, digest: siblings.digest(replica.order) }
                } else {
                    Message::ReadAnswer { request, siblings }
                };
                replica.send(from, answer);
            }
            Message::ReadAnswer { request, siblings } => {
                self.count_read(now, request, from, ReadAnswer::Versions(siblings));
            }
            Message::DigestAnswer { request, digest } => {
                self.count_read(now, request, from, ReadAnswer::Digest(digest));
            }
            Message::Repair { request, key, siblings, ack } => {
                replica.repair(now, request, key, &siblings);
                if ack {
                    replica.send(from, Message::RepairAck { request });
                }
            }
            Message::RepairAck { request } => self.count_write_back(now, request, from),
            Message::Hint { request, key, target, siblings, ack } => {
                if self.keep_hint(now, request, &key, target, &siblings) && ack {
                    self.replica.send(from, Message::WriteAck { request });
                }
            }
            Message::HandOff { cause, key, siblings } => {
                self.accept_handoff(now, from, cause, key, &siblings);
            }
            Message::HandOffAck { cause } => self.complete_handoff(from, cause),
            Message::Gossip { cause, members, suspected } => {
                self.handle_gossip(now, from, cause, &members, suspected);
            }
            Message::GossipAnswer { cause, members } => {
                self.handle_gossip_answer(now, from, cause, &members);
            }
            Message::TreeHashes { exchange, step, trees } => {
                self.handle_tree_hashes(now, from, (exchange, step), &trees);
            }
            Message::TreeKeys { exchange, step, buckets } => {
                self.handle_tree_keys(now, from, (exchange, step), &buckets);
            }
            Message::TreeVersions { exchange, step, items, wanted } => {
                self.handle_tree_versions(now, from, (exchange, step), &items, &wanted);
            }
            Message::StreamRequest { stream, step, range, after, done } => {
                self.handle_stream_request(now, from, (stream, step), range, (after, done));
            }
            Message::StreamPart { stream, step, items, last } => {
                self.handle_stream_part(now, from, (stream, step), &items, last);
            }
        }
    }

    /// Performs everything that is due. An early or repeated call does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.handle_deadlines(now);
        self.gossip_round(now);
        self.run_handoffs(now);
        self.run_exchanges(now);
        self.advance_streams(now);
        // Last, because what was just handed over may have expired.
        self.collect_expired(now);
    }

    /// Replaces the settings. Operations in progress keep the quorum that they began with.
    pub fn reconfigure(&mut self, now: Instant, config: Config) {
        let before = std::mem::replace(&mut self.config, config);
        let settings = Arc::clone(&self.config.settings);
        self.replica.order = self.config.order();
        self.replica.settings = Arc::clone(&settings);
        self.handoffs.set_rates(&settings, now);
        self.exchanges.set_rate(&settings, now);
        self.streams.set_rate(&settings, now);
        if before.quorum.n() != self.config.quorum.n() && settings.gossip.on {
            self.change_rings(now, before.quorum.n());
        }
        self.start_mechanisms(now);
    }

    /// Sets the node's wall clock, from which write times and expiry are read.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.replica.clock = clock;
    }
}

/// Outputs.
impl Node {
    /// Returns the oldest output that has not been polled, or `None` if there is none. Call it
    /// again until it returns `None`.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.replica.outputs.pop_front()
    }

    /// Returns the time at which [`Node::handle_timeout`] is to be called, or `None` if nothing is
    /// due ever. Call it again after each input: the result holds until then.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let next = [
            self.deadlines.next(),
            self.speculations.next(),
            self.next_collection(),
            self.cluster_view.next_round(),
            self.handoffs.next(),
            self.exchanges.next(),
            self.streams.next(),
        ];
        next.into_iter().flatten().min()
    }

    /// Starts to record the changes of keys, for an observer that calls [`Node::drain_changes`].
    /// Nothing that the node does depends on it.
    pub fn record_changes(&mut self) {
        self.replica.recorded_changes.get_or_insert_default();
    }

    /// Removes and returns the recorded changes in their order: each key with its versions after
    /// the change. Empty if changes are not recorded.
    pub fn drain_changes(&mut self) -> impl Iterator<Item = (Key, Siblings)> {
        self.replica.recorded_changes.iter_mut().flat_map(|changes| changes.drain(..))
    }
}

/// Inspection.
impl Node {
    /// The node's id.
    pub const fn id(&self) -> NodeId {
        self.replica.id
    }

    /// The node's disk.
    pub const fn disk(&self) -> &Disk {
        &self.replica.disk
    }

    /// The number of operations that the node is coordinating.
    pub fn coordinating(&self) -> usize {
        self.coordinations.len()
    }

    /// The ring that the node's reads use, according to its view of the cluster.
    pub const fn ring(&self) -> &Arc<Ring> {
        self.cluster_view.ring()
    }

    /// Iterates over the members that the node's view includes, itself among them.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.replica.disk.membership.iter()
    }

    /// Whether the node believes that a peer is up.
    pub fn believes_up(&self, peer: NodeId) -> bool {
        self.cluster_view.believes_up(peer)
    }

    /// Returns the suspicion level phi of a peer: the chance of suspecting it wrongly is one in
    /// 10^phi. Zero if the node does not track its heartbeats.
    pub fn phi(&self, peer: NodeId, now: Instant) -> f64 {
        self.cluster_view.phi(peer, now)
    }

    /// Returns the statistics by which the node judges a peer, or `None` if it does not track the
    /// peer's heartbeats.
    pub fn heartbeat_stats(&self, peer: NodeId) -> Option<HeartbeatStats> {
        self.cluster_view.peers.get(&peer).map(Heartbeats::stats)
    }

    /// Returns the Merkle tree of exactly this range, or `None` if the node keeps none.
    pub fn tree(&self, range: Range) -> Option<&Tree> {
        self.replica.forest.as_ref().and_then(|forest| forest.tree(range))
    }

    /// Returns the ranges that the node keeps trees of and shares with a peer.
    pub fn shared_ranges(&self, peer: NodeId) -> &[Range] {
        self.exchanges.shared_with(peer)
    }

    /// The number of ranges that the node still has to fetch before it owns them.
    pub fn fetching(&self) -> usize {
        self.streams.remaining()
    }
}
