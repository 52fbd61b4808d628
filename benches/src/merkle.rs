//! Hash trees: built from all entries, and updated after one key changed.

use std::hint::black_box;

use merkle_search_tree::digest::{Digest, Hasher as SearchHasher};
use merkle_search_tree::{MerkleSearchTree, builder::Builder};
use ringside_store::Range;
use ringside_store::merkle::Tree;
use rs_merkle::algorithms::Sha256;
use rs_merkle::{Hasher as LeafHasher, MerkleTree};
use twox_hash::XxHash3_64;

use crate::comparison::Comparison;
use crate::rng::Rng;

/// The name of this group in the table.
pub(crate) const GROUP: &str = "merkle";

const ROUNDS: u32 = 12;
/// The number of keys that change in a batch.
const UPDATES: u64 = 16;
/// The whole ring.
const WHOLE: Range = Range { start: 0, end: 0 };

/// A key's position and its entry's hash: every tree gets hashes that are computed already.
type Entry = (u64, u64);

/// Creates the comparisons, on trees of 2^10 and 2^16 leaves.
pub(crate) fn comparisons() -> Vec<Comparison> {
    [10, 16].into_iter().flat_map(|depth| [build(depth), update(depth)]).collect()
}

/// Random entries, one per leaf.
fn entries(depth: u8) -> Vec<Entry> {
    let mut rng = Rng(u64::from(depth));
    (0..1 << depth).map(|_| (rng.bits(), rng.bits())).collect()
}

fn leaves(depth: u8) -> Vec<[u8; 8]> {
    entries(depth).into_iter().map(|(_, entry)| entry.to_le_bytes()).collect()
}

/// Compares building the tree over all entries; the time is that of one leaf.
fn build(depth: u8) -> Comparison {
    let what = format!("a leaf of 2^{depth}, the tree built whole");
    let count = 1 << depth;
    Comparison::new(GROUP, what, ROUNDS, {
        let entries = entries(depth);
        move || {
            black_box(Tree::build(WHOLE, depth, black_box(&entries).iter().copied()).root());
            count
        }
    })
    .against("rs_merkle 1.5.0, xxh3", {
        let leaves = leaves(depth);
        move || {
            black_box(MerkleTree::<Xxh3>::from_leaves(black_box(&leaves)).root());
            count
        }
    })
    .against("rs_merkle 1.5.0, SHA-256", {
        let leaves: Vec<_> = leaves(depth).iter().map(|leaf| Sha256::hash(leaf)).collect();
        move || {
            black_box(MerkleTree::<Sha256>::from_leaves(black_box(&leaves)).root());
            count
        }
    })
    .against("merkle-search-tree 0.8.0", {
        let entries = entries(depth);
        move || {
            let mut tree = search_tree(black_box(&entries));
            black_box(tree.root_hash());
            count
        }
    })
}

/// Compares replacing one entry and computing the new hash of the root.
fn update(depth: u8) -> Comparison {
    let what = format!("one key changed in a tree of 2^{depth}");
    let count = 1 << depth;
    Comparison::new(GROUP, what, ROUNDS, {
        let (mut entries, mut rng) = (entries(depth), Rng(1));
        let mut tree = Tree::build(WHOLE, depth, entries.iter().copied());
        move || {
            for _ in 0..UPDATES {
                let (place, old) = &mut entries[(rng.bits() % count) as usize];
                let new = rng.bits();
                tree.toggle(*place, *old ^ new);
                *old = new;
                black_box(tree.root());
            }
            UPDATES
        }
    })
    .against("rs_merkle 1.5.0, xxh3", {
        let (mut leaves, mut rng) = (leaves(depth), Rng(1));
        move || {
            // Leaves can be added and not replaced, so that the tree is built again.
            leaves[(rng.bits() % count) as usize] = rng.bits().to_le_bytes();
            black_box(MerkleTree::<Xxh3>::from_leaves(&leaves).root());
            1
        }
    })
    .against("merkle-search-tree 0.8.0", {
        let (entries, mut rng) = (entries(depth), Rng(1));
        let mut tree = search_tree(&entries);
        tree.root_hash();
        move || {
            for _ in 0..UPDATES {
                let (place, _) = entries[(rng.bits() % count) as usize];
                tree.upsert(place.to_be_bytes(), &rng.bits());
                black_box(tree.root_hash());
            }
            UPDATES
        }
    })
}

/// The fastest hash for `rs_merkle`: 64 bits, and no allocation to join two.
#[derive(Clone)]
struct Xxh3;

impl LeafHasher for Xxh3 {
    type Hash = [u8; 8];

    fn hash(data: &[u8]) -> [u8; 8] {
        XxHash3_64::oneshot(data).to_le_bytes()
    }

    fn concat_and_hash(left: &[u8; 8], right: Option<&[u8; 8]>) -> [u8; 8] {
        let Some(right) = right else { return *left };
        let mut both = [0; 16];
        both[..8].copy_from_slice(left);
        both[8..].copy_from_slice(right);
        Self::hash(&both)
    }
}

/// The identity as a hash function, because keys and values are hashes already.
#[derive(Clone, Copy, Debug)]
struct IdentityHasher;

impl SearchHasher<8, [u8; 8]> for IdentityHasher {
    fn hash(&self, key: &[u8; 8]) -> Digest<8> {
        Digest::new(*key)
    }
}

impl SearchHasher<8, u64> for IdentityHasher {
    fn hash(&self, value: &u64) -> Digest<8> {
        Digest::new(value.to_be_bytes())
    }
}

type SearchTree = MerkleSearchTree<[u8; 8], u64, IdentityHasher, 8>;

fn search_tree(entries: &[Entry]) -> SearchTree {
    let mut tree = Builder::default().with_hasher(IdentityHasher).build();
    for (place, entry) in entries {
        tree.upsert(place.to_be_bytes(), entry);
    }
    tree
}
