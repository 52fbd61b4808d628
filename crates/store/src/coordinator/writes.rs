//! How a node coordinates puts and deletes.

use smallvec::SmallVec;

use super::{Answer, Coordination, Put, Work};
use crate::event::{HintCause, HintRefusal};
use crate::node::Node;
use crate::settings::{Holder, Order};
use crate::version::{Context, Siblings};
use crate::{
    Duration, Event, Instant, Key, Message, NodeId, Operation, PreferenceList, RequestId, Value,
};

/// Whom a write goes to.
#[derive(Debug, Default)]
struct Targets {
    /// Who is given it.
    asked: PreferenceList,
    /// The replicas that can't be, each with who keeps it for them.
    hints: SmallVec<[(NodeId, NodeId); 2]>,
    /// How many must acknowledge.
    needed: u16,
}

/// What a client wants written.
pub(super) struct Written {
    pub(super) operation: Operation,
    pub(super) key: Key,
    pub(super) value: Option<Value>,
    pub(super) context: Context,
    pub(super) ttl: Option<Duration>,
}

impl Node {
    /// Begins a put or delete: names it, and gives it to the replicas; a register's writer reads a
    /// quorum of them first.
    pub(super) fn begin_put(&mut self, now: Instant, request: RequestId, written: Written) {
        let Written { operation, key, value, context, ttl } = written;
        let ttl = ttl.or(self.config.settings.deletes.default_ttl).filter(|_| value.is_some());
        let actor = self.replica.disk.actor;
        let storage = &mut self.replica.disk.storage;
        let dot = if self.replica.order == Order::Plain {
            // The clock of a set counts for all its siblings, so it may be ahead of what was named.
            let known = storage.get(&key).map_or(0, |held| held.clock().get(actor));
            storage.mint_above(actor, &key, known.max(context.to_vector().get(actor)))
        } else {
            storage.mint(actor, &key)
        };
        let mut put = Put::new(dot, value, context, ttl);
        if !self.config.settings.quorum.register {
            let coordination = Coordination::new(now, key, 0, Work::Put(put));
            self.open(now, request, coordination);
            return self.write(now, request);
        }
        put.read_first();
        let needed = self.config.quorum.r();
        let asked = self.beliefs.ring().preference_list(key.position(), self.config.quorum.n());
        let mut coordination = Coordination::new(now, key.clone(), needed, Work::Put(put));
        coordination.tally.ask(&asked);
        self.announce(request, operation, &key, (&asked, needed), Some(dot));
        self.open(now, request, coordination);
        if asked.len() < usize::from(needed) {
            return self.settle(now, request);
        }
        for to in asked {
            self.ask_to_read(now, request, &key, to, false);
        }
    }

    /// Gives a write that knows all that it must know to the replicas.
    pub(super) fn write(&mut self, now: Instant, request: RequestId) {
        let Some(coordination) = self.coordinations.get(&request) else { return };
        let Work::Put(put) = &coordination.work else { return };
        let operation = put.operation();
        let key = coordination.key.clone();
        let Targets { asked, hints, needed } = self.whom_to_write(now, request, &key);
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
        if let Work::Put(put) = &mut coordination.work {
            put.hinted = hints.iter().map(|(target, _)| *target).collect();
        }
        self.announce(request, operation, &key, (&asked, needed), Some(dot));
        if !can_be_met {
            return self.settle(now, request);
        }
        for to in asked {
            if to == self.replica.id {
                self.replica.store(now, request, &key, (dot, &siblings));
                self.count(now, request, to, Answer::Acknowledged);
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

    /// Makes the version of a put, and gives its name and what replicas are given.
    fn make_version(
        &mut self,
        now: Instant,
        request: RequestId,
    ) -> (crate::version::Dot, Siblings) {
        let (order, wall) = (self.replica.order, self.replica.wall(now));
        let coordination = self.coordinations.get_mut(&request);
        let Some(Coordination { key, work: Work::Put(put), .. }) = coordination.map(|it| &mut **it)
        else {
            unreachable!("only puts write")
        };
        if let Some(rule) = self.config.settings.versions.truncation {
            let storage = &self.replica.disk.storage;
            let dropped = put.truncate(rule, wall, |actor| storage.stamp_of(key, actor));
            if !dropped.is_empty() {
                self.replica.tell(Event::Truncated { request, key: key.clone(), dropped });
            }
        }
        let held = match order {
            Order::Plain => self.replica.disk.get(key).cloned().unwrap_or_default(),
            Order::Dotted | Order::LastWriteWins => Siblings::new(),
        };
        let rank = put.write(order, wall, &held);
        if rank > 0 {
            self.replica.tell(Event::Ranked { request, rank });
        }
        (put.dot, put.siblings.clone())
    }

    /// Gives whom a write goes to, and who keeps it for those who can't be given it.
    fn whom_to_write(&mut self, now: Instant, request: RequestId, key: &Key) -> Targets {
        let n = self.config.quorum.n();
        let (sloppy, hints) = (self.config.settings.quorum.sloppy, self.config.settings.hints);
        let primaries = self.beliefs.ring().preference_list(key.position(), n);
        // While ranges move, a write also goes to who will hold the key, and to who held it where not
        // everybody has heard that it does no more. One acknowledgement more is needed for each:
        // whichever N of them a read asks, W of these have it.
        let others = self.beliefs.others(key.position(), &primaries, n);
        let needed = self.config.quorum.w() + others.len() as u16;
        let mut targets = Targets { needed, ..Targets::default() };
        let mut taken: PreferenceList = primaries.iter().chain(&others).copied().collect();
        for &primary in &primaries {
            let up = self.beliefs.believes_up(primary);
            if up || !sloppy {
                targets.asked.push(primary);
            }
            if up || !(sloppy || hints.on) {
                continue;
            }
            if hints.on && self.beliefs.silence(primary, now) > hints.window {
                let (key, target, why) = (key.clone(), primary, HintRefusal::Window);
                self.replica.tell(Event::HintRefused { request, key, target, why });
                continue;
            }
            let holder = self.whom_to_hint(key, &taken);
            taken.extend(holder);
            targets.hints.extend(holder.map(|holder| (primary, holder)));
        }
        targets.asked.extend(others);
        targets
    }

    /// Gives who keeps a hint: the coordinator itself, or the next node on the ring that is up and not
    /// taken; none where no such node is left.
    fn whom_to_hint(&self, key: &Key, taken: &[NodeId]) -> Option<NodeId> {
        match self.config.settings.hints.holder {
            Holder::Coordinator => Some(self.replica.id),
            Holder::StandIn => {
                let fits = |node| !taken.contains(&node) && self.beliefs.believes_up(node);
                self.beliefs.ring().walk(key.position(), fits, 1).first().copied()
            }
        }
    }

    /// Has a write kept for a replica.
    fn hint(
        &mut self,
        now: Instant,
        (request, key, siblings): (RequestId, &Key, &Siblings),
        (target, holder): (NodeId, NodeId),
        why: HintCause,
        counts: bool,
    ) {
        self.replica.tell(Event::Hinting { request, key: key.clone(), target, holder, why });
        if holder != self.replica.id {
            let (key, siblings) = (key.clone(), siblings.clone());
            let message = Message::Hint { request, key, target, siblings, ack: counts };
            return self.replica.send(holder, message);
        }
        let kept = self.keep_hint(now, request, key, target, siblings);
        // A coordinator that is a primary too, or keeps two hints, is one node all the same.
        let open = self.coordinations.get(&request);
        if kept && counts && open.is_some_and(|it| it.tally.waiting().contains(&holder)) {
            self.count(now, request, holder, Answer::Acknowledged);
        }
    }

    /// Has a write that is over kept for the replicas that never acknowledged it.
    pub(super) fn hint_for_silent(
        &mut self,
        now: Instant,
        request: RequestId,
        coordination: &Coordination,
    ) {
        let Work::Put(put) = &coordination.work else { return };
        let hints = self.config.settings.hints;
        if !hints.on || put.is_reading() {
            return;
        }
        let key = &coordination.key;
        let primaries = self.beliefs.ring().preference_list(key.position(), self.config.quorum.n());
        let mut taken = primaries.clone();
        for &target in coordination.tally.waiting() {
            let late = self.beliefs.silence(target, now) > hints.window;
            if late || put.hinted.contains(&target) || !primaries.contains(&target) {
                continue;
            }
            let holder = self.whom_to_hint(key, &taken);
            let Some(holder) = holder else { continue };
            taken.push(holder);
            let (write, why) = ((request, key, &put.siblings), HintCause::Silent);
            self.hint(now, write, (target, holder), why, false);
        }
    }
}
