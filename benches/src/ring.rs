//! The three distinct owners of a key, against other consistent hashing.

use std::hash::Hash;
use std::hint::black_box;

use consistent_hash_ring::{Ring as PeerRing, RingBuilder};
use hashring::HashRing;
use ringside_store::{Key, NodeId, Ring};

use crate::comparison::Comparison;

/// What the table calls this part.
pub(crate) const GROUP: &str = "ring";

/// Places that each node takes on the ring.
const TOKENS: u16 = 16;
/// Owners of a key.
const OWNERS: usize = 3;
/// How many keys are looked up in a batch.
const KEYS: usize = 4_096;
const ROUNDS: u32 = 20;

/// Makes the contests: by a place and by a name, on a small and a large ring.
pub(crate) fn comparisons() -> Vec<Comparison> {
    [16, 128].into_iter().flat_map(|nodes| [by_place(nodes), by_name(nodes)]).collect()
}

/// One ring, in four makes.
///
/// `hashring` has no virtual nodes: its replicas are the next places on the ring, whosever they are. So
/// it runs twice, with one place a node, on a ring that is sixteen times smaller, and with virtual nodes
/// laid over it as its documentation proposes, where the caller looks for distinct nodes.
#[derive(Clone)]
struct Rings {
    ours: Ring,
    few: HashRing<u16>,
    many: HashRing<VirtualNode>,
    peer: PeerRing<u16>,
}

/// A node's number, and which of its places it is.
type VirtualNode = (u16, u16);

fn rings(nodes: u16) -> Rings {
    let ours = Ring::new((0..nodes).map(NodeId), TOKENS);
    let mut few = HashRing::new();
    few.batch_add((0..nodes).collect());
    let mut many = HashRing::new();
    let places = |node| (0..TOKENS).map(move |ordinal| (node, ordinal));
    many.batch_add((0..nodes).flat_map(places).collect());
    let peer = RingBuilder::default().vnodes(TOKENS.into()).nodes_iter(0..nodes).build();
    for key in 0..1_000_u64 {
        let place = Key::new(&key.to_string()).position();
        let lists = [
            ours.preference_list(place, OWNERS as u16).iter().map(|node| node.0).collect(),
            few.get_with_replicas(&key, OWNERS - 1).unwrap_or_default(),
            distinct(&many, &key),
            peer.replicas(key).take(OWNERS).copied().collect::<Vec<u16>>(),
        ];
        for mut list in lists {
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), OWNERS, "everybody names three owners");
        }
    }
    Rings { ours, few, many, peer }
}

/// Gives the first distinct nodes, asking for so many places that they are nearly always among them.
fn distinct<K: Hash>(ring: &HashRing<VirtualNode>, key: &K) -> Vec<u16> {
    let mut asked = 2 * OWNERS;
    loop {
        let mut owners = Vec::with_capacity(OWNERS);
        for (node, _) in ring.get_with_replicas(key, asked).unwrap_or_default() {
            if owners.len() < OWNERS && !owners.contains(&node) {
                owners.push(node);
            }
        }
        if owners.len() == OWNERS || asked >= ring.len() {
            return owners;
        }
        asked *= 2;
    }
}

/// The key is a number: our key's place, which it carries with it, and for the peers a key of 8 bytes,
/// which they hash.
fn by_place(nodes: u16) -> Comparison {
    let places: Vec<u64> = names().iter().map(|name| Key::new(name).position()).collect();
    let rings = rings(nodes);
    let ours = (rings.ours.clone(), places.clone());
    let what = format!("three owners by a key's place, {nodes} nodes");
    let comparison = Comparison::new(GROUP, what, ROUNDS, move || {
        each(&ours.1, |&place| {
            black_box(ours.0.preference_list(place, OWNERS as u16));
        })
    });
    against_peers(comparison, rings, places)
}

/// The key is a name, which everybody hashes. Ours also becomes a `Key`, with an allocation of its own,
/// as each request makes one.
fn by_name(nodes: u16) -> Comparison {
    let rings = rings(nodes);
    let ours = (rings.ours.clone(), names());
    let what = format!("three owners by a key's name, {nodes} nodes");
    let comparison = Comparison::new(GROUP, what, ROUNDS, move || {
        each(&ours.1, |name| {
            black_box(ours.0.preference_list(Key::new(name).position(), OWNERS as u16));
        })
    });
    against_peers(comparison, rings, names())
}

fn against_peers<K: Hash + Clone + 'static>(
    comparison: Comparison,
    rings: Rings,
    keys: Vec<K>,
) -> Comparison {
    let Rings { few, many, peer, .. } = rings;
    let [first, second, third] = [keys.clone(), keys.clone(), keys];
    comparison
        .against("hashring 0.3.6, one place a node", move || {
            each(&first, |key| {
                black_box(few.get_with_replicas(key, OWNERS - 1));
            })
        })
        .against("hashring 0.3.6, 16 places a node", move || {
            each(&second, |key| {
                black_box(distinct(&many, key));
            })
        })
        .against("consistent_hash_ring 0.8.0", move || {
            each(&third, |key| {
                for owner in peer.replicas(key).take(OWNERS) {
                    black_box(owner);
                }
            })
        })
}

fn names() -> Vec<String> {
    (0..KEYS).map(|number| format!("key {number:08}")).collect()
}

/// Does it for each key, and gives how many there were.
fn each<K>(keys: &[K], mut it: impl FnMut(&K)) -> u64 {
    keys.iter().for_each(|key| it(black_box(key)));
    keys.len() as u64
}
