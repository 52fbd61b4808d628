//! Network model: delays, losses and duplicates of messages, and cut, clogged and impaired links.

use std::collections::{BTreeMap, BTreeSet};

use ringside_random::{Latency, Seed};
use ringside_store::{Duration, NodeId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{Endpoint, MessageKind};

/// The behaviour of the channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Channels {
    /// The latency of messages between nodes.
    pub latency: Latency,
    /// The latencies of the messages of writes and reads, if they differ.
    pub legs: Legs,
    /// The regions, or `None` if all nodes are near each other.
    pub regions: Option<Regions>,
    /// The latency of messages between a client and a node. They are never lost: a client's faults
    /// would hide the store's.
    pub client_latency: Latency,
    /// The share of messages between nodes that are lost, from 0 to 1.
    pub loss: f64,
    /// The share of messages between nodes that arrive a second time, from 0 to 1. The second copy
    /// has draws of its own.
    pub duplication: f64,
    /// The share of messages between nodes that take a second delay on top of theirs, from 0 to 1,
    /// so that later ones overtake them even if the latency is constant.
    pub reordering: f64,
    /// The links with a behaviour of their own, by sender and receiver.
    pub links: BTreeMap<(NodeId, NodeId), LinkModel>,
}

impl Channels {
    /// Returns the latency model of a message on a link without one of its own, and the additional
    /// delay between regions.
    fn usual(&self, kind: MessageKind, from: NodeId, to: NodeId) -> (&Latency, Duration) {
        let is_far = |regions: &Regions| regions.of(from) != regions.of(to);
        let extra = self.regions.filter(is_far).map_or(Duration::ZERO, |regions| regions.apart);
        (self.legs.of(kind).unwrap_or(&self.latency), extra)
    }
}

/// The latencies of the four legs of WARS (Bailis et al., VLDB 2012, section 4.1); a leg without
/// one has that of all other messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Legs {
    /// A write from its coordinator to a replica.
    pub w: Option<Latency>,
    /// The acknowledgement of a write.
    pub a: Option<Latency>,
    /// A read from its coordinator to a replica, of versions or of a digest.
    pub r: Option<Latency>,
    /// The answer to a read.
    pub s: Option<Latency>,
}

impl Legs {
    /// Returns the model of a kind of message, or `None` if it has none of its own.
    const fn of(&self, kind: MessageKind) -> Option<&Latency> {
        match kind {
            MessageKind::Write => self.w.as_ref(),
            MessageKind::WriteAck => self.a.as_ref(),
            MessageKind::Read | MessageKind::Digest => self.r.as_ref(),
            MessageKind::ReadAnswer | MessageKind::DigestAnswer => self.s.as_ref(),
            _ => None,
        }
    }
}

/// Regions, such as data centres: a message from one to another takes longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// The number of regions. The nodes are assigned to them round-robin.
    pub count: u16,
    /// The additional delay of a message from one to another.
    pub apart: Duration,
}

impl Regions {
    /// Returns the number of a node's region, from zero.
    pub const fn of(&self, node: NodeId) -> u16 {
        if self.count == 0 { 0 } else { node.0 % self.count }
    }
}

/// The behaviour of one direction of a link, if it differs from other links.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkModel {
    /// The latency of messages of every kind and between any regions, or `None` for that of other
    /// links.
    pub latency: Option<Latency>,
    /// The share of messages lost, or `None` for that of other links.
    pub loss: Option<f64>,
}

/// The identity of a message, from which its random draws follow. It does not depend on when the
/// message was sent or on what happened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The request that caused it.
    pub(crate) request: RequestId,
    pub(crate) kind: MessageKind,
    pub(crate) from: Endpoint,
    pub(crate) to: Endpoint,
    /// Distinguishes the messages of one kind that one request causes between the same two
    /// endpoints.
    pub(crate) step: u32,
    /// Whether it is the second copy that a channel made.
    pub(crate) copy: bool,
}

/// The child seeds of a message beyond that of its delay. Steps, which are below 2^32, have child
/// seeds as well.
const COPY: u64 = 1 << 32;
const DUPLICATION: u64 = 2 << 32;
const REORDERING: u64 = 3 << 32;

impl Identity {
    /// Returns the seed of this message, derived from that of a purpose.
    pub(crate) const fn seed(&self, purpose: Seed) -> Seed {
        let leg =
            (self.kind.number() as u64) << 40 | self.from.identity() << 20 | self.to.identity();
        let mut seed = purpose.child(self.request.0).child(leg);
        if self.step != 0 {
            seed = seed.child(self.step as u64);
        }
        if self.copy {
            seed = seed.child(COPY);
        }
        seed
    }
}

/// The effect of the network on one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Its delay.
    pub(crate) delay: Duration,
    /// Whether it is lost on its way.
    pub(crate) lost: bool,
    /// Whether a second copy of it is sent. Copies are not duplicated again.
    pub(crate) duplicated: bool,
}

/// The impairment of one direction of a link, on top of the behaviour of its channel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkImpairment {
    /// The additional delay of each message.
    pub slower: Duration,
    /// The share of messages lost, or `None` for that of its channel.
    pub loss: Option<f64>,
}

/// The network: the channels, and the cuts, clogs and impairments in force.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) channels: Channels,
    cuts: BTreeSet<(NodeId, NodeId)>,
    clogs: BTreeSet<(NodeId, NodeId)>,
    impairments: BTreeMap<(NodeId, NodeId), LinkImpairment>,
    seed: Seed,
}

impl Network {
    pub(crate) const fn new(channels: Channels, seed: Seed) -> Self {
        Self {
            channels,
            cuts: BTreeSet::new(),
            clogs: BTreeSet::new(),
            impairments: BTreeMap::new(),
            seed,
        }
    }

    /// Draws the fate of a message. It depends on the message's identity, and on nothing that
    /// happened before.
    pub(crate) fn fate(&self, message: &Identity) -> Fate {
        let seed = message.seed(self.seed);
        let mut draws = seed.draws();
        // Whether it is lost is drawn first and always, so that a change of the loss leaves the
        // delays as they were.
        let chance = draws.unit();
        let channels = &self.channels;
        let (Endpoint::Node(from), Endpoint::Node(to)) = (message.from, message.to) else {
            let delay = Duration::from_us(channels.client_latency.sample_us(&mut draws));
            return Fate { delay, lost: false, duplicated: false };
        };
        let own = channels.links.get(&(from, to));
        let impairment = self.impairment(from, to);
        let loss = impairment.loss.or(own.and_then(|link| link.loss)).unwrap_or(channels.loss);
        let (latency, extra) = match own.and_then(|link| link.latency.as_ref()) {
            Some(latency) => (latency, Duration::ZERO),
            None => channels.usual(message.kind, from, to),
        };
        let mut us = latency.sample_us(&mut draws).saturating_add(extra.as_us());
        // Draws of their own, so that these shares leave all other draws as they were.
        let mut overtaken = seed.child(REORDERING).draws();
        if channels.reordering > 0.0 && overtaken.happens(channels.reordering) {
            us = us.saturating_add(latency.sample_us(&mut overtaken));
        }
        us = us.saturating_add(impairment.slower.as_us());
        let duplicated = channels.duplication > 0.0
            && !message.copy
            && seed.child(DUPLICATION).draws().happens(channels.duplication);
        Fate { delay: Duration::from_us(us), lost: chance <= loss, duplicated }
    }

    /// Whether a link is cut in this direction. Links of clients never are.
    pub(crate) fn is_cut(&self, from: Endpoint, to: Endpoint) -> bool {
        is_in(&self.cuts, from, to)
    }

    /// Whether a link is clogged in this direction. Links of clients never are.
    pub(crate) fn is_clogged(&self, from: Endpoint, to: Endpoint) -> bool {
        is_in(&self.clogs, from, to)
    }

    /// Cuts a link in one direction. Returns `false` if it was cut already.
    pub(crate) fn cut(&mut self, from: NodeId, to: NodeId) -> bool {
        from != to && self.cuts.insert((from, to))
    }

    /// Mends a link in one direction. Returns `false` if it was not cut.
    pub(crate) fn mend(&mut self, from: NodeId, to: NodeId) -> bool {
        self.cuts.remove(&(from, to))
    }

    /// Mends every cut.
    pub(crate) fn heal(&mut self) {
        self.cuts.clear();
    }

    /// Clogs a link in one direction. Returns `false` if it was clogged already.
    pub(crate) fn clog(&mut self, from: NodeId, to: NodeId) -> bool {
        from != to && self.clogs.insert((from, to))
    }

    /// Unclogs a link in one direction. Returns `false` if it was not clogged.
    pub(crate) fn unclog(&mut self, from: NodeId, to: NodeId) -> bool {
        self.clogs.remove(&(from, to))
    }

    /// Returns the impairment of a link in one direction.
    pub(crate) fn impairment(&self, from: NodeId, to: NodeId) -> LinkImpairment {
        self.impairments.get(&(from, to)).copied().unwrap_or_default()
    }

    /// Sets the impairment of a link in one direction.
    pub(crate) fn set_impairment(&mut self, from: NodeId, to: NodeId, impairment: LinkImpairment) {
        if impairment == LinkImpairment::default() {
            self.impairments.remove(&(from, to));
        } else {
            self.impairments.insert((from, to), impairment);
        }
    }

    /// The impaired links, by sender and receiver.
    pub(crate) const fn impairments(&self) -> &BTreeMap<(NodeId, NodeId), LinkImpairment> {
        &self.impairments
    }

    /// The cut links, by sender and receiver.
    pub(crate) const fn cuts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        &self.cuts
    }

    /// The clogged links, by sender and receiver.
    pub(crate) const fn clogs(&self) -> &BTreeSet<(NodeId, NodeId)> {
        &self.clogs
    }
}

/// Whether a set contains the link between two nodes.
fn is_in(links: &BTreeSet<(NodeId, NodeId)>, from: Endpoint, to: Endpoint) -> bool {
    match (from, to) {
        (Endpoint::Node(from), Endpoint::Node(to)) => {
            !links.is_empty() && links.contains(&(from, to))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(loss: f64) -> Network {
        let channels = Channels {
            latency: Latency::Exponential { mean_us: 5_000.0 },
            legs: Legs::default(),
            regions: None,
            client_latency: Latency::Constant { us: 1_000 },
            loss,
            duplication: 0.0,
            reordering: 0.0,
            links: BTreeMap::from([(
                (NodeId(0), NodeId(1)),
                LinkModel { latency: Some(Latency::Constant { us: 7 }), loss: Some(0.0) },
            )]),
        };
        Network::new(channels, Seed::new(1))
    }

    fn node(id: u16) -> Endpoint {
        Endpoint::Node(NodeId(id))
    }

    fn message(request: u64, kind: MessageKind, from: Endpoint, to: Endpoint) -> Identity {
        Identity { request: RequestId(request), kind, from, to, step: 0, copy: false }
    }

    /// Returns the fates of a thousand writes from B to C.
    fn fates(network: &Network) -> Vec<Fate> {
        let write = |n| network.fate(&message(n, MessageKind::Write, node(1), node(2)));
        (0..1_000).map(write).collect()
    }

    #[test]
    fn a_change_of_the_loss_leaves_the_delays_as_they_were() {
        let (calm, rough) = (fates(&network(0.0)), fates(&network(0.5)));
        assert!(calm.iter().zip(&rough).all(|(a, b)| a.delay == b.delay));
        assert!(calm.iter().all(|fate| !fate.lost));
        let lost = rough.iter().filter(|fate| fate.lost).count();
        assert!((430..570).contains(&lost), "{lost} of 1,000 lost at one half");
    }

    #[test]
    fn an_impairment_slows_and_loses_messages_of_its_link_only() {
        let plain = network(0.1);
        let mut impaired = network(0.1);
        let (slower, loss) = (Duration::from_ms(40), Some(0.6));
        impaired.set_impairment(NodeId(1), NodeId(2), LinkImpairment { slower, loss });
        let pairs: Vec<_> = fates(&plain).into_iter().zip(fates(&impaired)).collect();
        let by = slower.as_us();
        assert!(pairs.iter().all(|(was, is)| is.delay.as_us() == was.delay.as_us() + by));
        assert!(
            pairs.iter().all(|(was, is)| is.lost || !was.lost),
            "a message that was lost still is"
        );
        let gone = pairs.iter().filter(|(_, is)| is.lost).count();
        assert!((530..670).contains(&gone), "{gone} of 1,000 lost at six tenths");

        let back = |network: &Network, n| {
            network.fate(&message(n, MessageKind::WriteAck, node(2), node(1)))
        };
        assert!(
            (0..500).all(|n| back(&plain, n) == back(&impaired, n)),
            "the other direction is unchanged"
        );
        // A link with a model and a loss of its own is impaired as well.
        let own =
            |network: &Network| network.fate(&message(1, MessageKind::Write, node(0), node(1)));
        impaired.set_impairment(NodeId(0), NodeId(1), LinkImpairment { slower, loss: Some(1.0) });
        assert_eq!(own(&impaired).delay.as_us(), own(&plain).delay.as_us() + by);
        assert_eq!((own(&plain).lost, own(&impaired).lost), (false, true));

        impaired.set_impairment(NodeId(1), NodeId(2), LinkImpairment::default());
        assert_eq!(fates(&impaired), fates(&plain));
        assert_eq!(impaired.impairments().len(), 1, "a default impairment is not listed");
    }

    #[test]
    fn duplication_and_reordering_take_their_shares_and_change_no_other_draws() {
        let plain = fates(&network(0.3));
        let mut odd = network(0.3);
        (odd.channels.duplication, odd.channels.reordering) = (0.2, 0.4);
        let odd = fates(&odd);
        assert!(plain.iter().zip(&odd).all(|(a, b)| a.lost == b.lost && a.delay <= b.delay));
        let late = plain.iter().zip(&odd).filter(|(a, b)| a.delay < b.delay).count();
        let duplicated = odd.iter().filter(|fate| fate.duplicated).count();
        assert!((340..460).contains(&late), "{late} of 1,000 late at four tenths");
        assert!((150..250).contains(&duplicated), "{duplicated} of 1,000 duplicated at two tenths");
        assert!(plain.iter().all(|fate| !fate.duplicated));
    }

    #[test]
    fn each_leg_step_and_copy_has_draws_of_its_own() {
        let network = network(0.0);
        let fate = |message: Identity| network.fate(&message).delay;
        let write = message(9, MessageKind::Write, node(1), node(2));
        let delays = [
            fate(write),
            fate(Identity { kind: MessageKind::WriteAck, ..write }),
            fate(Identity { from: node(2), to: node(1), ..write }),
            fate(Identity { to: node(3), ..write }),
            fate(Identity { step: 1, ..write }),
            fate(Identity { step: 2, ..write }),
            fate(Identity { copy: true, ..write }),
            fate(Identity { step: 1, copy: true, ..write }),
        ];
        for (index, delay) in delays.iter().enumerate() {
            assert!(!delays[..index].contains(delay), "{delays:?}");
        }
    }

    #[test]
    fn a_copy_is_not_duplicated_again() {
        let mut network = network(0.0);
        network.channels.duplication = 1.0;
        let write = message(1, MessageKind::Write, node(1), node(2));
        assert!(network.fate(&write).duplicated);
        assert!(!network.fate(&Identity { copy: true, ..write }).duplicated);
    }

    #[test]
    fn links_and_clients_have_models_of_their_own() {
        let mut network = network(1.0);
        (network.channels.duplication, network.channels.reordering) = (1.0, 0.0);
        let own = network.fate(&message(1, MessageKind::Read, node(0), node(1)));
        assert_eq!((own.delay, own.lost), (Duration::from_us(7), false));
        let client = Endpoint::Client(crate::ClientId::USER);
        let ask = network.fate(&message(1, MessageKind::Request, client, node(1)));
        assert_eq!(ask, Fate { delay: Duration::from_ms(1), lost: false, duplicated: false });
        assert!(network.fate(&message(1, MessageKind::Read, node(1), node(0))).lost);
    }

    #[test]
    fn legs_have_models_of_their_own_and_other_messages_the_usual_one() {
        let mut network = network(0.0);
        let usual: Vec<Fate> = MessageKind::ALL.map(|kind| fate_of(&network, kind)).into();
        let constant = |us| Some(Latency::Constant { us });
        network.channels.legs =
            Legs { w: constant(1), a: constant(2), r: constant(3), s: constant(4) };
        for (kind, usual) in MessageKind::ALL.into_iter().zip(usual) {
            let expected = match kind {
                MessageKind::Write => 1,
                MessageKind::WriteAck => 2,
                MessageKind::Read | MessageKind::Digest => 3,
                MessageKind::ReadAnswer | MessageKind::DigestAnswer => 4,
                _ => usual.delay.as_us(),
            };
            assert_eq!(fate_of(&network, kind).delay.as_us(), expected, "{kind}");
        }
        network.channels.legs.a = None;
        let ack = message(1, MessageKind::WriteAck, node(1), node(2));
        assert!(
            network.fate(&ack).delay > Duration::from_us(2),
            "a leg without a model is as usual"
        );
    }

    fn fate_of(network: &Network, kind: MessageKind) -> Fate {
        network.fate(&message(1, kind, node(1), node(2)))
    }

    #[test]
    fn messages_between_regions_take_longer_and_no_draws_change() {
        let (near, mut far) = (network(0.3), network(0.3));
        far.channels.regions = Some(Regions { count: 3, apart: Duration::from_ms(75) });
        let delay = |network: &Network, from, to| {
            let fate = network.fate(&message(1, MessageKind::Gossip, node(from), node(to)));
            (fate.delay.as_us(), fate.lost)
        };
        for (from, to) in [(1, 2), (2, 1), (5, 7), (1, 4), (9, 0)] {
            let (usual, lost) = delay(&near, from, to);
            let expected = if from % 3 == to % 3 { usual } else { usual + 75_000 };
            assert_eq!(delay(&far, from, to), (expected, lost), "{from} to {to}");
        }
        assert_eq!(delay(&far, 0, 1).0, 7, "a link's own model includes the distance");
    }

    #[test]
    fn cuts_and_clogs_have_a_direction() {
        let mut network = network(0.0);
        assert!(network.cut(NodeId(0), NodeId(1)));
        assert!(!network.cut(NodeId(0), NodeId(1)), "already cut");
        assert!(network.is_cut(node(0), node(1)) && !network.is_cut(node(1), node(0)));
        assert!(network.mend(NodeId(0), NodeId(1)) && !network.mend(NodeId(0), NodeId(1)));
        assert!(!network.is_cut(node(0), node(1)));
        network.cut(NodeId(0), NodeId(1));
        network.heal();
        assert!(!network.is_cut(node(0), node(1)));
        assert!(network.clog(NodeId(2), NodeId(1)) && !network.clog(NodeId(2), NodeId(1)));
        assert!(network.is_clogged(node(2), node(1)) && !network.is_clogged(node(1), node(2)));
        assert!(network.unclog(NodeId(2), NodeId(1)) && !network.unclog(NodeId(2), NodeId(1)));
    }
}
