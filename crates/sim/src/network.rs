//! The channels: how long messages take, which are lost, and which links are cut.

use std::collections::{BTreeMap, BTreeSet};

use ringside_random::{Latency, Seed};
use ringside_store::{Duration, NodeId, RequestId};

use crate::{End, Kind};

/// How the channels behave.
#[derive(Clone, Debug, PartialEq)]
pub struct Channels {
    /// How long messages between nodes take.
    pub latency: Latency,
    /// How long messages between a client and a node take. They are never lost: a client's troubles
    /// would hide the store's.
    pub client_latency: Latency,
    /// The share of messages between nodes that are lost, from 0 to 1.
    pub loss: f64,
    /// Links with a behaviour of their own, by sender and receiver.
    pub links: BTreeMap<(NodeId, NodeId), Link>,
}

/// How one direction of a link differs from the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// How long messages take; as on other links where there is none.
    pub latency: Option<Latency>,
    /// The share that is lost; as on other links where there is none.
    pub loss: Option<f64>,
}

/// What the network does to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// How long it takes.
    pub(crate) delay: Duration,
    /// Whether it is lost on its way.
    pub(crate) lost: bool,
}

/// The network: the channels, and the cuts in force.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) channels: Channels,
    cuts: BTreeSet<(NodeId, NodeId)>,
    luck: Seed,
}

impl Network {
    pub(crate) const fn new(channels: Channels, luck: Seed) -> Self {
        Self { channels, cuts: BTreeSet::new(), luck }
    }

    /// Draws the fate of a message. It hangs on the operation, the leg and the two ends, and on
    /// nothing that happened before.
    pub(crate) fn fate(&self, request: RequestId, kind: Kind, from: End, to: End) -> Fate {
        let leg = (kind as u64) << 40 | from.identity() << 20 | to.identity();
        let mut draws = self.luck.child(request.0).child(leg).draws();
        // Whether it is lost is drawn first and always, so that a change of the loss leaves the
        // delays as they were.
        let chance = draws.unit();
        let (latency, loss) = match (from, to) {
            (End::Node(from), End::Node(to)) => {
                let own = self.channels.links.get(&(from, to));
                (
                    own.and_then(|link| link.latency.as_ref()).unwrap_or(&self.channels.latency),
                    own.and_then(|link| link.loss).unwrap_or(self.channels.loss),
                )
            }
            _ => (&self.channels.client_latency, 0.0),
        };
        Fate { delay: Duration::from_us(latency.sample_us(&mut draws)), lost: chance <= loss }
    }

    /// Tells whether a link is cut in this direction. Links of clients never are.
    pub(crate) fn is_cut(&self, from: End, to: End) -> bool {
        match (from, to) {
            (End::Node(from), End::Node(to)) => {
                !self.cuts.is_empty() && self.cuts.contains(&(from, to))
            }
            _ => false,
        }
    }

    /// Cuts a link in one direction; tells whether it was whole.
    pub(crate) fn cut(&mut self, from: NodeId, to: NodeId) -> bool {
        from != to && self.cuts.insert((from, to))
    }

    /// Mends every cut.
    pub(crate) fn heal(&mut self) {
        self.cuts.clear();
    }

    /// Lists the cuts, by sender and receiver.
    pub(crate) const fn cuts(&self) -> &BTreeSet<(NodeId, NodeId)> {
        &self.cuts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(loss: f64) -> Network {
        let channels = Channels {
            latency: Latency::Exponential { mean_us: 5_000.0 },
            client_latency: Latency::Constant { us: 1_000 },
            loss,
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

    #[test]
    fn a_change_of_the_loss_leaves_the_delays_as_they_were() {
        let (calm, rough) = (network(0.0), network(0.5));
        let fates = |network: &Network| -> Vec<Fate> {
            (0..1_000).map(|n| network.fate(RequestId(n), Kind::Write, node(1), node(2))).collect()
        };
        let (calm, rough) = (fates(&calm), fates(&rough));
        assert!(calm.iter().zip(&rough).all(|(a, b)| a.delay == b.delay));
        assert!(calm.iter().all(|fate| !fate.lost));
        let lost = rough.iter().filter(|fate| fate.lost).count();
        assert!((430..570).contains(&lost), "{lost} of 1,000 lost at one half");
    }

    #[test]
    fn each_leg_has_luck_of_its_own() {
        let network = network(0.0);
        let fate = |kind, from, to| network.fate(RequestId(9), kind, node(from), node(to)).delay;
        let delays = [
            fate(Kind::Write, 1, 2),
            fate(Kind::WriteAck, 1, 2),
            fate(Kind::Write, 2, 1),
            fate(Kind::Write, 1, 3),
        ];
        for (index, delay) in delays.iter().enumerate() {
            assert!(!delays[..index].contains(delay), "{delays:?}");
        }
    }

    #[test]
    fn links_and_clients_have_models_of_their_own() {
        let network = network(1.0);
        let own = network.fate(RequestId(1), Kind::Read, node(0), node(1));
        assert_eq!(own, Fate { delay: Duration::from_us(7), lost: false });
        let client = End::Client(crate::ClientId::PERSON);
        let ask = network.fate(RequestId(1), Kind::Request, client, node(1));
        assert_eq!(ask, Fate { delay: Duration::from_ms(1), lost: false });
        assert!(network.fate(RequestId(1), Kind::Read, node(1), node(0)).lost);
    }

    #[test]
    fn cuts_have_a_direction() {
        let mut network = network(0.0);
        assert!(network.cut(NodeId(0), NodeId(1)));
        assert!(!network.cut(NodeId(0), NodeId(1)), "it was cut already");
        assert!(network.is_cut(node(0), node(1)) && !network.is_cut(node(1), node(0)));
        network.heal();
        assert!(!network.is_cut(node(0), node(1)));
    }
}
