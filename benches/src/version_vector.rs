//! Comparison and merging of version vectors.

use std::cmp::Ordering;
use std::hint::black_box;

use crdts::{CmRDT, CvRDT, Dot, VClock};
use ringside_store::NodeId;
use ringside_store::version::{Actor, VersionVector};

use crate::comparison::Comparison;

/// The name of this group in the table.
pub(crate) const GROUP: &str = "version-vector";

const PEER: &str = "crdts 7.3.2";
const ROUNDS: u32 = 20;
/// The number of operations in a batch.
const BATCH: u64 = 1_000;

/// The counter of each actor, by the actor's number.
type Counts = Vec<(u16, u64)>;

/// Creates the comparisons, on vectors of 3, 8 and 64 actors.
pub(crate) fn comparisons() -> Vec<Comparison> {
    let of_size = |actors: u16| {
        let base = counts((0..actors).map(|actor| 2 * actor));
        let mut later = base.clone();
        raise(later.last_mut());
        let mut aside = base.clone();
        raise(aside.first_mut());
        // Half of the other vector's actors are new, and lie between the known ones.
        let half_new = counts((0..actors).map(|it| 2 * it + u16::from(it >= actors / 2)));
        [
            compare("equal", &base, &base, Some(Ordering::Equal)),
            compare("earlier", &base, &later, Some(Ordering::Less)),
            compare("concurrent", &aside, &later, None),
            merge("the same actors", &aside, &later),
            merge("half of them new", &base, &half_new),
        ]
    };
    [3, 8, 64].into_iter().flat_map(of_size).collect()
}

fn counts(actors: impl Iterator<Item = u16>) -> Counts {
    actors.map(|actor| (actor, 10 + u64::from(actor))).collect()
}

fn raise(count: Option<&mut (u16, u64)>) {
    count.expect("it has an actor").1 += 1;
}

fn actor(number: u16) -> Actor {
    Actor { node: NodeId(number), generation: 0 }
}

fn ours(counts: &Counts) -> VersionVector {
    let mut vector = VersionVector::new();
    counts.iter().for_each(|&(number, count)| vector.raise(actor(number), count));
    vector
}

fn theirs(counts: &Counts) -> VClock<Actor> {
    let mut clock = VClock::new();
    counts.iter().for_each(|&(number, count)| clock.apply(Dot::new(actor(number), count)));
    clock
}

/// Compares the order of two vectors.
fn compare(how: &str, a: &Counts, b: &Counts, expected: Option<Ordering>) -> Comparison {
    let what = format!("compare two of {} actors, {how}", a.len());
    let ((a, b), (peer_a, peer_b)) = ((ours(a), ours(b)), (theirs(a), theirs(b)));
    assert_eq!(a.partial_cmp(&b), expected);
    assert_eq!(peer_a.partial_cmp(&peer_b), expected);
    Comparison::new(GROUP, what, ROUNDS, move || {
        for _ in 0..BATCH {
            black_box(black_box(&a).partial_cmp(black_box(&b)));
        }
        BATCH
    })
    .against(PEER, move || {
        for _ in 0..BATCH {
            black_box(black_box(&peer_a).partial_cmp(black_box(&peer_b)));
        }
        BATCH
    })
}

/// Merges one vector into a copy of another. The peer takes the merged vector by value, so that it is
/// copied as well.
fn merge(how: &str, a: &Counts, b: &Counts) -> Comparison {
    let what = format!("merge two of {} actors, {how}", a.len());
    let ((a, b), (peer_a, peer_b)) = ((ours(a), ours(b)), (theirs(a), theirs(b)));
    Comparison::new(GROUP, what, ROUNDS, move || {
        for _ in 0..BATCH {
            let mut merged = black_box(&a).clone();
            merged.merge(black_box(&b));
            black_box(merged);
        }
        BATCH
    })
    .against(PEER, move || {
        for _ in 0..BATCH {
            let mut merged = black_box(&peer_a).clone();
            merged.merge(black_box(&peer_b).clone());
            black_box(merged);
        }
        BATCH
    })
}
