//! How a node coordinates gets.

use super::{Coordination, Get, Work};
use crate::node::Node;
use crate::quorum::Verdict;
use crate::replica::Replica;
use crate::settings::{Ask, ReadRepair};
use crate::version::Siblings;
use crate::{Duration, Event, Instant, Key, Message, NodeId, Operation, PreferenceList, RequestId};

impl Node {
    /// Begins a get: asks the key's replicas, itself without a message where it is one of them.
    pub(super) fn begin_get(&mut self, now: Instant, request: RequestId, key: &Key) {
        let needed = self.config.quorum.r();
        let (asked, spare) = self.whom_to_read(key);
        let mut coordination =
            Coordination::new(now, key.clone(), needed, Work::Get(Get::default()));
        coordination.tally.ask(&asked);
        coordination.spare = spare;
        self.announce(request, Operation::Get, key, (&asked, needed), None);
        let may_speculate = !coordination.spare.is_empty();
        self.open(now, request, coordination);
        if asked.len() < usize::from(needed) {
            return self.settle(now, request);
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
            self.ask_to_read(now, request, key, to, digest);
        }
    }

    /// Asks one replica for its versions or their digest.
    pub(super) fn ask_to_read(
        &mut self,
        now: Instant,
        request: RequestId,
        key: &Key,
        to: NodeId,
        digest: bool,
    ) {
        if to == self.replica.id {
            let siblings = self.replica.read(now, key);
            self.count(now, request, to, super::Answer::Versions(siblings));
        } else {
            self.replica.send(to, Message::Read { request, key: key.clone(), digest });
        }
    }

    /// Gives whom a get asks at first, and whom it may ask later.
    fn whom_to_read(&self, key: &Key) -> (PreferenceList, PreferenceList) {
        let (n, r) = (self.config.quorum.n(), usize::from(self.config.quorum.r()));
        let ring = self.beliefs.ring();
        let rules = &self.config.settings.quorum;
        let mut candidates = if rules.sloppy {
            let is_up = |node| self.beliefs.believes_up(node);
            ring.walk(key.position(), is_up, usize::from(n))
        } else {
            ring.preference_list(key.position(), n)
        };
        if rules.ask == Ask::All || candidates.len() <= r {
            return (candidates, PreferenceList::new());
        }
        // The stable sort keeps the order of the ring: itself, those believed to be up, the others.
        candidates.sort_by_key(|&node| (node != self.replica.id, !self.beliefs.believes_up(node)));
        let spare = PreferenceList::from_slice(&candidates[r..]);
        candidates.truncate(r);
        (candidates, spare)
    }

    /// Asks one replica more, where a read has waited for longer than most.
    pub(crate) fn speculate(&mut self, now: Instant, request: RequestId) {
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        if coordination.tally.verdict() != Verdict::Pending || coordination.spare.is_empty() {
            return;
        }
        let up = |node: &NodeId| self.beliefs.believes_up(*node);
        let index = coordination.spare.iter().position(up).unwrap_or(0);
        let replica = coordination.spare.remove(index);
        coordination.tally.ask(&[replica]);
        coordination.speculative = Some(replica);
        let after: Duration = now.since(coordination.began);
        let key = coordination.key.clone();
        self.replica.tell(Event::Speculating { request, replica, after });
        self.ask_to_read(now, request, &key, replica, false);
    }

    /// Goes on with a get that enough replicas have answered: replies, or first asks for versions whose
    /// digests differ, or first brings them to replicas.
    pub(super) fn settle_get(&mut self, now: Instant, request: RequestId) {
        let order = self.replica.order;
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let Work::Get(get) = &mut coordination.work else { return };
        let differing = get.check_digests(order);
        if !differing.is_empty() {
            differing.iter().for_each(|&node| coordination.tally.recall(node));
            let key = coordination.key.clone();
            self.replica.tell(Event::DigestMismatch { request, asked: differing.clone() });
            for to in differing {
                self.replica.send(to, Message::Read { request, key: key.clone(), digest: false });
            }
            return;
        }
        if coordination.replied {
            return;
        }
        let held = get.holders().map(|holders| holders.verdict() == Verdict::Met);
        // The wait begins once, when the read has its answers.
        if held.unwrap_or_else(|| self.await_holders(now, request)) {
            self.reply_to_get(request);
        }
    }

    /// Where a read must not reply before enough replicas hold what it returns: tells whether they do,
    /// and brings it to them otherwise.
    fn await_holders(&mut self, now: Instant, request: RequestId) -> bool {
        let (order, quorum) = (self.replica.order, self.config.quorum);
        let settings = &self.config.settings;
        let Some(coordination) = self.coordinations.get_mut(&request) else { return false };
        let Work::Get(get) = &mut coordination.work else { return false };
        let (needed, more) = if settings.quorum.register {
            // Those who have not answered or were not asked may hold it or not: they are brought it
            // as well.
            let mut more = PreferenceList::from_slice(coordination.tally.waiting());
            more.extend(std::mem::take(&mut coordination.spare));
            (quorum.w(), more)
        } else if settings.read_repair == ReadRepair::Blocking {
            (quorum.r(), PreferenceList::new())
        } else {
            return true;
        };
        if get.promise(needed, order) {
            return true;
        }
        let brought = get.bring(&more, order);
        let key = coordination.key.clone();
        let asked = brought.iter().map(|(node, _)| *node).collect();
        self.replica.tell(Event::WritingBack { request, asked, needed });
        for (to, siblings) in brought {
            bring(&mut self.replica, now, (request, &key), (to, siblings), true);
            if to == self.replica.id {
                self.count(now, request, to, super::Answer::Repaired);
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
            self.replica.tell(Event::SpeculationWon { request, replica });
        }
        self.replica.reply(request, coordination.vote(), response);
    }
}

/// Brings replicas what a read that has replied found them to lack.
pub(super) fn send_repairs(
    replica: &mut Replica,
    now: Instant,
    request: RequestId,
    coordination: &mut Coordination,
) {
    let Work::Get(get) = &mut coordination.work else { return };
    for repair in get.take_repairs(replica.order) {
        bring(replica, now, (request, &coordination.key), repair, false);
    }
}

/// Brings one replica what it lacks, without a message where it is the coordinator itself.
fn bring(
    replica: &mut Replica,
    now: Instant,
    (request, key): (RequestId, &Key),
    (to, siblings): (NodeId, Siblings),
    ack: bool,
) {
    let (key, told) = (key.clone(), siblings.clone());
    replica.tell(Event::Repairing { request, key: key.clone(), replica: to, siblings: told });
    if to == replica.id {
        replica.repair(now, request, key, &siblings);
    } else {
        replica.send(to, Message::Repair { request, key, siblings, ack });
    }
}
