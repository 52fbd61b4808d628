//! Handoff: hints go to the replicas that they were kept for, and keys to their new owners.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::HintRefusal;
use crate::node::Node;
use crate::range_set::RangeSet;
use crate::settings::Settings;
use crate::throttle::Throttle;
use crate::version::Siblings;
use crate::{Duration, Event, Instant, Key, Message, NodeId, RequestId};

/// A key that was sent to another node and is not acknowledged yet.
#[derive(Clone, Debug)]
struct PendingHandoff {
    target: NodeId,
    key: Key,
    siblings: Siblings,
    /// Whether the key was kept as a hint; otherwise the target has become its owner.
    hint: bool,
    /// The time at which the message counts as lost, and the key may be sent again.
    deadline: Instant,
}

/// The handoffs of a node, in memory: those in flight, and the limits of their rate.
#[derive(Clone, Debug)]
pub(crate) struct Handoffs {
    pending: BTreeMap<RequestId, PendingHandoff>,
    in_flight: BTreeSet<(NodeId, Key)>,
    hint_throttle: Throttle,
    key_throttle: Throttle,
    next: Option<Instant>,
}

impl Handoffs {
    pub(crate) fn new(settings: &Settings, now: Instant) -> Self {
        Self {
            pending: BTreeMap::new(),
            in_flight: BTreeSet::new(),
            hint_throttle: Throttle::new(settings.hints.keys_per_second, now),
            key_throttle: Throttle::new(settings.streaming.keys_per_second, now),
            next: None,
        }
    }

    pub(crate) fn set_rates(&mut self, settings: &Settings, now: Instant) {
        self.hint_throttle.set_rate(settings.hints.keys_per_second, now);
        self.key_throttle.set_rate(settings.streaming.keys_per_second, now);
    }

    /// Returns the time at which the node checks next for something to hand over.
    pub(crate) const fn next(&self) -> Option<Instant> {
        self.next
    }
}

impl Node {
    /// Starts or stops the periodic checks, as the settings say.
    pub(crate) fn start_handoffs(&mut self, now: Instant) {
        let wanted = self.config.settings.hints.on || self.config.settings.gossip.on;
        let period = self.config.settings.hints.period;
        let next = self.handoffs.next.map_or(now + period, |next| next.min(now + period));
        self.handoffs.next = wanted.then_some(next);
    }

    /// Keeps versions for a replica. Returns whether it did.
    pub(crate) fn keep_hint(
        &mut self,
        now: Instant,
        request: RequestId,
        key: &Key,
        target: NodeId,
        siblings: &Siblings,
    ) -> bool {
        let limits = (self.config.settings.hints.most_per_target, self.replica.order);
        let hints = &mut self.replica.disk.hints;
        let kept = hints.keep(target, key, siblings, now, limits);
        let (held, bytes, key) = (hints.len(), hints.bytes(), key.clone());
        self.replica.emit(if kept {
            Event::HintKept { request, key, target, held, bytes }
        } else {
            Event::HintRefused { request, key, target, why: HintRefusal::Full }
        });
        kept
    }

    /// Checks for something to hand over, when that is due.
    pub(crate) fn run_handoffs(&mut self, now: Instant) {
        if self.handoffs.next.is_none_or(|next| now < next) {
            return;
        }
        self.handoffs.next = Some(now + self.config.settings.hints.period);
        let Handoffs { pending, in_flight, .. } = &mut self.handoffs;
        pending.retain(|_, it| {
            let waits = now < it.deadline;
            if !waits {
                in_flight.remove(&(it.target, it.key.clone()));
            }
            waits
        });
        if self.config.settings.hints.on {
            let targets: Vec<NodeId> =
                self.replica.disk.hints.targets().map(|(target, _)| target).collect();
            targets.into_iter().for_each(|target| self.deliver_hints(now, target));
        }
        // Nodes that have not heard of the last change may still read here. A node that is not a
        // member hears of no changes.
        let is_member = self.replica.disk.membership.get(self.replica.id).is_some();
        let settled = !is_member || self.cluster_view.is_settled(now);
        if self.config.settings.gossip.on && settled {
            self.hand_over_misplaced_keys(now);
        }
    }

    /// Delivers hints to a replica that is believed to be up, as fast as the throttle permits.
    fn deliver_hints(&mut self, now: Instant, target: NodeId) {
        let window = self.config.settings.hints.window;
        let dropped = self.replica.disk.hints.take_older(target, window, now);
        if dropped > 0 {
            let held = self.replica.disk.hints.len();
            self.replica.emit(Event::HintsExpired { target, dropped, held });
        }
        // A coordinator that keeps hints itself may become a replica of the key before its own hint
        // is kept. A hint for itself is then simply its own key.
        if target == self.replica.id || self.is_gone(target) {
            return self.adopt_hints(now, target);
        }
        if !self.cluster_view.believes_up(target) {
            return;
        }
        let waiting: Vec<(Key, Siblings)> = self
            .replica
            .disk
            .hints
            .of(target)
            .filter(|(key, _)| !self.handoffs.in_flight.contains(&(target, (*key).clone())))
            .map(|(key, hint)| (key.clone(), hint.siblings.clone()))
            .collect();
        let granted = self.handoffs.hint_throttle.take(waiting.len() as u32, now);
        for (key, siblings) in waiting.into_iter().take(granted as usize) {
            self.send_handoff(now, target, key, siblings, true);
        }
    }

    fn is_gone(&self, node: NodeId) -> bool {
        self.replica.disk.membership.get(node).is_some_and(|member| member.status.is_gone())
    }

    /// Turns the hints for a node that is gone into the node's own keys, to hand them to their new
    /// owners.
    fn adopt_hints(&mut self, now: Instant, target: NodeId) {
        let keys: Vec<Key> =
            self.replica.disk.hints.of(target).map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(hint) = self.replica.disk.hints.take(target, &key) {
                self.replica.merge(now, &key, &hint.siblings);
            }
        }
    }

    /// Hands over keys that other nodes own now, as fast as the throttle permits. A key is
    /// forgotten only once one of its owners has it.
    fn hand_over_misplaced_keys(&mut self, now: Instant) {
        let (n, own) = (self.config.quorum.n(), self.replica.id);
        if self.streams.own_positions.is_none() {
            // The rings have never changed, but a sloppy read may have repaired a stand-in.
            let arcs = self.cluster_view.ring().arcs_of(own, n);
            self.streams.own_positions = Some(RangeSet::of(arcs));
        }
        let Some(own_positions) = self.own_positions() else { return };
        let mut misplaced: Vec<(NodeId, Key, Siblings)> = Vec::new();
        // No more than the throttle can ever permit at once: the others wait for the next check.
        let most = self.config.settings.streaming.keys_per_second as usize;
        'gaps: for gap in own_positions.gaps() {
            for (key, siblings) in self.replica.disk.storage.within(gap) {
                if misplaced.len() >= most {
                    break 'gaps;
                }
                let owners = self.cluster_view.ring().preference_list(key.position(), n);
                let up = |node: &&NodeId| **node != own && self.cluster_view.believes_up(**node);
                if let Some(&owner) = owners.iter().find(up)
                    && !self.handoffs.in_flight.contains(&(owner, key.clone()))
                {
                    misplaced.push((owner, key.clone(), siblings.clone()));
                }
            }
        }
        let granted = self.handoffs.key_throttle.take(misplaced.len() as u32, now);
        for (owner, key, siblings) in misplaced.into_iter().take(granted as usize) {
            self.send_handoff(now, owner, key, siblings, false);
        }
    }

    fn send_handoff(
        &mut self,
        now: Instant,
        target: NodeId,
        key: Key,
        siblings: Siblings,
        hint: bool,
    ) {
        let cause = self.replica.begin_task();
        let silence_timeout = self.config.request_timeout.as_us().saturating_mul(2);
        let deadline = now + Duration::from_us(silence_timeout);
        self.replica.emit(Event::HandingOff { cause, key: key.clone(), target, hint });
        self.handoffs.in_flight.insert((target, key.clone()));
        let pending =
            PendingHandoff { target, key: key.clone(), siblings: siblings.clone(), hint, deadline };
        self.handoffs.pending.insert(cause, pending);
        self.replica.send(target, Message::HandOff { cause, key, siblings });
    }

    /// Merges the versions that another node hands to this one.
    pub(crate) fn accept_handoff(
        &mut self,
        now: Instant,
        from: NodeId,
        cause: RequestId,
        key: Key,
        siblings: &Siblings,
    ) {
        let changed = self.replica.merge(now, &key, siblings).changed;
        self.replica.emit(Event::AcceptedHandoff { cause, key, from, changed });
        self.replica.send(from, Message::HandOffAck { cause });
    }

    /// Drops a key whose handoff was acknowledged.
    pub(crate) fn complete_handoff(&mut self, from: NodeId, cause: RequestId) {
        let Some(pending) = self.handoffs.pending.remove(&cause) else { return };
        let PendingHandoff { target, key, siblings, hint, .. } = pending;
        self.handoffs.in_flight.remove(&(target, key.clone()));
        assert_eq!(from, target, "only the target acknowledges a handoff");
        let order = self.replica.order;
        if hint {
            if !self.replica.disk.hints.drop_delivered(target, &key, &siblings, order) {
                return;
            }
        } else {
            let is_own = self.own_positions().is_some_and(|it| it.contains(key.position()));
            let held = self.replica.disk.get(&key);
            if is_own || held.is_none_or(|held| !siblings.covers(held, order)) {
                return;
            }
            self.replica.change(&key, |disk| disk.storage.forget(&key));
        }
        let held = self.replica.disk.hints.len();
        self.replica.emit(Event::HandedOff { cause, key, target, hint, held });
    }
}
