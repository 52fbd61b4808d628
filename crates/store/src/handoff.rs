//! Handing over: hints to the replicas that they were kept for, and keys to their new owners.

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::Coverage;
use crate::event::HintRefusal;
use crate::node::Node;
use crate::settings::Settings;
use crate::streaming::arcs_of;
use crate::throttle::Throttle;
use crate::version::Siblings;
use crate::{Duration, Event, Instant, Key, Message, NodeId, RequestId};

/// A key on its way to another node.
#[derive(Clone, Debug)]
struct Sent {
    target: NodeId,
    key: Key,
    siblings: Siblings,
    /// Whether it is kept as a hint; otherwise it is a key that has become the other's.
    hint: bool,
    /// When it counts as lost, and may be sent again.
    deadline: Instant,
}

/// What a node is handing over, in memory: what is on its way, and how fast it may go.
#[derive(Clone, Debug)]
pub(crate) struct HandOffs {
    sent: BTreeMap<RequestId, Sent>,
    busy: BTreeSet<(NodeId, Key)>,
    hint_throttle: Throttle,
    key_throttle: Throttle,
    next: Option<Instant>,
}

impl HandOffs {
    pub(crate) fn new(settings: &Settings, now: Instant) -> Self {
        Self {
            sent: BTreeMap::new(),
            busy: BTreeSet::new(),
            hint_throttle: Throttle::new(settings.hints.keys_per_second, now),
            key_throttle: Throttle::new(settings.streaming.keys_per_second, now),
            next: None,
        }
    }

    pub(crate) fn set_rates(&mut self, settings: &Settings, now: Instant) {
        self.hint_throttle.set_rate(settings.hints.keys_per_second, now);
        self.key_throttle.set_rate(settings.streaming.keys_per_second, now);
    }

    /// Gives when the node looks next whether it can hand something over.
    pub(crate) const fn next(&self) -> Option<Instant> {
        self.next
    }
}

impl Node {
    /// Starts or stops the looks, as the settings say.
    pub(crate) fn start_hand_offs(&mut self, now: Instant) {
        let wanted = self.config.settings.hints.on || self.config.settings.gossip.on;
        let period = self.config.settings.hints.period;
        let next = self.hand_offs.next.map_or(now + period, |next| next.min(now + period));
        self.hand_offs.next = wanted.then_some(next);
    }

    /// Keeps versions for a replica; tells whether it did.
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
        self.replica.tell(if kept {
            Event::HintKept { request, key, target, held, bytes }
        } else {
            Event::HintRefused { request, key, target, why: HintRefusal::Full }
        });
        kept
    }

    /// Looks whether something can be handed over, when that is due.
    pub(crate) fn hand_off(&mut self, now: Instant) {
        if self.hand_offs.next.is_none_or(|next| now < next) {
            return;
        }
        self.hand_offs.next = Some(now + self.config.settings.hints.period);
        let HandOffs { sent, busy, .. } = &mut self.hand_offs;
        sent.retain(|_, it| {
            let waits = now < it.deadline;
            if !waits {
                busy.remove(&(it.target, it.key.clone()));
            }
            waits
        });
        if self.config.settings.hints.on {
            let targets: Vec<NodeId> =
                self.replica.disk.hints.targets().map(|(target, _)| target).collect();
            targets.into_iter().for_each(|target| self.deliver_hints(now, target));
        }
        // Who has not heard of the last change may still read here. Who is no member is told of none.
        let is_member = self.replica.disk.view.get(self.replica.id).is_some();
        let settled = !is_member || self.beliefs.is_settled(now);
        if self.config.settings.gossip.on && settled {
            self.hand_over_strays(now);
        }
    }

    /// Delivers hints to a replica that is believed to be up, as fast as the throttle lets.
    fn deliver_hints(&mut self, now: Instant, target: NodeId) {
        let window = self.config.settings.hints.window;
        let dropped = self.replica.disk.hints.take_older(target, window, now);
        if dropped > 0 {
            let held = self.replica.disk.hints.len();
            self.replica.tell(Event::HintsExpired { target, dropped, held });
        }
        // A coordinator that keeps hints itself may become a replica of the key while it waits for its own
        // hint to be kept: what it keeps for itself then is simply its own.
        if target == self.replica.id || self.is_gone(target) {
            return self.adopt_hints(now, target);
        }
        if !self.beliefs.believes_up(target) {
            return;
        }
        let waiting: Vec<(Key, Siblings)> = self
            .replica
            .disk
            .hints
            .of(target)
            .filter(|(key, _)| !self.hand_offs.busy.contains(&(target, (*key).clone())))
            .map(|(key, hint)| (key.clone(), hint.siblings.clone()))
            .collect();
        let granted = self.hand_offs.hint_throttle.take(waiting.len() as u32, now);
        for (key, siblings) in waiting.into_iter().take(granted as usize) {
            self.send_hand_off(now, target, key, siblings, true);
        }
    }

    fn is_gone(&self, node: NodeId) -> bool {
        self.replica.disk.view.get(node).is_some_and(|member| member.status.is_gone())
    }

    /// Takes the hints for a node that is gone for the node's own, to be handed to their new owners.
    fn adopt_hints(&mut self, now: Instant, target: NodeId) {
        let keys: Vec<Key> =
            self.replica.disk.hints.of(target).map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(hint) = self.replica.disk.hints.take(target, &key) {
                self.replica.merge(now, &key, &hint.siblings);
            }
        }
    }

    /// Hands over keys that are others' now, as fast as the throttle lets: a key is forgotten only
    /// once one of its owners has it.
    fn hand_over_strays(&mut self, now: Instant) {
        let (n, own) = (self.config.quorum.n(), self.replica.id);
        if self.streams.mine.is_none() {
            // The rings have never changed, but a sloppy read may have repaired a stand-in.
            let arcs = arcs_of(self.beliefs.ring(), own, n);
            self.streams.mine = Some(Coverage::of(arcs));
        }
        let Some(mine) = self.own_positions() else { return };
        let mut strays: Vec<(NodeId, Key, Siblings)> = Vec::new();
        // As many as the throttle can ever let go at once: the others wait for the next look.
        let most = self.config.settings.streaming.keys_per_second as usize;
        'gaps: for gap in mine.gaps() {
            for (key, siblings) in self.replica.disk.storage.within(gap) {
                if strays.len() >= most {
                    break 'gaps;
                }
                let owners = self.beliefs.ring().preference_list(key.position(), n);
                let up = |node: &&NodeId| **node != own && self.beliefs.believes_up(**node);
                if let Some(&owner) = owners.iter().find(up)
                    && !self.hand_offs.busy.contains(&(owner, key.clone()))
                {
                    strays.push((owner, key.clone(), siblings.clone()));
                }
            }
        }
        let granted = self.hand_offs.key_throttle.take(strays.len() as u32, now);
        for (owner, key, siblings) in strays.into_iter().take(granted as usize) {
            self.send_hand_off(now, owner, key, siblings, false);
        }
    }

    fn send_hand_off(
        &mut self,
        now: Instant,
        target: NodeId,
        key: Key,
        siblings: Siblings,
        hint: bool,
    ) {
        let cause = self.replica.begin_work();
        let patience = self.config.request_timeout.as_us().saturating_mul(2);
        let deadline = now + Duration::from_us(patience);
        self.replica.tell(Event::HandingOff { cause, key: key.clone(), target, hint });
        self.hand_offs.busy.insert((target, key.clone()));
        let sent = Sent { target, key: key.clone(), siblings: siblings.clone(), hint, deadline };
        self.hand_offs.sent.insert(cause, sent);
        self.replica.send(target, Message::HandOff { cause, key, siblings });
    }

    /// Takes what another node kept for this one.
    pub(crate) fn take_over(
        &mut self,
        now: Instant,
        from: NodeId,
        cause: RequestId,
        key: Key,
        siblings: &Siblings,
    ) {
        let changed = self.replica.merge(now, &key, siblings).changed;
        self.replica.tell(Event::TookOver { cause, key, from, changed });
        self.replica.send(from, Message::HandOffAck { cause });
    }

    /// Keeps what has arrived no longer.
    pub(crate) fn handed_off(&mut self, from: NodeId, cause: RequestId) {
        let Some(sent) = self.hand_offs.sent.remove(&cause) else { return };
        let Sent { target, key, siblings, hint, .. } = sent;
        self.hand_offs.busy.remove(&(target, key.clone()));
        assert_eq!(from, target, "only who was sent something acknowledges it");
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
            self.replica.changing(&key, |disk| disk.storage.forget(&key));
        }
        let held = self.replica.disk.hints.len();
        self.replica.tell(Event::HandedOff { cause, key, target, hint, held });
    }
}
