//! Coordination of gets, and of the read that a register's put begins with.

use super::get_core::GetCore;
use super::{Coordination, Core};
use crate::node::Node;
use crate::quorum::QuorumState;
use crate::replica::Replica;
use crate::settings::{Ask, ReadRepair};
use crate::version::Siblings;
use crate::{Duration, Event, Instant, Key, Message, NodeId, Operation, PreferenceList, RequestId};

/// A replica's answer to a read.
#[derive(Clone, Debug)]
pub(crate) enum ReadAnswer {
    /// The replica's versions.
    Versions(Siblings),
    /// The digest of the replica's versions.
    Digest(u64),
}

impl Node {
    /// Begins a get: asks the key's replicas. If the node is a replica itself, it reads its own
    /// copy without a message.
    pub(crate) fn begin_get(&mut self, now: Instant, request: RequestId, key: &Key) {
        let needed = self.config.quorum.r();
        let (asked, spare) = self.read_targets(key);
        let may_speculate = !spare.is_empty();
        let mut coordination =
            Coordination::new(now, key.clone(), needed, Core::Get(GetCore::default()));
        coordination.spare = spare;
        if !self.open_read(now, request, coordination, &asked, (Operation::Get, None)) {
            return;
        }
        if may_speculate
            && let Some(quantile) = self.config.settings.quorum.speculation
            && let Some(usual) = self.latencies.quantile(quantile)
        {
            self.speculations.push(now + usual, request);
        }
        let own = asked.contains(&self.replica.id).then_some(self.replica.id);
        let full = own.or_else(|| asked.first().copied());
        for &to in &asked {
            let digest = self.config.settings.quorum.digests && Some(to) != full;
            self.read_replica(now, request, key, to, digest);
        }
    }

    /// Returns the replicas that a get asks first, and those that it may ask later.
    fn read_targets(&self, key: &Key) -> (PreferenceList, PreferenceList) {
        let (n, r) = (self.config.quorum.n(), usize::from(self.config.quorum.r()));
        let ring = self.cluster_view.ring();
        let rules = &self.config.settings.quorum;
        let mut candidates = if rules.sloppy {
            let is_up = |node| self.cluster_view.believes_up(node);
            ring.walk(key.position(), is_up, usize::from(n))
        } else {
            ring.preference_list(key.position(), n)
        };
        if rules.ask == Ask::All || candidates.len() <= r {
            return (candidates, PreferenceList::new());
        }
        // The sort is stable and keeps ring order within each class: the node itself, nodes that
        // are believed to be up, the others.
        candidates
            .sort_by_key(|&node| (node != self.replica.id, !self.cluster_view.believes_up(node)));
        let spare = PreferenceList::from_slice(&candidates[r..]);
        candidates.truncate(r);
        (candidates, spare)
    }

    /// Asks one replica for its versions or for their digest. The node reads its own copy at once.
    pub(super) fn read_replica(
        &mut self,
        now: Instant,
        request: RequestId,
        key: &Key,
        to: NodeId,
        digest: bool,
    ) {
        if to == self.replica.id {
            let siblings = self.replica.read(now, key);
            self.count_read(now, request, to, ReadAnswer::Versions(siblings));
        } else {
            self.replica.send(to, Message::Read { request, key: key.clone(), digest });
        }
    }

    /// Asks one more replica, for a read that has waited longer than most.
    pub(super) fn speculate(&mut self, now: Instant, request: RequestId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        if coordination.tally.state() != QuorumState::Pending || coordination.spare.is_empty() {
            return;
        }
        let up = |node: &NodeId| self.cluster_view.believes_up(*node);
        let index = coordination.spare.iter().position(up).unwrap_or(0);
        let replica = coordination.spare.remove(index);
        coordination.tally.ask(&[replica]);
        coordination.speculative = Some(replica);
        let after: Duration = now.since(coordination.began);
        let key = coordination.key.clone();
        self.replica.emit(Event::Speculating { request, replica, after });
        self.read_replica(now, request, &key, replica, false);
    }

    /// Counts a replica's answer to a read.
    pub(crate) fn count_read(
        &mut self,
        now: Instant,
        request: RequestId,
        from: NodeId,
        answer: ReadAnswer,
    ) {
        let order = self.replica.order;
        let replica = &mut self.replica;
        let Some(coordination) = self.coordinations.get_mut(&request) else {
            return replica.emit(Event::Ignored { request, from });
        };
        // A put that has begun to write still receives answers to its read.
        if !coordination.is_reading() || !coordination.tally.answer(from) {
            return replica.emit(Event::Ignored { request, from });
        }
        let (have, needed) = (coordination.tally.have(), coordination.tally.needed());
        if from != replica.id {
            self.latencies.record(now.since(coordination.began));
        }
        match (&mut coordination.core, answer) {
            (Core::Get(get), ReadAnswer::Versions(siblings)) => {
                if from != replica.id {
                    get.note_first(from);
                }
                get.add_answer(from, siblings.clone(), order);
                replica.emit(Event::Answered { request, from, siblings, have, needed });
            }
            (Core::Get(get), ReadAnswer::Digest(digest)) => {
                get.note_first(from);
                get.add_digest(from, digest);
                replica.emit(Event::DigestAnswered { request, from, have, needed });
            }
            (Core::Put(put), ReadAnswer::Versions(siblings)) => {
                put.add_found(&siblings, order);
                replica.emit(Event::Answered { request, from, siblings, have, needed });
            }
            (Core::Put(_), ReadAnswer::Digest(_)) => {
                debug_assert!(false, "a put asks for versions only");
            }
        }
        self.settle(now, request);
    }

    /// Counts a replica that holds the result of a get which waits for that.
    pub(crate) fn count_write_back(&mut self, now: Instant, request: RequestId, from: NodeId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else {
            return self.replica.emit(Event::Ignored { request, from });
        };
        let Core::Get(get) = &mut coordination.core else {
            return self.replica.emit(Event::Ignored { request, from });
        };
        let Some(holders) = get.add_holder(from) else { return };
        let (have, needed) = (holders.have(), holders.needed());
        self.replica.emit(Event::WroteBack { request, from, have, needed });
        self.settle(now, request);
    }

    /// Advances a get that enough replicas have answered: it replies, or first asks for the
    /// versions behind digests that differ, or first writes its result back.
    pub(super) fn settle_get(&mut self, now: Instant, request: RequestId) {
        let order = self.replica.order;
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let Core::Get(get) = &mut coordination.core else { return };
        let differing = get.check_digests(order);
        if !differing.is_empty() {
            differing.iter().for_each(|&node| coordination.tally.recall(node));
            let key = coordination.key.clone();
            self.replica.emit(Event::DigestMismatch { request, asked: differing.clone() });
            for to in differing {
                self.replica.send(to, Message::Read { request, key: key.clone(), digest: false });
            }
            return;
        }
        if coordination.replied {
            return;
        }
        let held = get.holders().map(|holders| holders.state() == QuorumState::Met);
        // The write-back begins once, when the read has its answers.
        if held.unwrap_or_else(|| self.write_back(now, request)) {
            self.reply_to_get(request);
        }
    }

    /// Writes the result of a get back, if the get must not reply before enough replicas hold it.
    /// Returns whether enough replicas hold it already.
    fn write_back(&mut self, now: Instant, request: RequestId) -> bool {
        let (order, quorum) = (self.replica.order, self.config.quorum);
        let settings = &self.config.settings;
        let Some(coordination) = self.coordinations.get_mut(&request) else { return false };
        let Core::Get(get) = &mut coordination.core else { return false };
        let (needed, more) = if settings.quorum.register {
            // Replicas that have not answered or were not asked may lack the result, so it is sent
            // to them as well.
            let mut more = PreferenceList::from_slice(coordination.tally.waiting());
            more.extend(std::mem::take(&mut coordination.spare));
            (quorum.w(), more)
        } else if settings.read_repair == ReadRepair::Blocking {
            (quorum.r(), PreferenceList::new())
        } else {
            return true;
        };
        if get.begin_write_back(needed, order) {
            return true;
        }
        let write_backs = get.take_write_backs(&more, order);
        let key = coordination.key.clone();
        let asked = write_backs.iter().map(|(node, _)| *node).collect();
        self.replica.emit(Event::WritingBack { request, asked, needed });
        for (to, siblings) in write_backs {
            send_repair(&mut self.replica, now, (request, &key), (to, siblings), true);
            if to == self.replica.id {
                self.count_write_back(now, request, to);
            }
        }
        false
    }

    fn reply_to_get(&mut self, request: RequestId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let Some(response) = coordination.reply() else { return };
        let tally = &coordination.tally;
        if let Some(replica) = coordination.speculative
            && tally.has_answered(replica)
            && tally.have() == tally.needed()
        {
            self.replica.emit(Event::SpeculationWon { request, replica });
        }
        self.replica.reply(request, coordination.deciding_tally(), response);
    }
}

/// Sends replicas the versions that a get, which has replied, found them to lack.
pub(super) fn send_repairs(
    replica: &mut Replica,
    now: Instant,
    request: RequestId,
    coordination: &mut Coordination,
) {
    let Core::Get(get) = &mut coordination.core else { return };
    for repair in get.take_repairs(replica.order) {
        send_repair(replica, now, (request, &coordination.key), repair, false);
    }
}

/// Sends one replica the versions that it lacks. The coordinator repairs itself without a message.
fn send_repair(
    replica: &mut Replica,
    now: Instant,
    (request, key): (RequestId, &Key),
    (to, siblings): (NodeId, Siblings),
    ack: bool,
) {
    let (key, reported) = (key.clone(), siblings.clone());
    replica.emit(Event::Repairing { request, key: key.clone(), replica: to, siblings: reported });
    if to == replica.id {
        replica.repair(now, request, key, &siblings);
    } else {
        replica.send(to, Message::Repair { request, key, siblings, ack });
    }
}
