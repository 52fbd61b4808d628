//! The zone check of Gibbons and Korach ("Testing Shared Memories", 1997, section 4.1): whether a
//! register whose written values are all different was linearizable, in the time of a sort.
//!
//! A write and the reads that returned its value are a cluster; in a linearization they are consecutive.
//! By the first end of one of them, the value had certainly been written; at the last beginning of one of
//! them it had certainly not yet been overwritten. If the first is before the second, the register has
//! the value all the time between (a forward zone); otherwise it has the value at some time between the
//! second and the first (a backward zone):
//!
//! ```text
//!   |--write 1--|                        |--read 1--|
//!               [=====forward zone of 1==]
//!          |--write 2--|    |------read 2------|
//!                      [====]                          a forward zone of 2: it overlaps, a violation
//!                 |-write 3-|
//!                 [---------]                          a backward zone of 3: it lies within, a violation
//! ```
//!
//! The paper has completed operations only. A write whose outcome is unknown fits in: it never ends, so if
//! its value was never read, its zone has no end and lies in no other; and if it was, the first end is a
//! read's, before which the write must have taken effect anyway.

use super::problem::{Effect, INITIAL, RegisterOp, ValueId, count_values};

/// A contradiction between a few operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZoneConflict {
    /// A read of a value that was never written.
    NeverWritten { read: RegisterOp },
    /// A read that ended before the write of its value began.
    BeforeItsWrite { read: RegisterOp, write: RegisterOp },
    /// Two values that each precede the other.
    TwoOrders(ZonePair),
}

/// Two clusters, and the operations that put each before the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZonePair {
    /// The first of the one cluster to end, or `None` for the initial value, which was there from the start.
    pub(super) first: Option<RegisterOp>,
    /// One of the other cluster that began after that.
    pub(super) then: RegisterOp,
    /// The first of the other cluster to end.
    pub(super) second: RegisterOp,
    /// One of the one cluster that began after that.
    pub(super) again: RegisterOp,
}

/// Whether the zone check can judge these operations: there is no cas, and no two writes, the initial
/// value counted as one, wrote the same value.
pub(super) fn applies(ops: &[RegisterOp]) -> bool {
    apart(ops).into_iter().all(|is_apart| is_apart)
}

/// Returns for each value whether it was written at most once, the initial value counted as written, and
/// by no cas.
fn apart(ops: &[RegisterOp]) -> Vec<bool> {
    let mut is_apart = vec![true; count_values(ops)];
    let mut is_written = vec![false; is_apart.len()];
    is_written[INITIAL as usize] = true;
    for op in ops {
        match op.effect {
            Effect::Read(_) => {}
            Effect::Write(value) => {
                let again = std::mem::replace(&mut is_written[value as usize], true);
                is_apart[value as usize] &= !again;
            }
            Effect::Cas(_, value) => is_apart[value as usize] = false,
        }
    }
    is_apart
}

/// A write and the reads of its value.
#[derive(Clone, Copy, Debug, Default)]
struct Cluster {
    write: Option<RegisterOp>,
    first_to_end: Option<RegisterOp>,
    last_to_begin: Option<RegisterOp>,
    is_initial: bool,
}

impl Cluster {
    fn add(&mut self, op: RegisterOp) {
        if self.first_to_end.is_none_or(|first| op.returned < first.returned) {
            self.first_to_end = Some(op);
        }
        if self.last_to_begin.is_none_or(|last| op.invoked > last.invoked) {
            self.last_to_begin = Some(op);
        }
    }

    /// Returns the place by which the value had been written.
    fn end(&self) -> u32 {
        if self.is_initial { 0 } else { self.first_to_end.map_or(u32::MAX, |op| op.returned) }
    }

    /// Returns the place until which it had not been overwritten.
    fn begin(&self) -> u32 {
        self.last_to_begin.map_or(0, |op| op.invoked)
    }

    fn is_forward(&self) -> bool {
        self.end() < self.begin()
    }

    /// Lists the operations that bound the zone, and the write.
    fn bounds(&self) -> impl Iterator<Item = RegisterOp> {
        let first = if self.is_initial { None } else { self.first_to_end };
        [self.write, first, self.last_to_begin].into_iter().flatten()
    }
}

/// Judges operations that it [`applies`] to. Returns the operations of the smallest contradiction that it
/// finds.
pub(super) fn check(ops: &[RegisterOp]) -> Option<Vec<RegisterOp>> {
    let clusters = match clusters(ops) {
        Ok(clusters) => clusters,
        Err(clash) => return Some(clash),
    };
    let mut forward: Vec<&Cluster> = clusters.iter().filter(|it| it.is_forward()).collect();
    forward.sort_unstable_by_key(|cluster| cluster.end());
    let overlapping = forward.windows(2).filter(|pair| pair[1].end() < pair[0].begin());
    let mut clashes: Vec<Vec<RegisterOp>> =
        overlapping.map(|pair| union(pair[0], pair[1])).collect();
    if clashes.is_empty() {
        // The forward zones are disjoint, so only the last one to begin before a backward zone can
        // contain it.
        for inner in clusters.iter().filter(|it| !it.is_forward()) {
            let after = forward.partition_point(|outer| outer.end() < inner.begin());
            let outer = after.checked_sub(1).map(|index| forward[index]);
            if let Some(outer) = outer.filter(|outer| inner.end() < outer.begin()) {
                clashes.push(union(outer, inner));
            }
        }
    }
    clashes.into_iter().min_by_key(Vec::len)
}

/// Groups operations into clusters, by value. A read without a write before it is a contradiction.
fn clusters(ops: &[RegisterOp]) -> Result<Vec<Cluster>, Vec<RegisterOp>> {
    let mut clusters = vec![Cluster::default(); count_values(ops)];
    clusters[INITIAL as usize].is_initial = true;
    for op in ops {
        if let Effect::Write(value) = op.effect {
            clusters[value as usize].write = Some(*op);
            clusters[value as usize].add(*op);
        }
    }
    for op in ops {
        if let Effect::Read(value) = op.effect {
            let cluster = &mut clusters[value as usize];
            match cluster.write {
                None if !cluster.is_initial => return Err(vec![*op]),
                Some(write) if op.returned < write.invoked => return Err(vec![write, *op]),
                _ => cluster.add(*op),
            }
        }
    }
    Ok(clusters)
}

fn union(a: &Cluster, b: &Cluster) -> Vec<RegisterOp> {
    let mut ops: Vec<RegisterOp> = a.bounds().chain(b.bounds()).collect();
    ops.sort_unstable_by_key(|op| op.id);
    ops.dedup();
    ops
}

/// Searches for a contradiction among the values that were written at most once and by no cas, in
/// operations that the check need not apply to as a whole.
///
/// The operations on those values must be linearizable by themselves: remove everything else from an order
/// that explains all results, and each read still follows its write. So a contradiction is a violation of
/// the whole; without one, nothing is known yet.
pub(super) fn refute(ops: &[RegisterOp]) -> Option<Vec<RegisterOp>> {
    let is_apart = apart(ops);
    let concerns = |op: &&RegisterOp| {
        let value = op.effect.written().or(op.effect.observed());
        value.is_none_or(|value| is_apart[value as usize])
    };
    check(&ops.iter().filter(concerns).copied().collect::<Vec<_>>())
}

/// Returns the contradiction in a few operations that [`check`] found broken. The two values of a pair are
/// in the order in which their clusters began.
pub(super) fn explain(ops: &[RegisterOp]) -> Option<ZoneConflict> {
    let clusters = match clusters(ops) {
        Ok(clusters) => clusters,
        Err(clash) => {
            return match clash[..] {
                [read] => Some(ZoneConflict::NeverWritten { read }),
                [write, read] => Some(ZoneConflict::BeforeItsWrite { read, write }),
                _ => None,
            };
        }
    };
    let mut order: Vec<ValueId> = (0..clusters.len() as ValueId).collect();
    order.sort_by_key(|&value| clusters[value as usize].end());
    for &a in &order {
        for &b in &order {
            let (one, other) = (&clusters[a as usize], &clusters[b as usize]);
            if a == b || one.end() >= other.begin() || other.end() >= one.begin() {
                continue;
            }
            let first = if one.is_initial { None } else { one.first_to_end };
            let parts = (other.last_to_begin, other.first_to_end, one.last_to_begin);
            if let (Some(then), Some(second), Some(again)) = parts {
                return Some(ZoneConflict::TwoOrders(ZonePair { first, then, second, again }));
            }
        }
    }
    None
}
