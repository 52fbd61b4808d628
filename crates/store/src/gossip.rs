//! Gossip: how views of the cluster spread, and how silence becomes suspicion (Dynamo, section 4.8).
//!
//! Once a round a node tells one peer at random all that it knows, and the peer answers with what it
//! knows better. Whoever hears a fresher heartbeat of a third, from whomever, takes it for a sign of
//! life. Suspicion is each node's own: it is told to nobody but the suspect, who refutes it by beginning
//! a new incarnation.

use twox_hash::XxHash3_64;

use crate::failure_detector::Heartbeats;
use crate::membership::{Member, Status};
use crate::node::Node;
use crate::{Duration, Event, Instant, Message, NodeId, RequestId};

/// How many expected intervals a peer's heartbeats are at first taken to lie apart: each round a peer
/// tells only one other, so most of its beats arrive by way of others.
const EXPECTED_ROUNDS: u64 = 2;

impl Node {
    /// Begins the node's life: a restarted one must be told from what it was before.
    pub(crate) fn be_born(&mut self) {
        let id = self.replica.id;
        let has_lived = self.replica.disk.tasks > 0 || self.replica.disk.owned.is_some();
        if has_lived && let Some(own) = self.replica.disk.view.entry(id) {
            own.be_reborn();
        }
    }

    /// Starts or stops gossip as the settings say.
    pub(crate) fn start_gossip(&mut self, now: Instant) {
        if !self.config.settings.gossip.on {
            self.beliefs.next = None;
            self.beliefs.suspects.clear();
            self.beliefs.peers.clear();
        } else if self.beliefs.next.is_none() {
            // Nodes begin their rounds at different times, or all would speak at once for ever.
            let draw = self.draw(u64::MAX);
            let period = self.config.settings.gossip.period;
            let wait = (u128::from(period.as_us()) * u128::from(draw)) >> 64;
            self.beliefs.next = Some(now + Duration::from_us(wait as u64 + 1));
            self.listen(now);
        }
    }

    /// Begins to listen to members that are not listened to yet.
    fn listen(&mut self, now: Instant) {
        let expected = self.config.settings.gossip.period.as_us().saturating_mul(EXPECTED_ROUNDS);
        for member in self.replica.disk.view.iter() {
            if member.node != self.replica.id && !member.status.is_gone() {
                let fresh = || Heartbeats::new(now, Duration::from_us(expected));
                self.beliefs.peers.entry(member.node).or_insert_with(fresh);
            }
        }
        let gone = &self.beliefs.gone;
        self.beliefs.peers.retain(|peer, _| !gone.contains(peer));
        self.beliefs.suspects.retain(|peer| !gone.contains(peer));
    }

    /// Tells one peer at random what the node knows, when that is due.
    pub(crate) fn gossip(&mut self, now: Instant) {
        if self.beliefs.next.is_none_or(|next| now < next) {
            return;
        }
        let gossip = self.config.settings.gossip;
        self.beliefs.next = Some(now + gossip.period);
        // Who has never been in the cluster has nothing to tell.
        let Some(own) = self.replica.disk.view.entry(self.replica.id) else { return };
        own.heartbeat += 1;
        self.beliefs.round += 1;
        self.look_for_silence(now);
        self.look_for_agreement(now);
        let peers = self.beliefs.listeners();
        let draw = u128::from(self.draw(self.beliefs.round));
        let Some(&to) = peers.get(((draw * peers.len() as u128) >> 64) as usize) else { return };
        let cause = self.replica.begin_work();
        let members = self.replica.disk.view.iter().copied().collect();
        let suspected = self.beliefs.suspects.contains(&to);
        self.beliefs.told = Some((cause, self.beliefs.changes));
        self.replica.send(to, Message::Gossip { cause, members, suspected });
    }

    /// Begins to suspect peers that have been silent for too long.
    fn look_for_silence(&mut self, now: Instant) {
        let detection = self.config.settings.gossip.detection;
        for (&peer, beats) in &self.beliefs.peers {
            if beats.suspects(detection, now) && self.beliefs.suspects.insert(peer) {
                let (silent, phi) = (now.since(beats.last_heard()), beats.phi(now));
                self.replica.tell(Event::Suspected { peer, silent, phi });
            }
        }
    }

    /// Takes a peer's view, refutes its suspicion, and answers with what is known better here.
    pub(crate) fn hear_gossip(
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
        if suspected && let Some(own) = self.replica.disk.view.entry(self.replica.id) {
            let known = members.iter().find(|member| member.node == own.node);
            // An older incarnation is suspected no more once it hears of this one.
            if known.is_none_or(|known| known.incarnation >= own.incarnation) {
                own.be_reborn();
                let incarnation = own.incarnation;
                self.replica.tell(Event::Refuting { peer: from, incarnation });
            }
        }
        let answer = self.replica.disk.view.beyond(members);
        self.hear_members(now, members);
        if self.replica.disk.view.agrees(members) {
            self.note_agreement(now, from);
        }
        self.replica.send(from, Message::GossipAnswer { cause, members: answer });
    }

    /// Takes what a peer knows better. It has heard all that it was told.
    pub(crate) fn hear_gossip_answer(
        &mut self,
        now: Instant,
        from: NodeId,
        cause: RequestId,
        members: &[Member],
    ) {
        let is_last = self.beliefs.told == Some((cause, self.beliefs.changes));
        self.hear_members(now, members);
        if is_last {
            self.note_agreement(now, from);
        }
    }

    fn note_agreement(&mut self, now: Instant, peer: NodeId) {
        self.beliefs.agreed.insert(peer);
        self.look_for_agreement(now);
    }

    /// Notes that all that are up have heard of all changes, if they have.
    fn look_for_agreement(&mut self, now: Instant) {
        if self.beliefs.settles.is_none() && self.beliefs.has_spread() {
            self.beliefs.settles = Some(now + self.config.request_timeout);
            self.beliefs.past.clear();
            self.replica.disk.past.clear();
        }
    }

    /// Takes what was heard of members.
    fn hear_members(&mut self, now: Instant, members: &[Member]) {
        if !self.config.settings.gossip.on {
            return;
        }
        let mut changed = false;
        for heard in members {
            let mut heard = *heard;
            if heard.node == self.replica.id {
                if let Some(own) = self.replica.disk.view.entry(heard.node) {
                    // A life before the disk was lost: this one comes after it.
                    own.incarnation = own.incarnation.max(heard.incarnation);
                    if own.incarnation == heard.incarnation && heard.heartbeat > own.heartbeat {
                        own.be_reborn();
                    }
                    (heard.incarnation, heard.heartbeat) = (own.incarnation, own.heartbeat);
                } else {
                    heard.be_reborn();
                }
            }
            let news = self.replica.disk.view.merge(&heard);
            if news.status {
                changed = true;
                let (member, status) = (heard.node, heard.status);
                self.replica.tell(Event::MemberChanged { member, status });
            }
            if news.alive && heard.node != self.replica.id {
                if let Some(beats) = self.beliefs.peers.get_mut(&heard.node) {
                    beats.heard(now);
                }
                if self.beliefs.suspects.remove(&heard.node) {
                    let (peer, refuted) = (heard.node, news.reborn);
                    self.replica.tell(Event::Recovered { peer, refuted });
                }
            }
        }
        if changed {
            self.change_rings(now, self.config.quorum.n());
        }
    }

    /// Begins to join the cluster, by an administrator's command. The members that the disk was made
    /// with are asked for the rest. Nothing happens where the node is in the cluster already.
    pub fn join(&mut self, now: Instant) {
        if self.own_status().is_none_or(Status::is_gone) {
            self.stand(now, self.replica.id, Status::Joining);
        }
    }

    /// Begins to leave the cluster, by an administrator's command: the node's keys are brought to
    /// others first. The last node can't leave; one that is still joining has nothing to bring.
    pub fn leave(&mut self, now: Instant) {
        let id = self.replica.id;
        let normal = self.replica.disk.view.nodes(|status| status == Status::Normal);
        match self.own_status() {
            Some(Status::Joining) => self.stand(now, id, Status::Left),
            Some(Status::Normal) if normal.iter().any(|&node| node != id) => {
                self.stand(now, id, Status::Leaving);
            }
            _ => {}
        }
    }

    /// Takes another node for gone, by an administrator's command, and spreads it. What only that node
    /// held is lost.
    pub fn remove(&mut self, now: Instant, node: NodeId) {
        self.stand(now, node, Status::Removed);
    }

    /// Gives the node's own standing; none where it was never in the cluster.
    pub(crate) fn own_status(&self) -> Option<Status> {
        self.replica.disk.view.get(self.replica.id).map(|own| own.status)
    }

    fn stand(&mut self, now: Instant, member: NodeId, status: Status) {
        self.replica.disk.view.set_status(member, status);
        self.replica.tell(Event::MemberChanged { member, status });
        self.change_rings(now, self.config.quorum.n());
    }

    /// Goes on to the next standing of the same epoch.
    pub(crate) fn advance_standing(&mut self, now: Instant, status: Status) {
        let member = self.replica.id;
        let Some(own) = self.replica.disk.view.entry(member) else { return };
        own.status = status;
        self.replica.tell(Event::MemberChanged { member, status });
        self.change_rings(now, self.config.quorum.n());
    }

    /// Follows the view where it changed the rings: ranges move, and trees with them. `n` is the number
    /// of replicas that the node's present ranges were counted with.
    pub(crate) fn change_rings(&mut self, now: Instant, n: u16) {
        self.remember_ranges(n);
        self.beliefs.unsettle();
        let (changed, stepped) = self.beliefs.follow(&self.config, &self.replica.disk.view);
        let past = self.beliefs.past.iter().map(|ring| ring.nodes().to_vec());
        self.replica.disk.past = past.collect();
        self.listen(now);
        let resized = n != self.config.quorum.n();
        if stepped || resized {
            self.plan_streams(now, changed);
        }
        if changed || resized {
            self.change_trees();
        }
    }

    /// Draws 64 bits of the node's own luck.
    fn draw(&self, ordinal: u64) -> u64 {
        let mut identity = [0; 16];
        identity[..2].copy_from_slice(&self.replica.id.0.to_le_bytes());
        identity[2..4].copy_from_slice(&self.replica.disk.generation().to_le_bytes());
        identity[8..].copy_from_slice(&ordinal.to_le_bytes());
        XxHash3_64::oneshot_with_seed(self.config.seed, &identity)
    }
}
