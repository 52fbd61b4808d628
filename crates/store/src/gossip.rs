//! Gossip: views of the cluster spread, and silence becomes suspicion (Dynamo, section 4.8).
//!
//! Once in a round a node sends all that it knows of the membership to one random peer, and the
//! peer answers with what it knows better. A node that hears a newer heartbeat of a third node,
//! from any peer, takes it as a sign of life. Suspicion is local to each node: it is sent to the
//! suspect only, which refutes it by beginning a new incarnation.

use twox_hash::XxHash3_64;

use crate::failure_detector::Heartbeats;
use crate::membership::{Member, Status};
use crate::node::Node;
use crate::{Duration, Event, Instant, Message, NodeId, RequestId};

/// The interval at which a peer's heartbeats are expected at first, in rounds. In each round a peer
/// gossips to one node only, so most of its heartbeats arrive by way of others.
const EXPECTED_ROUNDS: u64 = 2;

impl Node {
    /// Prepares the node's own entry in the membership: a restarted node begins a new incarnation,
    /// to be distinguished from the one before the crash.
    pub(crate) fn init_membership(&mut self) {
        let id = self.replica.id;
        let has_lived = self.replica.disk.tasks > 0 || self.replica.disk.owned.is_some();
        if has_lived && let Some(own) = self.replica.disk.membership.entry(id) {
            own.begin_incarnation();
        }
    }

    /// Starts or stops gossip, as the settings say.
    pub(crate) fn start_gossip(&mut self, now: Instant) {
        if !self.config.settings.gossip.on {
            self.cluster_view.next_round = None;
            self.cluster_view.suspects.clear();
            self.cluster_view.peers.clear();
        } else if self.cluster_view.next_round.is_none() {
            // Nodes begin their rounds at different times, or all would always gossip at once.
            let draw = self.draw(u64::MAX);
            let period = self.config.settings.gossip.period;
            let wait = (u128::from(period.as_us()) * u128::from(draw)) >> 64;
            self.cluster_view.next_round = Some(now + Duration::from_us(wait as u64 + 1));
            self.track_peers(now);
        }
    }

    /// Starts to track the heartbeats of members that are not tracked yet, and stops for those that
    /// are gone.
    fn track_peers(&mut self, now: Instant) {
        let expected = self.config.settings.gossip.period.as_us().saturating_mul(EXPECTED_ROUNDS);
        for member in self.replica.disk.membership.iter() {
            if member.node != self.replica.id && !member.status.is_gone() {
                let fresh = || Heartbeats::new(now, Duration::from_us(expected));
                self.cluster_view.peers.entry(member.node).or_insert_with(fresh);
            }
        }
        let gone = &self.cluster_view.gone;
        self.cluster_view.peers.retain(|peer, _| !gone.contains(peer));
        self.cluster_view.suspects.retain(|peer| !gone.contains(peer));
    }

    /// Sends the node's view to one random peer, when that is due.
    pub(crate) fn gossip_round(&mut self, now: Instant) {
        if self.cluster_view.next_round.is_none_or(|next| now < next) {
            return;
        }
        let gossip = self.config.settings.gossip;
        self.cluster_view.next_round = Some(now + gossip.period);
        // A node that was never a member has nothing to gossip.
        let Some(own) = self.replica.disk.membership.entry(self.replica.id) else { return };
        own.heartbeat += 1;
        self.cluster_view.round += 1;
        self.suspect_silent_peers(now);
        self.check_agreement(now);
        let peers = self.cluster_view.gossip_targets();
        let draw = u128::from(self.draw(self.cluster_view.round));
        let Some(&to) = peers.get(((draw * peers.len() as u128) >> 64) as usize) else { return };
        let cause = self.replica.begin_task();
        let members = self.replica.disk.membership.iter().copied().collect();
        let suspected = self.cluster_view.suspects.contains(&to);
        self.cluster_view.last_gossip = Some((cause, self.cluster_view.status_changes));
        self.replica.send(to, Message::Gossip { cause, members, suspected });
    }

    /// Begins to suspect peers that have been silent for too long.
    fn suspect_silent_peers(&mut self, now: Instant) {
        let detection = self.config.settings.gossip.detection;
        for (&peer, beats) in &self.cluster_view.peers {
            if beats.suspects(detection, now) && self.cluster_view.suspects.insert(peer) {
                let (silent, phi) = (now.since(beats.last_heard()), beats.phi(now));
                self.replica.emit(Event::Suspected { peer, silent, phi });
            }
        }
    }

    /// Merges a peer's view, refutes its suspicion, and answers with what is known better here.
    pub(crate) fn handle_gossip(
        &mut self,
        now: Instant,
        from: NodeId,
        cause: RequestId,
        members: &[Member],
        suspected: bool,
    ) {
        if !self.config.settings.gossip.on {
            return;
        }
        if suspected && let Some(own) = self.replica.disk.membership.entry(self.replica.id) {
            let known = members.iter().find(|member| member.node == own.node);
            // The peer drops its suspicion of an older incarnation once it hears of this one.
            if known.is_none_or(|known| known.incarnation >= own.incarnation) {
                own.begin_incarnation();
                let incarnation = own.incarnation;
                self.replica.emit(Event::Refuting { peer: from, incarnation });
            }
        }
        let answer = self.replica.disk.membership.newer_than(members);
        self.merge_members(now, members);
        if self.replica.disk.membership.agrees_with(members) {
            self.note_agreement(now, from);
        }
        self.replica.send(from, Message::GossipAnswer { cause, members: answer });
    }

    /// Merges what a peer knows better. The peer has heard all that the gossip included.
    pub(crate) fn handle_gossip_answer(
        &mut self,
        now: Instant,
        from: NodeId,
        cause: RequestId,
        members: &[Member],
    ) {
        let is_last =
            self.cluster_view.last_gossip == Some((cause, self.cluster_view.status_changes));
        self.merge_members(now, members);
        if is_last {
            self.note_agreement(now, from);
        }
    }

    fn note_agreement(&mut self, now: Instant, peer: NodeId) {
        self.cluster_view.agreed.insert(peer);
        self.check_agreement(now);
    }

    /// Checks whether all peers that are up have heard of all changes, and records it if they have.
    fn check_agreement(&mut self, now: Instant) {
        if self.cluster_view.settles_at.is_none() && self.cluster_view.has_spread() {
            self.cluster_view.settles_at = Some(now + self.config.request_timeout);
            self.cluster_view.past_rings.clear();
            self.replica.disk.past_rings.clear();
        }
    }

    /// Merges entries of other nodes' views.
    fn merge_members(&mut self, now: Instant, members: &[Member]) {
        if !self.config.settings.gossip.on {
            return;
        }
        let mut changed = false;
        for heard in members {
            let mut heard = *heard;
            if heard.node == self.replica.id {
                if let Some(own) = self.replica.disk.membership.entry(heard.node) {
                    // The entry is from before the disk was lost: this incarnation must come after
                    // it.
                    own.incarnation = own.incarnation.max(heard.incarnation);
                    if own.incarnation == heard.incarnation && heard.heartbeat > own.heartbeat {
                        own.begin_incarnation();
                    }
                    (heard.incarnation, heard.heartbeat) = (own.incarnation, own.heartbeat);
                } else {
                    heard.begin_incarnation();
                }
            }
            let change = self.replica.disk.membership.merge(&heard);
            if change.status {
                changed = true;
                let (member, status) = (heard.node, heard.status);
                self.replica.emit(Event::MemberChanged { member, status });
            }
            if change.alive && heard.node != self.replica.id {
                if let Some(beats) = self.cluster_view.peers.get_mut(&heard.node) {
                    beats.record_heartbeat(now);
                }
                if self.cluster_view.suspects.remove(&heard.node) {
                    let (peer, refuted) = (heard.node, change.new_incarnation);
                    self.replica.emit(Event::Recovered { peer, refuted });
                }
            }
        }
        if changed {
            self.change_rings(now, self.config.quorum.n());
        }
    }

    /// Begins to join the cluster, by an administrator's command. The node asks the members that
    /// its disk was created with for the others. Does nothing if the node is in the cluster
    /// already.
    pub fn join(&mut self, now: Instant) {
        if self.own_status().is_none_or(Status::is_gone) {
            self.set_status(now, self.replica.id, Status::Joining);
        }
    }

    /// Begins to leave the cluster, by an administrator's command: first other nodes fetch the
    /// node's keys. The last node can't leave. A node that is still joining leaves at once, because
    /// it has no keys to hand over.
    pub fn leave(&mut self, now: Instant) {
        let id = self.replica.id;
        let normal = self.replica.disk.membership.nodes(|status| status == Status::Normal);
        match self.own_status() {
            Some(Status::Joining) => self.set_status(now, id, Status::Left),
            Some(Status::Normal) if normal.iter().any(|&node| node != id) => {
                self.set_status(now, id, Status::Leaving);
            }
            _ => {}
        }
    }

    /// Declares another node gone, by an administrator's command, and spreads that. Data that only
    /// that node held is lost.
    pub fn remove(&mut self, now: Instant, node: NodeId) {
        self.set_status(now, node, Status::Removed);
    }

    /// Returns the node's own status, or `None` if it was never in the cluster.
    pub(crate) fn own_status(&self) -> Option<Status> {
        self.replica.disk.membership.get(self.replica.id).map(|own| own.status)
    }

    fn set_status(&mut self, now: Instant, member: NodeId, status: Status) {
        self.replica.disk.membership.set_status(member, status);
        self.replica.emit(Event::MemberChanged { member, status });
        self.change_rings(now, self.config.quorum.n());
    }

    /// Advances the node's own status within the same epoch.
    pub(crate) fn advance_status(&mut self, now: Instant, status: Status) {
        let member = self.replica.id;
        let Some(own) = self.replica.disk.membership.entry(member) else { return };
        own.status = status;
        self.replica.emit(Event::MemberChanged { member, status });
        self.change_rings(now, self.config.quorum.n());
    }

    /// Updates the rings after a change of membership: ranges move, and trees with them. `n` is the
    /// number of replicas that the node's present ranges were computed with.
    pub(crate) fn change_rings(&mut self, now: Instant, n: u16) {
        self.record_initial_ranges(n);
        self.cluster_view.unsettle();
        let (ring_changed, transitions_changed) =
            self.cluster_view.update(&self.config, &self.replica.disk.membership);
        let past = self.cluster_view.past_rings.iter().map(|ring| ring.nodes().to_vec());
        self.replica.disk.past_rings = past.collect();
        self.track_peers(now);
        let resized = n != self.config.quorum.n();
        if transitions_changed || resized {
            self.plan_streams(now, ring_changed);
        }
        if ring_changed || resized {
            self.rebuild_trees();
        }
    }

    /// Draws 64 random bits from the node's seed.
    fn draw(&self, ordinal: u64) -> u64 {
        let mut identity = [0; 16];
        identity[..2].copy_from_slice(&self.replica.id.0.to_le_bytes());
        identity[2..4].copy_from_slice(&self.replica.disk.generation().to_le_bytes());
        identity[8..].copy_from_slice(&ordinal.to_le_bytes());
        XxHash3_64::oneshot_with_seed(self.config.seed, &identity)
    }
}
