//! The channels: how long messages take, which are lost or doubled, and which links are cut or clogged.

use std::collections::{BTreeMap, BTreeSet};

use ringside_random::{Latency, Seed};
use ringside_store::{Duration, NodeId, RequestId};
use serde::{Deserialize, Serialize};

use crate::{End, Kind};

/// How the channels behave.
#[derive(Clone, Debug, PartialEq)]
pub struct Channels {
    /// How long messages between nodes take.
    pub latency: Latency,
    /// How long those that carry out a write or a read take, where they differ from the rest.
    pub legs: Legs,
    /// Which nodes are far from which; all are near where there is none.
    pub regions: Option<Regions>,
    /// How long messages between a client and a node take. They are never lost: a client's troubles
    /// would hide the store's.
    pub client_latency: Latency,
    /// The share of messages between nodes that are lost, from 0 to 1.
    pub loss: f64,
    /// The share of messages between nodes that arrive a second time, from 0 to 1. The second copy
    /// has luck of its own.
    pub duplication: f64,
    /// The share of messages between nodes that take a second delay on top of theirs, from 0 to 1,
    /// so that later ones overtake them even where the latency is constant.
    pub reordering: f64,
    /// Links with a behaviour of their own, by sender and receiver.
    pub links: BTreeMap<(NodeId, NodeId), Link>,
}

impl Channels {
    /// Gives how long a message takes on a link without a model of its own, and how much longer because
    /// it is far.
    fn usual(&self, kind: Kind, from: NodeId, to: NodeId) -> (&Latency, Duration) {
        let is_far = |regions: &Regions| regions.of(from) != regions.of(to);
        let far = self.regions.filter(is_far).map_or(Duration::ZERO, |regions| regions.apart);
        (self.legs.of(kind).unwrap_or(&self.latency), far)
    }
}

/// How long the four legs of WARS take (Bailis et al., VLDB 2012, section 4.1), each as any other
/// message where there is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Legs {
    /// A write's way from its coordinator to a replica.
    pub w: Option<Latency>,
    /// The acknowledgement's way back.
    pub a: Option<Latency>,
    /// A read's way from its coordinator to a replica, whether it asks for versions or for a digest.
    pub r: Option<Latency>,
    /// The answer's way back.
    pub s: Option<Latency>,
}

impl Legs {
    /// Gives the model of one kind of message, where it has one of its own.
    const fn of(&self, kind: Kind) -> Option<&Latency> {
        match kind {
            Kind::Write => self.w.as_ref(),
            Kind::WriteAck => self.a.as_ref(),
            Kind::Read | Kind::Digest => self.r.as_ref(),
            Kind::ReadAnswer | Kind::DigestAnswer => self.s.as_ref(),
            _ => None,
        }
    }
}

/// Regions, as data centres are: a message from one to another takes longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// How many there are. The nodes belong to them in turn.
    pub count: u16,
    /// How much longer a message between two of them takes, each way.
    pub apart: Duration,
}

impl Regions {
    /// Gives the number of a node's region, from zero.
    pub const fn of(&self, node: NodeId) -> u16 {
        if self.count == 0 { 0 } else { node.0 % self.count }
    }
}

/// How one direction of a link differs from the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// How long messages take, of whatever kind and however far; as on other links where there is
    /// none.
    pub latency: Option<Latency>,
    /// The share that is lost; as on other links where there is none.
    pub loss: Option<f64>,
}

/// What a message is, for its luck: nothing of when it was sent or of what happened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The request that caused it.
    pub(crate) request: RequestId,
    pub(crate) kind: Kind,
    pub(crate) from: End,
    pub(crate) to: End,
    /// Tells apart the messages of one kind that one request causes between the same two ends.
    pub(crate) step: u32,
    /// Whether it is the second copy that a channel made.
    pub(crate) copy: bool,
}

/// The branches of a message's luck beyond its delay. Steps are below 2^32 and branch as well.
const COPY: u64 = 1 << 32;
const DUPLICATION: u64 = 2 << 32;
const REORDERING: u64 = 3 << 32;

impl Identity {
    /// Splits off the seed of this message for one purpose.
    pub(crate) const fn seed(&self, luck: Seed) -> Seed {
        let leg =
            (self.kind.number() as u64) << 40 | self.from.identity() << 20 | self.to.identity();
        let mut seed = luck.child(self.request.0).child(leg);
        if self.step != 0 {
            seed = seed.child(self.step as u64);
        }
        if self.copy {
            seed = seed.child(COPY);
        }
        seed
    }
}

/// What the network does to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// How long it takes.
    pub(crate) delay: Duration,
    /// Whether it is lost on its way.
    pub(crate) lost: bool,
    /// Whether a second copy of it goes out. Copies are not copied again.
    pub(crate) doubled: bool,
}

/// What somebody made of one direction of a link, on top of how its channel behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strain {
    /// How much longer each message takes.
    pub slower: Duration,
    /// The share that is lost; as many as its channel loses where there is none.
    pub loss: Option<f64>,
}

/// The network: the channels, and the cuts, clogs and strains in force.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) channels: Channels,
    cuts: BTreeSet<(NodeId, NodeId)>,
    clogs: BTreeSet<(NodeId, NodeId)>,
    strains: BTreeMap<(NodeId, NodeId), Strain>,
    luck: Seed,
}

impl Network {
    pub(crate) const fn new(channels: Channels, luck: Seed) -> Self {
        Self {
            channels,
            cuts: BTreeSet::new(),
            clogs: BTreeSet::new(),
            strains: BTreeMap::new(),
            luck,
        }
    }

    /// Draws the fate of a message. It hangs on the message's identity, and on nothing that happened
    /// before.
    pub(crate) fn fate(&self, message: &Identity) -> Fate {
        let seed = message.seed(self.luck);
        let mut draws = seed.draws();
        // Whether it is lost is drawn first and always, so that a change of the loss leaves the
        // delays as they were.
        let chance = draws.unit();
        let channels = &self.channels;
        let (End::Node(from), End::Node(to)) = (message.from, message.to) else {
            let delay = Duration::from_us(channels.client_latency.sample_us(&mut draws));
            return Fate { delay, lost: false, doubled: false };
        };
        let own = channels.links.get(&(from, to));
        let strain = self.strain(from, to);
        let loss = strain.loss.or(own.and_then(|link| link.loss)).unwrap_or(channels.loss);
        let (latency, far) = match own.and_then(|link| link.latency.as_ref()) {
            Some(latency) => (latency, Duration::ZERO),
            None => channels.usual(message.kind, from, to),
        };
        let mut us = latency.sample_us(&mut draws).saturating_add(far.as_us());
        // Draws of their own, so that these shares leave all other luck as it was.
        let mut overtaken = seed.child(REORDERING).draws();
        if channels.reordering > 0.0 && overtaken.happens(channels.reordering) {
            us = us.saturating_add(latency.sample_us(&mut overtaken));
        }
        us = us.saturating_add(strain.slower.as_us());
        let doubled = channels.duplication > 0.0
            && !message.copy
            && seed.child(DUPLICATION).draws().happens(channels.duplication);
        Fate { delay: Duration::from_us(us), lost: chance <= loss, doubled }
    }

    /// Tells whether a link is cut in this direction. Links of clients never are.
    pub(crate) fn is_cut(&self, from: End, to: End) -> bool {
        is_in(&self.cuts, from, to)
    }

    /// Tells whether messages wait at a link in this direction. Links of clients are never clogged.
    pub(crate) fn is_clogged(&self, from: End, to: End) -> bool {
        is_in(&self.clogs, from, to)
    }

    /// Cuts a link in one direction; tells whether it was whole.
    pub(crate) fn cut(&mut self, from: NodeId, to: NodeId) -> bool {
        from != to && self.cuts.insert((from, to))
    }

    /// Mends a link in one direction; tells whether it was cut.
    pub(crate) fn mend(&mut self, from: NodeId, to: NodeId) -> bool {
        self.cuts.remove(&(from, to))
    }

    /// Mends every cut.
    pub(crate) fn heal(&mut self) {
        self.cuts.clear();
    }

    /// Clogs a link in one direction; tells whether it was free.
    pub(crate) fn clog(&mut self, from: NodeId, to: NodeId) -> bool {
        from != to && self.clogs.insert((from, to))
    }

    /// Frees a link in one direction; tells whether it was clogged.
    pub(crate) fn unclog(&mut self, from: NodeId, to: NodeId) -> bool {
        self.clogs.remove(&(from, to))
    }

    /// Gives what was made of a link in one direction.
    pub(crate) fn strain(&self, from: NodeId, to: NodeId) -> Strain {
        self.strains.get(&(from, to)).copied().unwrap_or_default()
    }

    /// Makes something of a link in one direction.
    pub(crate) fn set_strain(&mut self, from: NodeId, to: NodeId, strain: Strain) {
        if strain == Strain::default() {
            self.strains.remove(&(from, to));
        } else {
            self.strains.insert((from, to), strain);
        }
    }

    /// Lists the links of which something was made, by sender and receiver.
    pub(crate) const fn strains(&self) -> &BTreeMap<(NodeId, NodeId), Strain> {
        &self.strains
    }

    /// Lists the cuts, by sender and receiver.
    pub(crate) const fn cuts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        &self.cuts
    }

    /// Lists the clogged links, by sender and receiver.
    pub(crate) const fn clogs(&self) -> &BTreeSet<(NodeId, NodeId)> {
        &self.clogs
    }
}

fn is_in(links: &BTreeSet<(NodeId, NodeId)>, from: End, to: End) -> bool {
    match (from, to) {
        (End::Node(from), End::Node(to)) => !links.is_empty() && links.contains(&(from, to)),
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
                Link { latency: Some(Latency::Constant { us: 7 }), loss: Some(0.0) },
            )]),
        };
        Network::new(channels, Seed::new(1))
    }

    fn node(id: u16) -> End {
        End::Node(NodeId(id))
    }

    fn message(request: u64, kind: Kind, from: End, to: End) -> Identity {
        Identity { request: RequestId(request), kind, from, to, step: 0, copy: false }
    }

    /// Draws the fates of a thousand writes from B to C.
    fn fates(network: &Network) -> Vec<Fate> {
        let write = |n| network.fate(&message(n, Kind::Write, node(1), node(2)));
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
    fn a_strained_link_is_slower_and_lossier_by_what_was_said_and_the_others_are_as_they_were() {
        let plain = network(0.1);
        let mut strained = network(0.1);
        let (slower, loss) = (Duration::from_ms(40), Some(0.6));
        strained.set_strain(NodeId(1), NodeId(2), Strain { slower, loss });
        let there: Vec<_> = fates(&plain).into_iter().zip(fates(&strained)).collect();
        let by = slower.as_us();
        assert!(there.iter().all(|(was, is)| is.delay.as_us() == was.delay.as_us() + by));
        assert!(there.iter().all(|(was, is)| is.lost || !was.lost), "who was unlucky still is");
        let gone = there.iter().filter(|(_, is)| is.lost).count();
        assert!((530..670).contains(&gone), "{gone} of 1,000 lost at six tenths");

        let back =
            |network: &Network, n| network.fate(&message(n, Kind::WriteAck, node(2), node(1)));
        assert!((0..500).all(|n| back(&plain, n) == back(&strained, n)), "the way back is another");
        // A link with a model and a loss of its own is strained as well.
        let own = |network: &Network| network.fate(&message(1, Kind::Write, node(0), node(1)));
        strained.set_strain(NodeId(0), NodeId(1), Strain { slower, loss: Some(1.0) });
        assert_eq!(own(&strained).delay.as_us(), own(&plain).delay.as_us() + by);
        assert_eq!((own(&plain).lost, own(&strained).lost), (false, true));

        strained.set_strain(NodeId(1), NodeId(2), Strain::default());
        assert_eq!(fates(&strained), fates(&plain));
        assert_eq!(strained.strains().len(), 1, "what is as it was is not listed");
    }

    #[test]
    fn duplication_and_reordering_take_their_shares_and_leave_other_luck_alone() {
        let plain = fates(&network(0.3));
        let mut odd = network(0.3);
        (odd.channels.duplication, odd.channels.reordering) = (0.2, 0.4);
        let odd = fates(&odd);
        assert!(plain.iter().zip(&odd).all(|(a, b)| a.lost == b.lost && a.delay <= b.delay));
        let late = plain.iter().zip(&odd).filter(|(a, b)| a.delay < b.delay).count();
        let doubled = odd.iter().filter(|fate| fate.doubled).count();
        assert!((340..460).contains(&late), "{late} of 1,000 late at four tenths");
        assert!((150..250).contains(&doubled), "{doubled} of 1,000 doubled at two tenths");
        assert!(plain.iter().all(|fate| !fate.doubled));
    }

    #[test]
    fn each_leg_step_and_copy_has_luck_of_its_own() {
        let network = network(0.0);
        let fate = |message: Identity| network.fate(&message).delay;
        let write = message(9, Kind::Write, node(1), node(2));
        let delays = [
            fate(write),
            fate(Identity { kind: Kind::WriteAck, ..write }),
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
    fn a_copy_is_not_copied_again() {
        let mut network = network(0.0);
        network.channels.duplication = 1.0;
        let write = message(1, Kind::Write, node(1), node(2));
        assert!(network.fate(&write).doubled);
        assert!(!network.fate(&Identity { copy: true, ..write }).doubled);
    }

    #[test]
    fn links_and_clients_have_models_of_their_own() {
        let mut network = network(1.0);
        (network.channels.duplication, network.channels.reordering) = (1.0, 0.0);
        let own = network.fate(&message(1, Kind::Read, node(0), node(1)));
        assert_eq!((own.delay, own.lost), (Duration::from_us(7), false));
        let client = End::Client(crate::ClientId::PERSON);
        let ask = network.fate(&message(1, Kind::Request, client, node(1)));
        assert_eq!(ask, Fate { delay: Duration::from_ms(1), lost: false, doubled: false });
        assert!(network.fate(&message(1, Kind::Read, node(1), node(0))).lost);
    }

    #[test]
    fn legs_have_models_of_their_own_and_all_else_is_as_usual() {
        let mut network = network(0.0);
        let usual: Vec<Fate> = Kind::ALL.map(|kind| fate_of(&network, kind)).into();
        let constant = |us| Some(Latency::Constant { us });
        network.channels.legs =
            Legs { w: constant(1), a: constant(2), r: constant(3), s: constant(4) };
        for (kind, usual) in Kind::ALL.into_iter().zip(usual) {
            let expected = match kind {
                Kind::Write => 1,
                Kind::WriteAck => 2,
                Kind::Read | Kind::Digest => 3,
                Kind::ReadAnswer | Kind::DigestAnswer => 4,
                _ => usual.delay.as_us(),
            };
            assert_eq!(fate_of(&network, kind).delay.as_us(), expected, "{kind}");
        }
        network.channels.legs.a = None;
        let ack = message(1, Kind::WriteAck, node(1), node(2));
        assert!(
            network.fate(&ack).delay > Duration::from_us(2),
            "a leg without a model is as usual"
        );
    }

    fn fate_of(network: &Network, kind: Kind) -> Fate {
        network.fate(&message(1, kind, node(1), node(2)))
    }

    #[test]
    fn messages_between_regions_take_longer_by_so_much_and_no_luck_changes() {
        let (near, mut far) = (network(0.3), network(0.3));
        far.channels.regions = Some(Regions { count: 3, apart: Duration::from_ms(75) });
        let delay = |network: &Network, from, to| {
            let fate = network.fate(&message(1, Kind::Gossip, node(from), node(to)));
            (fate.delay.as_us(), fate.lost)
        };
        for (from, to) in [(1, 2), (2, 1), (5, 7), (1, 4), (9, 0)] {
            let (usual, lost) = delay(&near, from, to);
            let expected = if from % 3 == to % 3 { usual } else { usual + 75_000 };
            assert_eq!(delay(&far, from, to), (expected, lost), "{from} to {to}");
        }
        assert_eq!(delay(&far, 0, 1).0, 7, "a link's own model is all of it");
    }

    #[test]
    fn cuts_and_clogs_have_a_direction() {
        let mut network = network(0.0);
        assert!(network.cut(NodeId(0), NodeId(1)));
        assert!(!network.cut(NodeId(0), NodeId(1)), "it was cut already");
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
