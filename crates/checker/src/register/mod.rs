//! Linearizability of registers that know read, write and cas.
//!
//! Every operation that took effect must have done so at one moment between its invocation and its
//! return, such that each read returns what was last written (Herlihy and Wing, "Linearizability: A
//! Correctness Condition for Concurrent Objects", 1990). An operation that failed has no part in it. An
//! update of unknown outcome took effect at some moment after its invocation, however late, or never;
//! a read of unknown outcome says nothing.
//!
//! Keys are judged one by one, which is allowed because linearizability is local (section 3.1 there).
//! Where all written values of a key differ and nobody used cas, the zone check judges it in the time of
//! a sort. Otherwise it is asked about the values that were written once, which may contradict each other
//! already; if they don't, a search decides, which may run out of its [`Limits`] before it knows.

mod limits;
mod problem;
mod search;
mod witness;
mod zones;

use std::fmt::Display;

use crate::{History, OperationId};

use limits::SearchBudget;
pub use limits::{Exhausted, Limits};
use problem::{RegisterOp, UpdateIndex, closure, problem};
use search::SearchOutcome;
pub use witness::{Contradiction, Witness};

/// How a key was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By the zone check: all written values differ, and there is no cas; or those of which that is so
    /// contradict each other already.
    Zones,
    /// By the search for an order.
    Search,
}

/// What a checker says of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Some order of the operations explains every answer.
    Linearizable,
    /// None does, and these few operations show it.
    Violated(Witness),
    /// The search was given up before it knew.
    Unknown(Exhausted),
}

/// What a checker says of a key, and how it came to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReport<K> {
    /// The key.
    pub key: K,
    /// How many operations it has, failed ones too.
    pub operations: u32,
    /// How it was judged.
    pub method: Method,
    /// The judgement.
    pub verdict: Verdict,
}

/// What the checker says of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<K> {
    /// Its keys, in order.
    pub keys: Vec<KeyReport<K>>,
}

impl<K> Report<K> {
    /// Tells whether the whole history is linearizable: none if that is not known of some key, and
    /// nothing is known to be wrong with any.
    pub fn is_linearizable(&self) -> Option<bool> {
        match (self.witness(), self.exhausted()) {
            (Some(_), _) => Some(false),
            (None, Some(_)) => None,
            (None, None) => Some(true),
        }
    }

    /// Gives the smallest witness against any key, and the key.
    pub fn witness(&self) -> Option<(&K, &Witness)> {
        let witnesses = self.keys.iter().filter_map(|report| match &report.verdict {
            Verdict::Violated(witness) => Some((&report.key, witness)),
            _ => None,
        });
        witnesses.min_by_key(|(_, witness)| witness.operations.len())
    }

    /// Gives what the search ran out of, and for which key.
    pub fn exhausted(&self) -> Option<(&K, Exhausted)> {
        self.keys.iter().find_map(|report| match report.verdict {
            Verdict::Unknown(exhausted) => Some((&report.key, exhausted)),
            _ => None,
        })
    }
}

/// Judges every key of a history, with `initial` as the value that all registers begin with.
pub fn check<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    initial: &V,
    limits: Limits,
) -> Report<K> {
    let keys = history.by_key().into_iter();
    let reports = keys.map(|(key, ids)| judge(history, key, &ids, initial, limits, Method::Zones));
    Report { keys: reports.collect() }
}

/// Judges every key by the search, also where the zone check could: to compare the two.
pub fn check_by_search<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    initial: &V,
    limits: Limits,
) -> Report<K> {
    let keys = history.by_key().into_iter();
    let reports = keys.map(|(key, ids)| judge(history, key, &ids, initial, limits, Method::Search));
    Report { keys: reports.collect() }
}

fn judge<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    key: &K,
    ids: &[OperationId],
    initial: &V,
    limits: Limits,
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
            Verdict::Violated(Witness::new(history, initial, &whole, &ops, is_minimal, limits))
        }
    };
    KeyReport { key: key.clone(), operations: ids.len() as u32, method, verdict }
}

/// A verdict, before it is made small and put into words.
enum Decision {
    Fine,
    /// These of the operations are broken by themselves.
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

/// Leaves out of broken operations what can be left out; tells whether that was all that can.
fn smallest(
    whole: &UpdateIndex,
    suspects: &[RegisterOp],
    method: Method,
    limits: Limits,
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
    let suspects = shortest(suspects, &mut is_broken);
    let without = |part: &[RegisterOp], range| whole.without(part, range);
    let ops = crate::shrink::shrink(&suspects, without, is_broken);
    (ops, is_minimal)
}

/// Gives the shortest beginning of broken operations that is broken too, with the updates of all that it
/// observes.
///
/// Linearizability is closed under prefixes, so what begins after the first return that no order can pass
/// has no part in it, unless its value is needed to keep the part sound.
fn shortest(
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
