//! What an observer sees of exchanges and of one node's judgement of another: beside the copies
//! themselves, and like them at the instant at which it happens.
//!
//! The journal has the outside of a message and what nodes say of themselves. How much a message carries,
//! what both sides of a comparison hold, and when a heartbeat is heard of are seen here.

use ringside_store::version::Siblings;
use ringside_store::{Cargo, Event, Hearing, Holding, Key, Message, NodeId, Range, RequestId};

use super::{Cluster, Seen};
use crate::journal::Envelope;

/// How many keys may be looked at for exchanges beyond one for each entry of the journal, so that
/// watching costs little beside the run itself.
const KEYS_AHEAD: u64 = 20_000;

/// An exchange of anti-entropy that a node began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeBegun {
    /// The exchange.
    pub exchange: RequestId,
    /// Who began it, and with whom.
    pub ends: [NodeId; 2],
    /// The depth of the trees.
    pub depth: u8,
    /// The ranges whose trees are compared.
    pub ranges: Vec<Range>,
    /// What each end holds of each range, by bucket; none where counting it would cost too much.
    pub holdings: Option<[Vec<Vec<Holding>>; 2]>,
}

/// A message of an exchange that went on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeTold {
    /// The outside of the message.
    pub message: Envelope,
    /// What it carries, counted.
    pub cargo: Cargo,
}

/// A key that two replicas do not hold alike, as it stood when one of them found that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingKey {
    /// The exchange.
    pub exchange: RequestId,
    /// Who found it, and whose peer is the other one.
    pub ends: [NodeId; 2],
    /// The key.
    pub key: Key,
    /// What each of them held.
    pub held: [Siblings; 2],
}

/// Of whom an observer wants to know what one judges the other by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Listening {
    pair: (NodeId, NodeId),
    seen: Option<Hearing>,
}

impl Cluster {
    /// Begins to note whenever it changes what a node judges another by, or leaves off. One pair is
    /// watched at a time, and only while the cluster is watched at all.
    pub fn listen_in(&mut self, pair: Option<(NodeId, NodeId)>) {
        let listening = pair.map(|pair| Listening { pair, seen: self.hearing(pair) });
        if let Some(sightings) = &mut self.sightings {
            sightings.listening = listening;
        }
    }

    /// Gives what a node judges another by now; none where it is stopped, or does not listen to it.
    pub fn hearing(&self, (observer, peer): (NodeId, NodeId)) -> Option<Hearing> {
        self.machines.get(observer.index()).and_then(|it| it.node()?.hearing(peer))
    }

    /// Looks whether it has changed what the watched node judges the watched peer by.
    pub(super) fn sight_hearing(&mut self) {
        let Some(listening) = self.sightings.as_ref().and_then(|it| it.listening) else { return };
        let hearing = self.hearing(listening.pair);
        if hearing != listening.seen {
            self.see(Seen::Hearing(hearing));
            if let Some(sightings) = &mut self.sightings {
                sightings.listening = Some(Listening { seen: hearing, ..listening });
            }
        }
    }

    /// Tells whether a node is the one whose judgement is watched.
    pub(super) fn is_listened_to(&self, node: NodeId) -> bool {
        let listening = self.sightings.as_ref().and_then(|it| it.listening);
        listening.is_some_and(|it| it.pair.0 == node)
    }

    /// Looks at a message that goes on its way.
    pub(super) fn sight_message(&mut self, message: Envelope, content: &Message) {
        if self.sightings.is_some()
            && let Some(cargo) = content.cargo()
        {
            self.see(Seen::Told(ExchangeTold { message, cargo }));
        }
    }

    /// Looks at what a node has just told of itself.
    pub(super) fn sight_event(&mut self, node: NodeId, event: &Event) {
        if self.sightings.is_none() {
            return;
        }
        match event {
            Event::ExchangeBegan { exchange, peer, .. } => {
                let begun = self.look_at_exchange(*exchange, [node, *peer]);
                self.see(Seen::Begun(Box::new(begun)));
            }
            Event::KeysCompared { exchange, peer, differing, .. } => {
                for key in differing {
                    let (exchange, ends, key) = (*exchange, [node, *peer], key.clone());
                    let held = ends.map(|end| self.held(end, &key));
                    self.see(Seen::Differs(Box::new(DifferingKey { exchange, ends, key, held })));
                }
            }
            _ => {}
        }
    }

    fn held(&self, node: NodeId, key: &Key) -> Siblings {
        let machine = self.machines.get(node.index());
        machine.and_then(|it| it.disk().get(key)).cloned().unwrap_or_default()
    }

    fn look_at_exchange(&mut self, exchange: RequestId, ends: [NodeId; 2]) -> ExchangeBegun {
        let depth = self.config.settings.anti_entropy.depth;
        let node = self.machines[ends[0].index()].node();
        let ranges = node.into_iter().flat_map(|node| {
            let shared = node.shared_ranges(ends[1]).iter();
            shared.copied().filter(|range| node.tree(*range).is_some())
        });
        let ranges: Vec<Range> = ranges.collect();
        let disks = ends.map(|end| self.machines[end.index()].disk());
        let keys = disks.map(|disk| u64::from(disk.live_keys()) + u64::from(disk.tombstones()));
        let allowed = self.journal.written() + KEYS_AHEAD;
        let looked = self.sightings.as_ref().map_or(0, |it| it.looked) + keys[0] + keys[1];
        let holdings = (looked <= allowed)
            .then(|| disks.map(|it| ranges.iter().map(|&r| it.holdings(r, depth)).collect()));
        if let (true, Some(sightings)) = (holdings.is_some(), &mut self.sightings) {
            sightings.looked = looked;
        }
        ExchangeBegun { exchange, ends, depth, ranges, holdings }
    }

    fn see(&mut self, what: Seen) {
        let (before, at) = (self.journal.written(), self.now);
        if let Some(sightings) = &mut self.sightings {
            sightings.note(before, at, what);
        }
    }
}
