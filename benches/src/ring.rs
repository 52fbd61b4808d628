//! Lookups of a key's three distinct owners, against other crates for consistent hashing.

use std::hash::Hash;
use std::hint::black_box;

use consistent_hash_ring::{Ring as PeerRing, RingBuilder};
use hashring::HashRing;
use ringside_store::{Key, NodeId, Ring};

use crate::comparison::Comparison;

/// The name of this group in the table.
pub(crate) const GROUP: &str = "ring";

/// The tokens of each node.
const TOKENS: u16 = 16;
/// The owners of a key.
const OWNERS: usize = 3;
/// The number of keys that are looked up in a batch.
const KEYS: usize = 4_096;
const ROUNDS: u32 = 20;

/// Creates the comparisons: by position and by name, on a small and a large ring.
pub(crate) fn comparisons() -> Vec<Comparison> {
    [16, 128].into_iter().flat_map(|nodes| [by_position(nodes), by_name(nodes)]).collect()
}

/// The same ring in four implementations.
///
/// `hashring` has no virtual nodes: its replicas are the next tokens on the ring, even of the same
/// node. So it runs twice: with one token per node, on a ring that is sixteen times smaller, and with
/// virtual nodes as its documentation proposes, where the caller looks for distinct nodes.
#[derive(Clone)]
struct Rings {
    ours: Ring,
    single_token: HashRing<u16>,
    virtual_nodes: HashRing<VirtualNode>,
    peer: PeerRing<u16>,
}

/// A node's number, and the ordinal of one of its tokens.
type VirtualNode = (u16, u16);

fn rings(nodes: u16) -> Rings {
    let ours = Ring::new((0..nodes).map(NodeId), TOKENS);
    let mut single_token = HashRing::new();
    single_token.batch_add((0..nodes).collect());
    let mut virtual_nodes = HashRing::new();
    let tokens = |node| (0..TOKENS).map(move |ordinal| (node, ordinal));
    virtual_nodes.batch_add((0..nodes).flat_map(tokens).collect());
    let peer = RingBuilder::default().vnodes(TOKENS.into()).nodes_iter(0..nodes).build();
    for key in 0..1_000_u64 {
        let position = Key::new(&key.to_string()).position();
        let lists = [
            ours.preference_list(position, OWNERS as u16).iter().map(|node| node.0).collect(),
            single_token.get_with_replicas(&key, OWNERS - 1).unwrap_or_default(),
            distinct(&virtual_nodes, &key),
            peer.replicas(key).take(OWNERS).copied().collect::<Vec<u16>>(),
        ];
        for mut list in lists {
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), OWNERS, "every ring has three owners");
        }
    }
    Rings { ours, single_token, virtual_nodes, peer }
}

/// Returns the first distinct nodes, from a number of tokens that nearly always includes enough of them.
fn distinct<K: Hash>(ring: &HashRing<VirtualNode>, key: &K) -> Vec<u16> {
    let mut requested = 2 * OWNERS;
    loop {
        let mut owners = Vec::with_capacity(OWNERS);
        for (node, _) in ring.get_with_replicas(key, requested).unwrap_or_default() {
            if owners.len() < OWNERS && !owners.contains(&node) {
                owners.push(node);
            }
        }
        if owners.len() == OWNERS || requested >= ring.len() {
            return owners;
        }
        requested *= 2;
    }
}

/// Compares on numbers as keys: the position that Ringside's key carries, and for the peers a key of 8
/// bytes, which they hash.
fn by_position(nodes: u16) -> Comparison {
    let positions: Vec<u64> = names().iter().map(|name| Key::new(name).position()).collect();
    let rings = rings(nodes);
    let ours = (rings.ours.clone(), positions.clone());
    let what = format!("three owners by a key's place, {nodes} nodes");
    let comparison = Comparison::new(GROUP, what, ROUNDS, move || {
        for_each_key(&ours.1, |&position| {
            black_box(ours.0.preference_list(position, OWNERS as u16));
        })
    });
    against_peers(comparison, rings, positions)
}

/// Compares on names as keys, which every implementation hashes. Ringside also allocates a `Key`, as each
/// request does.
fn by_name(nodes: u16) -> Comparison {
    let rings = rings(nodes);
    let ours = (rings.ours.clone(), names());
    let what = format!("three owners by a key's name, {nodes} nodes");
    let comparison = Comparison::new(GROUP, what, ROUNDS, move || {
        for_each_key(&ours.1, |name| {
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
    let Rings { single_token, virtual_nodes, peer, .. } = rings;
    let [first, second, third] = [keys.clone(), keys.clone(), keys];
    comparison
        .against("hashring 0.3.6, one place a node", move || {
            for_each_key(&first, |key| {
                black_box(single_token.get_with_replicas(key, OWNERS - 1));
            })
        })
        .against("hashring 0.3.6, 16 places a node", move || {
            for_each_key(&second, |key| {
                black_box(distinct(&virtual_nodes, key));
            })
        })
        .against("consistent_hash_ring 0.8.0", move || {
            for_each_key(&third, |key| {
                for owner in peer.replicas(key).take(OWNERS) {
                    black_box(owner);
                }
            })
        })
}

fn names() -> Vec<String> {
    (0..KEYS).map(|number| format!("key {number:08}")).collect()
}

/// Calls `look_up` for each key, and returns the number of keys.
fn for_each_key<K>(keys: &[K], mut look_up: impl FnMut(&K)) -> u64 {
    keys.iter().for_each(|key| look_up(black_box(key)));
    keys.len() as u64
}
