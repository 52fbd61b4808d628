//! Coordination of puts and deletes.

use smallvec::SmallVec;

use super::put_core::PutCore;
use super::{Coordination, Core};
use crate::event::{HintCause, HintRefusal};
use crate::node::Node;
use crate::settings::{Holder, Order};
use crate::version::{Context, Siblings};
use crate::{
    Duration, Event, Instant, Key, Message, NodeId, Operation, PreferenceList, RequestId, Value,
};

/// The nodes that a write goes to.
#[derive(Debug, Default)]
struct Targets {
    /// The nodes that are sent the write.
    asked: PreferenceList,
    /// Replicas that the write can't be sent to, each with the node that keeps a hint for it.
    hints: SmallVec<[(NodeId, NodeId); 2]>,
    /// The number of nodes that must acknowledge.
    needed: u16,
}

/// A client's put or delete.
pub(crate) struct WriteRequest {
    pub(crate) operation: Operation,
    pub(crate) key: Key,
    /// The value, or `None` for a delete.
    pub(crate) value: Option<Value>,
    pub(crate) context: Context,
    pub(crate) ttl: Option<Duration>,
}

impl Node {
    /// Begins a put or delete: names the write and sends it to the replicas. A register's writer
    /// reads a quorum of them first.
    pub(crate) fn begin_put(&mut self, now: Instant, request: RequestId, write: WriteRequest) {
        let WriteRequest { operation, key, value, context, ttl } = write;
        let ttl = ttl.or(self.config.settings.deletes.default_ttl).filter(|_| value.is_some());
        let actor = self.replica.disk.actor;
        let storage = &mut self.replica.disk.storage;
        let dot = if self.replica.order == Order::Plain {
            // The clock of a set counts for all its siblings, so it may be ahead of the writes that
            // this node has named.
            let known = storage.get(&key).map_or(0, |held| held.clock().get(actor));
            storage.mint_above(actor, &key, known.max(context.to_vector().get(actor)))
        } else {
            storage.mint(actor, &key)
        };
        let mut put = PutCore::new(dot, value, context, ttl);
        if !self.config.settings.quorum.register {
            let coordination = Coordination::new(now, key, 0, Core::Put(put));
            self.open(now, request, coordination);
            return self.write(now, request);
        }
        put.read_first();
        let needed = self.config.quorum.r();
        let asked =
            self.cluster_view.ring().preference_list(key.position(), self.config.quorum.n());
        let coordination = Coordination::new(now, key.clone(), needed, Core::Put(put));
        if !self.open_read(now, request, coordination, &asked, (operation, Some(dot))) {
            return;
        }
        for to in asked {
            self.read_replica(now, request, &key, to, false);
        }
    }

    /// Creates the version of a put, which has read all that it needs, and sends it to the
    /// replicas.
    pub(super) fn write(&mut self, now: Instant, request: RequestId) {
        let Some(coordination) = self.coordinations.get(&request) else { return };
        let Core::Put(put) = &coordination.core else { return };
        let operation = put.operation();
        let key = coordination.key.clone();
        let Targets { asked, hints, needed } = self.write_targets(now, request, &key);
        let counts = self.config.settings.quorum.sloppy && self.config.settings.hints.count;
        let (dot, siblings) = self.make_version(now, request);
        let Some(coordination) = self.coordinations.get_mut(&request) else { return };
        let mut tally = crate::Tally::new(needed);
        tally.ask(&asked);
        if counts {
            hints.iter().for_each(|(_, holder)| tally.ask(&[*holder]));
        }
        let can_be_met = tally.asked() >= needed;
        coordination.tally = tally;
        if let Core::Put(put) = &mut coordination.core {
            put.hinted = hints.iter().map(|(target, _)| *target).collect();
        }
        self.announce(request, operation, &key, (&asked, needed), Some(dot));
        if !can_be_met {
            return self.settle(now, request);
        }
        for to in asked {
            if to == self.replica.id {
                self.replica.store(now, request, &key, (dot, &siblings));
                self.count_write(now, request, to);
            } else {
                let (key, siblings) = (key.clone(), siblings.clone());
                self.replica.send(to, Message::Write { request, key, dot, siblings });
            }
        }
        for (target, holder) in hints {
            let why = HintCause::Suspected;
            self.hint(now, (request, &key, &siblings), (target, holder), why, counts);
        }
    }

    /// Counts a node that stored a write or keeps it as a hint.
    pub(crate) fn count_write(&mut self, now: Instant, request: RequestId, from: NodeId) {
        let replica = &mut self.replica;
        let Some(coordination) = self.coordinations.get_mut(&request) else {
            return replica.emit(Event::Ignored { request, from });
        };
        if coordination.is_reading() || !coordination.tally.answer(from) {
            return replica.emit(Event::Ignored { request, from });
        }
        let (have, needed) = (coordination.tally.have(), coordination.tally.needed());
        replica.emit(Event::Acknowledged { request, from, have, needed });
        self.settle(now, request);
    }

    /// Creates the version of a put. Returns its dot and the versions to send to replicas.
    fn make_version(
        &mut self,
        now: Instant,
        request: RequestId,
    ) -> (crate::version::Dot, Siblings) {
        let (order, wall) = (self.replica.order, self.replica.wall(now));
        let coordination = self.coordinations.get_mut(&request);
        let Some(Coordination { key, core: Core::Put(put), .. }) = coordination.map(|it| &mut **it)
        else {
            unreachable!("only puts write")
        };
        if let Some(rule) = self.config.settings.versions.truncation {
            let storage = &self.replica.disk.storage;
            let dropped = put.truncate(rule, wall, |actor| storage.last_write_time(key, actor));
            if !dropped.is_empty() {
                self.replica.emit(Event::Truncated { request, key: key.clone(), dropped });
            }
        }
        let held = match order {
            Order::Plain => self.replica.disk.get(key).cloned().unwrap_or_default(),
            Order::Dotted | Order::LastWriteWins => Siblings::new(),
        };
        let rank = put.write(order, wall, &held);
        if rank > 0 {
            self.replica.emit(Event::Ranked { request, rank });
        }
        (put.dot, put.siblings.clone())
    }

    /// Returns the nodes that a write goes to, and the holders of hints for replicas that it can't
    /// be sent to.
    fn write_targets(&mut self, now: Instant, request: RequestId, key: &Key) -> Targets {
        let n = self.config.quorum.n();
        let (sloppy, hints) = (self.config.settings.quorum.sloppy, self.config.settings.hints);
        let primaries = self.cluster_view.ring().preference_list(key.position(), n);
        // While ranges move, a write also goes to the nodes that will hold the key, and to former
        // holders until all nodes have heard that these hold it no longer. Each of them needs one
        // more acknowledgement: whichever N of them a read asks, W of these have the write.
        let others = self.cluster_view.extra_write_targets(key.position(), &primaries, n);
        let needed = self.config.quorum.w() + others.len() as u16;
        let mut targets = Targets { needed, ..Targets::default() };
        let mut taken: PreferenceList = primaries.iter().chain(&others).copied().collect();
        for &primary in &primaries {
            let up = self.cluster_view.believes_up(primary);
            if up || !sloppy {
                targets.asked.push(primary);
            }
            if up || !(sloppy || hints.on) {
                continue;
            }
            if hints.on && self.cluster_view.silence(primary, now) > hints.window {
                let (key, target, why) = (key.clone(), primary, HintRefusal::Window);
                self.replica.emit(Event::HintRefused { request, key, target, why });
                continue;
            }
            let holder = self.hint_holder(key, &taken);
            taken.extend(holder);
            targets.hints.extend(holder.map(|holder| (primary, holder)));
        }
        targets.asked.extend(others);
        targets
    }

    /// Returns the node that keeps a hint: the coordinator itself, or the next node on the ring
    /// that is up and not in `taken`, or `None` if no such node is left.
    fn hint_holder(&self, key: &Key, taken: &[NodeId]) -> Option<NodeId> {
        match self.config.settings.hints.holder {
            Holder::Coordinator => Some(self.replica.id),
            Holder::StandIn => {
                let fits = |node| !taken.contains(&node) && self.cluster_view.believes_up(node);
                self.cluster_view.ring().walk(key.position(), fits, 1).first().copied()
            }
        }
    }

    /// Asks `holder` to keep a write for the replica `target`.
    fn hint(
        &mut self,
        now: Instant,
        (request, key, siblings): (RequestId, &Key, &Siblings),
        (target, holder): (NodeId, NodeId),
        why: HintCause,
        counts: bool,
    ) {
        self.replica.emit(Event::Hinting { request, key: key.clone(), target, holder, why });
        if holder != self.replica.id {
            let (key, siblings) = (key.clone(), siblings.clone());
            let message = Message::Hint { request, key, target, siblings, ack: counts };
            return self.replica.send(holder, message);
        }
        let kept = self.keep_hint(now, request, key, target, siblings);
        // A coordinator that is also a primary, or keeps two hints, counts as one node.
        let open = self.coordinations.get(&request);
        if kept && counts && open.is_some_and(|it| it.tally.waiting().contains(&holder)) {
            self.count_write(now, request, holder);
        }
    }

    /// Asks for hints for the replicas that did not acknowledge a write before its deadline.
    pub(super) fn hint_for_silent(
        &mut self,
        now: Instant,
        request: RequestId,
        coordination: &Coordination,
    ) {
        let Core::Put(put) = &coordination.core else { return };
        let hints = self.config.settings.hints;
        if !hints.on || put.is_reading() {
            return;
        }
        let key = &coordination.key;
        let primaries =
            self.cluster_view.ring().preference_list(key.position(), self.config.quorum.n());
        let mut taken = primaries.clone();
        for &target in coordination.tally.waiting() {
            let late = self.cluster_view.silence(target, now) > hints.window;
            if late || put.hinted.contains(&target) || !primaries.contains(&target) {
                continue;
            }
            let holder = self.hint_holder(key, &taken);
            let Some(holder) = holder else { continue };
            taken.push(holder);
            let (write, why) = ((request, key, &put.siblings), HintCause::Silent);
            self.hint(now, write, (target, holder), why, false);
        }
    }
}
