//! The node: a deterministic state machine that does no I/O and reads no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::anti_entropy::Exchanges;
use crate::beliefs::Beliefs;
use crate::coordinator::{Answer, Coordination};
use crate::deadlines::Deadlines;
use crate::disk::Disk;
use crate::failure_detector::{Hearing, Heartbeats};
use crate::handoff::HandOffs;
use crate::latency_window::LatencyWindow;
use crate::membership::Member;
use crate::merkle::Tree;
use crate::replica::Replica;
use crate::streaming::Streams;
use crate::version::Siblings;
use crate::{
    Clock, Config, Event, Instant, Key, Message, NodeId, Range, RequestId, Response, Ring,
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

/// One node of the store: a replica for its keys, and a coordinator for any request.
///
/// After every `handle_*` call, and after every other call that takes the time, drain
/// [`Node::poll_output`] to `None` and ask [`Node::poll_timeout`] again.
///
/// Each mechanism has a file of its own with its state and its part of the node: see ARCHITECTURE.md.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) config: Config,
    pub(crate) replica: Replica,
    /// Boxed, because a B-tree moves its neighbours about when one comes or goes.
    pub(crate) coordinations: BTreeMap<RequestId, Box<Coordination>>,
    pub(crate) deadlines: Deadlines,
    /// When slow reads ask one replica more.
    pub(crate) speculations: Deadlines,
    /// How long replicas took to answer this node's reads.
    pub(crate) latencies: LatencyWindow,
    pub(crate) beliefs: Beliefs,
    pub(crate) hand_offs: HandOffs,
    pub(crate) exchanges: Exchanges,
    pub(crate) streams: Streams,
}

impl Node {
    /// Starts a node on its disk, empty or as a crash left it.
    pub fn new(config: Config, disk: Disk, now: Instant) -> Self {
        let settings = Arc::clone(&config.settings);
        let replica = Replica::new(disk, config.order(), Arc::clone(&settings));
        let mut node = Self {
            beliefs: Beliefs::new(&config, &replica.disk),
            hand_offs: HandOffs::new(&settings, now),
            exchanges: Exchanges::new(&settings, now),
            streams: Streams::new(&settings, now),
            config,
            replica,
            coordinations: BTreeMap::new(),
            deadlines: Deadlines::default(),
            speculations: Deadlines::default(),
            latencies: LatencyWindow::new(),
        };
        node.be_born();
        node.start_mechanisms(now);
        node.resume_streams(now);
        node
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

    /// Gives the ring by which the node reads, as it believes it to be.
    pub const fn ring(&self) -> &Arc<Ring> {
        self.beliefs.ring()
    }

    /// Lists what the node believes of each member, itself included.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.replica.disk.view.iter()
    }

    /// Tells whether the node believes that another is up.
    pub fn believes_up(&self, peer: NodeId) -> bool {
        self.beliefs.believes_up(peer)
    }

    /// Gives how sure the node is that another is down: it would be wrong once in 10^phi times. Zero
    /// where it does not listen to it.
    pub fn phi(&self, peer: NodeId, now: Instant) -> f64 {
        self.beliefs.phi(peer, now)
    }

    /// Gives what the node judges another by; none where it does not listen to it.
    pub fn hearing(&self, peer: NodeId) -> Option<Hearing> {
        self.beliefs.peers.get(&peer).map(Heartbeats::hearing)
    }

    /// Gives the hash tree that the node keeps of a range; none where it keeps none of just that one.
    pub fn tree(&self, range: Range) -> Option<&Tree> {
        self.replica.forest.as_ref().and_then(|forest| forest.tree(range))
    }

    /// Lists the ranges of which the node keeps trees and holds copies together with a peer.
    pub fn shared_ranges(&self, peer: NodeId) -> &[Range] {
        self.exchanges.shared_with(peer)
    }

    /// Gives the number of ranges that the node still has to fetch before they are its own.
    pub fn fetching(&self) -> usize {
        self.streams.left()
    }

    /// Notes from now on what keys become, for an observer who asks with [`Node::touched`]. Nothing that
    /// the node does hangs on it.
    pub fn watch(&mut self) {
        self.replica.touched.get_or_insert_default();
    }

    /// Takes out the keys whose versions changed since this was last asked, with what they became, in
    /// the order in which they did. None where nobody watches.
    pub fn touched(&mut self) -> impl Iterator<Item = (Key, Siblings)> {
        self.replica.touched.iter_mut().flat_map(|touched| touched.drain(..))
    }

    /// Sets the node's wall clock, from which stamps and expiry are read.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.replica.clock = clock;
    }

    /// Takes new settings. Operations in progress keep the quorum that they began with.
    pub fn reconfigure(&mut self, now: Instant, config: Config) {
        let before = std::mem::replace(&mut self.config, config);
        let settings = Arc::clone(&self.config.settings);
        self.replica.order = self.config.order();
        self.replica.settings = Arc::clone(&settings);
        self.hand_offs.set_rates(&settings, now);
        self.exchanges.set_rate(&settings, now);
        self.streams.set_rate(&settings, now);
        if before.quorum.n() != self.config.quorum.n() && settings.gossip.on {
            self.change_rings(now, before.quorum.n());
        }
        self.start_mechanisms(now);
    }

    /// Starts what the settings switch on, and stops what they switch off.
    fn start_mechanisms(&mut self, now: Instant) {
        self.start_gossip(now);
        self.start_hand_offs(now);
        self.start_anti_entropy(now);
    }

    /// Takes a message from another node.
    pub fn handle_message(&mut self, now: Instant, from: NodeId, message: Message) {
        let replica = &mut self.replica;
        match message {
            Message::Write { request, key, dot, siblings } => {
                replica.store(now, request, &key, (dot, &siblings));
                replica.send(from, Message::WriteAck { request });
            }
            Message::WriteAck { request } => {
                self.count(now, request, from, Answer::Acknowledged);
            }
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
                self.count(now, request, from, Answer::Versions(siblings));
            }
            Message::DigestAnswer { request, digest } => {
                self.count(now, request, from, Answer::Digest(digest));
            }
            Message::Repair { request, key, siblings, ack } => {
                replica.repair(now, request, key, &siblings);
                if ack {
                    replica.send(from, Message::RepairAck { request });
                }
            }
            Message::RepairAck { request } => self.count(now, request, from, Answer::Repaired),
            Message::Hint { request, key, target, siblings, ack } => {
                if self.keep_hint(now, request, &key, target, &siblings) && ack {
                    self.replica.send(from, Message::WriteAck { request });
                }
            }
            Message::HandOff { cause, key, siblings } => {
                self.take_over(now, from, cause, key, &siblings);
            }
            Message::HandOffAck { cause } => self.handed_off(from, cause),
            Message::Gossip { cause, members, suspected } => {
                self.hear_gossip(now, from, cause, &members, suspected);
            }
            Message::GossipAnswer { cause, members } => {
                self.hear_gossip_answer(now, from, cause, &members);
            }
            Message::TreeHashes { exchange, step, trees } => {
                self.compare_hashes(now, from, (exchange, step), &trees);
            }
            Message::TreeKeys { exchange, step, buckets } => {
                self.compare_keys(now, from, (exchange, step), &buckets);
            }
            Message::TreeVersions { exchange, step, items, wanted } => {
                self.take_versions(now, from, (exchange, step), &items, &wanted);
            }
            Message::StreamAsk { stream, step, range, after, done } => {
                self.hear_stream_ask(now, from, (stream, step), range, (after, done));
            }
            Message::StreamPart { stream, step, items, last } => {
                self.take_part(now, from, (stream, step), &items, last);
            }
        }
    }

    /// Acts on everything whose time has come. An early or repeated call does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.handle_deadlines(now);
        self.gossip(now);
        self.hand_off(now);
        self.exchange(now);
        self.stream(now);
        // The last, for what is handed over may be dead already.
        self.collect_dead(now);
    }

    /// Gives the time at which [`Node::handle_timeout`] wants to be called; none for not at all.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let next = [
            self.deadlines.next(),
            self.speculations.next(),
            self.next_death(),
            self.beliefs.next(),
            self.hand_offs.next(),
            self.exchanges.next(),
            self.streams.next(),
        ];
        next.into_iter().flatten().min()
    }

    /// Gives the next thing that the node wants done, oldest first; none when all is said.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.replica.outputs.pop_front()
    }
}
