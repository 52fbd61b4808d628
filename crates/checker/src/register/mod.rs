//! Linearizability of registers with read, write and cas.
//!
//! Every operation that took effect must have done so at one moment between its invocation and its
//! return, such that each read returns the value last written (Herlihy and Wing, "Linearizability: A
//! Correctness Condition for Concurrent Objects", 1990). Failed operations are ignored. An update of
//! unknown outcome took effect at some moment after its invocation, however late, or never; a read of
//! unknown outcome is ignored.
//!
//! Keys are judged one by one, which is allowed because linearizability is local (section 3.1 there). If
//! all written values of a key differ and there is no cas, the zone check judges it in the time of a sort.
//! Otherwise the zone check is applied to the values that were written once, which may contradict each
//! other already; if they don't, a search decides, which may reach its [`SearchLimits`] first.

mod limits;
mod problem;
mod search;
mod witness;
mod zones;

use std::fmt::Display;

use crate::{History, OperationId};

use limits::SearchBudget;
pub use limits::{Exhausted, SearchLimits};
use problem::{RegisterOp, UpdateIndex, closure, problem};
use search::SearchOutcome;
pub use witness::{Contradiction, RegisterWitness};

/// The method by which a key was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The zone check: all written values differ and there is no cas, or the values written once contradict
    /// each other already.
    Zones,
    /// The search for an order.
    Search,
}

/// The verdict on a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Some order of the operations explains every result.
    Linearizable,
    /// No order does, and these few operations show it.
    Violated(RegisterWitness),
    /// The search reached a limit.
    Unknown(Exhausted),
}

/// The verdict on a key, and the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReport<K> {
    /// The key.
    pub key: K,
    /// The number of its operations, failed ones included.
    pub operations: u32,
    /// The method by which it was judged.
    pub method: Method,
    /// The verdict.
    pub verdict: Verdict,
}

/// The verdicts on all keys of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterReport<K> {
    /// The keys, in order.
    pub keys: Vec<KeyReport<K>>,
}

impl<K> RegisterReport<K> {
    /// Whether the whole history is linearizable, or `None` if that is unknown for some key and no other
    /// key is violated.
    pub fn is_linearizable(&self) -> Option<bool> {
        match (self.witness(), self.exhausted()) {
            (Some(_), _) => Some(false),
            (None, Some(_)) => None,
            (None, None) => Some(true),
        }
    }

    /// Returns the smallest witness against any key, with the key.
    pub fn witness(&self) -> Option<(&K, &RegisterWitness)> {
        let witnesses = self.keys.iter().filter_map(|report| match &report.verdict {
            Verdict::Violated(witness) => Some((&report.key, witness)),
            _ => None,
        });
        witnesses.min_by_key(|(_, witness)| witness.operations.len())
    }

    /// Returns the first key whose search reached a limit, with the limit.
    pub fn exhausted(&self) -> Option<(&K, Exhausted)> {
        self.keys.iter().find_map(|report| match report.verdict {
            Verdict::Unknown(exhausted) => Some((&report.key, exhausted)),
            _ => None,
        })
    }
}

/// Judges every key of a history, with `initial` as the first value of all registers.
pub fn check<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    initial: &V,
    limits: SearchLimits,
) -> RegisterReport<K> {
    let keys = history.by_key().into_iter();
    let reports = keys.map(|(key, ids)| judge(history, key, &ids, initial, limits, Method::Zones));
    RegisterReport { keys: reports.collect() }
}

/// Judges every key by the search, even if the zone check could, to compare the two.
pub fn check_by_search<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    initial: &V,
    limits: SearchLimits,
) -> RegisterReport<K> {
    let keys = history.by_key().into_iter();
    let reports = keys.map(|(key, ids)| judge(history, key, &ids, initial, limits, Method::Search));
    RegisterReport { keys: reports.collect() }
}

fn judge<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    key: &K,
    ids: &[OperationId],
    initial: &V,
    limits: SearchLimits,
    preferred: Method,
) -> KeyReport<K> {
    let ops = problem(history, ids, initial);
    let (method, decision) = match preferred {
        Method::Zones if !zones::applies(&ops) => match zones::refute(&ops) {
            Some(suspects) => (Method::Zones, Decision::Broken(suspects)),
            None => (Method::Search, decide(&ops, Method::Search, &mut SearchBudget::new(limits))),
        },
        method => (method, decide(&ops, method, &mut SearchBudget::new(limits))),
    };
    let verdict = match decision {
        Decision::Fine => Verdict::Linearizable,
        Decision::Unknown(exhausted) => Verdict::Unknown(exhausted),
        Decision::Broken(suspects) => {
            let whole = UpdateIndex::new(&ops);
            let (ops, is_minimal) = smallest(&whole, &suspects, method, limits);
            Verdict::Violated(RegisterWitness::new(
                history, initial, &whole, &ops, is_minimal, limits,
            ))
        }
    };
    KeyReport { key: key.clone(), operations: ids.len() as u32, method, verdict }
}

/// A verdict whose witness is not yet minimised and described.
enum Decision {
    Fine,
    /// These operations are not linearizable by themselves.
    Broken(Vec<RegisterOp>),
    Unknown(Exhausted),
}

fn decide(ops: &[RegisterOp], method: Method, meter: &mut SearchBudget) -> Decision {
    match method {
        Method::Zones => zones::check(ops).map_or(Decision::Fine, Decision::Broken),
        Method::Search => match search::search(ops, meter) {
            SearchOutcome::Explained => Decision::Fine,
            SearchOutcome::Exhausted(exhausted) => Decision::Unknown(exhausted),
            SearchOutcome::DeadEnd(_) => Decision::Broken(ops.to_vec()),
        },
    }
}

/// Removes operations from broken ones as long as the rest is broken. Returns whether the result is
/// minimal.
fn smallest(
    whole: &UpdateIndex,
    suspects: &[RegisterOp],
    method: Method,
    limits: SearchLimits,
) -> (Vec<RegisterOp>, bool) {
    let mut meter = SearchBudget::new(limits);
    let mut is_minimal = true;
    let mut is_broken = |part: &[RegisterOp]| match decide(part, method, &mut meter) {
        Decision::Fine => false,
        Decision::Broken(_) => true,
        Decision::Unknown(_) => {
            is_minimal = false;
            false
        }
    };
    let suspects = shortest_prefix(suspects, &mut is_broken);
    let without = |part: &[RegisterOp], range| whole.without(part, range);
    let ops = crate::shrink::shrink(&suspects, without, is_broken);
    (ops, is_minimal)
}

/// Returns the shortest prefix of broken operations that is broken too, with the updates of all values that
/// it observes.
///
/// Linearizability is closed under prefixes, so operations that begin after the first return that no order
/// can pass do not matter, unless their values are needed to keep the part sound.
fn shortest_prefix(
    ops: &[RegisterOp],
    mut is_broken: impl FnMut(&[RegisterOp]) -> bool,
) -> Vec<RegisterOp> {
    let part = |length: usize| {
        let end = ops.get(length).map_or(u32::MAX, |op| op.invoked);
        closure(ops, |op| op.invoked < end)
    };
    let (mut fine, mut broken) = (0, ops.len());
    while fine + 1 < broken {
        let middle = fine.midpoint(broken);
        if is_broken(&part(middle)) {
            broken = middle;
        } else {
            fine = middle;
        }
    }
    part(broken)
}
