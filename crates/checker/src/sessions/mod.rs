//! The four session guarantees (Terry, Demers, Petersen, Spreitzer, Theimer and Welch, "Session
//! Guarantees for Weakly Consistent Replicated Data", 1994), for registers, key by key.
//!
//! A session is a process. Within one, an operation *precedes* another on the same key if it ended, and
//! took effect, before the other began. A version is a value that was written, or the one that the
//! register began with. Writing `x <= y` for "y is x or comes after it", the guarantees are:
//!
//! | guarantee | when in one session | there must be |
//! |---|---|---|
//! | read your writes | a write of x precedes a read of y | x <= y |
//! | monotonic reads | a read of x precedes a read of y | x <= y |
//! | monotonic writes | a write of x precedes a write of y | x <= y |
//! | writes follow reads | a read of x precedes a write of y | x <= y |
//!
//! A cas from a to b is a read of a and a write of b at once. An update of unknown outcome counts if an
//! operation found its value, and precedes nothing.
//!
//! The meaning of `x <= y` depends on what is known about the versions:
//!
//! - [`check_with_version_order`] takes the order of the versions (their vectors or timestamps) from its caller. Each
//!   guarantee is then judged exactly, by its row in the table.
//! - [`check`] has the history alone, in which all written values of a key must differ. The versions of a
//!   register are in some total order that the clients do not see; a guarantee is broken if no order is
//!   possible:
//!   - The first version is the oldest, and a cas writes a version right after the one that it found.
//!   - *Read your writes* and *monotonic reads* are judged against the order in which versions were
//!     written: of two writes that did not overlap, the later one wrote the newer version.
//!   - *Monotonic writes* and *writes follow reads* define what that order must be, so they cannot be
//!     judged against it. They are judged against the order in which the sessions' reads found versions,
//!     which is evidence only if reads are monotonic. So the verdict is weaker,
//!     [`Judgement::Contested`]: this guarantee and monotonic reads do not both hold.
//!
//!   A guarantee is broken if one of its rows is part of a cycle of such constraints between two versions
//!   or more. A history without a cycle does not prove that the store keeps the guarantee: it proves that
//!   the clients could not notice.

mod with_version_order;
mod without_version_order;
mod words;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;

use crate::{History, OperationId};

pub use with_version_order::check_with_version_order;

/// One of the four guarantees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guarantee {
    /// A session's reads show its own earlier writes, or newer ones.
    ReadYourWrites,
    /// A session's reads do not go back.
    MonotonicReads,
    /// A session's writes take effect in its own order.
    MonotonicWrites,
    /// A session's writes come after what it has read.
    WritesFollowReads,
}

impl Guarantee {
    /// All of them, in the order of the paper.
    pub const ALL: [Self; 4] = [
        Self::ReadYourWrites,
        Self::MonotonicReads,
        Self::WritesFollowReads,
        Self::MonotonicWrites,
    ];

    /// Returns its name: "read your writes".
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadYourWrites => "read your writes",
            Self::MonotonicReads => "monotonic reads",
            Self::MonotonicWrites => "monotonic writes",
            Self::WritesFollowReads => "writes follow reads",
        }
    }

    /// Returns whether the earlier operation of a pair counts as a write, and whether the later one does.
    const fn is_about_writes(self) -> (bool, bool) {
        match self {
            Self::ReadYourWrites => (true, false),
            Self::MonotonicReads => (false, false),
            Self::MonotonicWrites => (true, true),
            Self::WritesFollowReads => (false, true),
        }
    }

    /// Whether it constrains the order of the versions, instead of the reads that must observe it.
    const fn orders_versions(self) -> bool {
        self.is_about_writes().1
    }
}

/// The judgement of a guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement<K> {
    /// Nothing contradicts it.
    Holds,
    /// It is broken.
    Broken(SessionWitness<K>),
    /// It is broken, or monotonic reads are: the history does not show which.
    Contested(SessionWitness<K>),
    /// It cannot be judged, because a value of this key was written twice, or is the one that the register
    /// began with.
    Ambiguous {
        /// The key.
        key: K,
        /// The second write of the value.
        write: OperationId,
    },
}

/// The few operations that break a guarantee, whatever the other operations are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionWitness<K> {
    /// The key of the operations.
    pub key: K,
    /// The operations, in the order of their invocations. None of them can be removed.
    pub operations: Vec<OperationId>,
    /// The explanation as a sentence, without its full stop.
    pub why: String,
}

/// The judgements of the four guarantees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionReport<K> {
    /// One judgement per guarantee, in the order of [`Guarantee::ALL`].
    pub judgements: [(Guarantee, Judgement<K>); 4],
}

impl<K> SessionReport<K> {
    /// Returns the judgement of a guarantee.
    pub fn of(&self, guarantee: Guarantee) -> &Judgement<K> {
        let [first, rest @ ..] = &self.judgements;
        rest.iter().find(|(it, _)| *it == guarantee).map_or(&first.1, |(_, judgement)| judgement)
    }

    /// Whether all four hold, or `None` if some cannot be judged and no other one is broken or contested. A
    /// contested guarantee is one of two that do not both hold.
    pub fn all_hold(&self) -> Option<bool> {
        let is_bad =
            |it: &Judgement<K>| matches!(it, Judgement::Broken(_) | Judgement::Contested(_));
        if self.judgements.iter().any(|(_, judgement)| is_bad(judgement)) {
            return Some(false);
        }
        self.judgements.iter().all(|(_, it)| matches!(it, Judgement::Holds)).then_some(true)
    }
}

/// A version, by number.
type VersionId = u32;

/// The version that a register begins with.
const INITIAL: VersionId = 0;

/// An operation that took effect, or an update that may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SessionOp {
    id: OperationId,
    process: u64,
    read: Option<VersionId>,
    written: Option<VersionId>,
    invoked: u32,
    /// The place of its return, or [`u32::MAX`] if the outcome is unknown.
    returned: u32,
}

impl SessionOp {
    /// Returns the version that it wrote, or the one that it read.
    const fn version(&self, is_write: bool) -> Option<VersionId> {
        if is_write { self.written } else { self.read }
    }
}

/// Judges the four guarantees by the history alone, with `initial` as the first value of all registers. The
/// module's documentation describes the method.
pub fn check<K: Ord + Clone, V: Ord + Display>(
    history: &History<K, V>,
    initial: &V,
) -> SessionReport<K> {
    let keys = history.by_key();
    let keys: Vec<_> = keys.iter().map(|(key, ids)| (*key, ops(history, ids, initial))).collect();
    let judgements = Guarantee::ALL.map(|guarantee| {
        let mut smallest: Option<SessionWitness<K>> = None;
        let mut ambiguous = None;
        for (key, ops) in &keys {
            let ops = match ops {
                Ok(ops) => ops,
                Err(write) => {
                    ambiguous
                        .get_or_insert(Judgement::Ambiguous { key: (*key).clone(), write: *write });
                    continue;
                }
            };
            let Some(suspects) = without_version_order::cycle(ops, guarantee) else { continue };
            let without = |ops: &[SessionOp], range: Range<usize>| {
                let mut rest = ops.to_vec();
                rest.drain(range);
                rest
            };
            let is_broken =
                |part: &[SessionOp]| without_version_order::cycle(part, guarantee).is_some();
            let ops = crate::shrink::shrink(&suspects, without, is_broken);
            if smallest.as_ref().is_none_or(|it| ops.len() < it.operations.len()) {
                let why = words::cycle(history, initial, &ops, guarantee);
                let operations = ops.iter().map(|op| op.id).collect();
                smallest = Some(SessionWitness { key: (*key).clone(), operations, why });
            }
        }
        let judgement = match smallest {
            Some(witness) if guarantee.orders_versions() => Judgement::Contested(witness),
            Some(witness) => Judgement::Broken(witness),
            None => ambiguous.unwrap_or(Judgement::Holds),
        };
        (guarantee, judgement)
    });
    SessionReport { judgements }
}

/// Lists the operations of a key, with numbers for versions, without those that do not matter.
///
/// # Errors
///
/// Returns the second write of a value, with which the value does not identify a version.
fn ops<K, V: Ord>(
    history: &History<K, V>,
    ids: &[OperationId],
    initial: &V,
) -> Result<Vec<SessionOp>, OperationId> {
    let mut versions = BTreeMap::from([(initial, INITIAL)]);
    let mut is_written = vec![true];
    let mut ops = Vec::with_capacity(ids.len());
    for &id in ids {
        let operation = &history.operations()[id.0 as usize];
        let mut number = |value| {
            let next = versions.len() as u32;
            *versions.entry(value).or_insert(next)
        };
        let (read, written) = (operation.call.observed(), operation.call.written());
        let (read, written) = (read.map(&mut number), written.map(&mut number));
        if !operation.may_count() || (read, written) == (None, None) {
            continue;
        }
        is_written.resize(versions.len(), false);
        if written.is_some_and(|version| std::mem::replace(&mut is_written[version as usize], true))
        {
            return Err(id);
        }
        let (invoked, returned) = (operation.invoked, operation.returned());
        ops.push(SessionOp { id, process: operation.process, read, written, invoked, returned });
    }
    Ok(ops)
}

/// Returns the operations that took effect: those that succeeded, and those that wrote a value that one of
/// these found.
fn effective(ops: &[SessionOp]) -> Vec<SessionOp> {
    let unsure = ops.iter().enumerate().filter(|(_, op)| op.returned == u32::MAX);
    let writers: BTreeMap<VersionId, usize> =
        unsure.filter_map(|(index, op)| Some((op.written?, index))).collect();
    let mut took_effect: Vec<bool> = ops.iter().map(|op| op.returned != u32::MAX).collect();
    let mut open: Vec<usize> = (0..ops.len()).filter(|&index| took_effect[index]).collect();
    while let Some(index) = open.pop() {
        let writer = ops[index].read.and_then(|version| writers.get(&version));
        if let Some(&writer) = writer.filter(|&&writer| !took_effect[writer]) {
            took_effect[writer] = true;
            open.push(writer);
        }
    }
    ops.iter().zip(took_effect).filter_map(|(op, took_effect)| took_effect.then_some(*op)).collect()
}
