//! The operations on one key, with their values numbered: what the two checkers work on.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::{Call, History, OperationId};

/// A value of the register, by number.
pub(super) type ValueId = u32;

/// The number of the value that the register begins with.
pub(super) const INITIAL: ValueId = 0;

/// What an operation did, or may have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Read(ValueId),
    Write(ValueId),
    Cas(ValueId, ValueId),
}

impl Effect {
    /// Gives the value that it leaves, if it changes the register.
    pub(super) const fn written(self) -> Option<ValueId> {
        match self {
            Self::Read(_) => None,
            Self::Write(value) | Self::Cas(_, value) => Some(value),
        }
    }

    /// Gives the value that it must find, if it looks.
    pub(super) const fn observed(self) -> Option<ValueId> {
        match self {
            Self::Read(value) | Self::Cas(value, _) => Some(value),
            Self::Write(_) => None,
        }
    }
}

/// An operation that took effect or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RegisterOp {
    pub(super) id: OperationId,
    pub(super) effect: Effect,
    /// The place of its invocation, from one.
    pub(super) invoked: u32,
    /// The place of its return; [`u32::MAX`] when the outcome is unknown.
    pub(super) returned: u32,
}

impl RegisterOp {
    /// Tells whether it certainly took effect.
    pub(super) const fn is_certain(&self) -> bool {
        self.returned != u32::MAX
    }
}

/// Numbers the values of one key, and leaves out what says nothing: failed operations, and reads that
/// never returned. The operations stand in the order of their invocations.
pub(super) fn problem<K, V: Ord>(
    history: &History<K, V>,
    ids: &[OperationId],
    initial: &V,
) -> Vec<RegisterOp> {
    let counted = ids.iter().filter(|id| history.operations()[id.0 as usize].may_count());
    let mut values: Vec<&V> = Vec::with_capacity(ids.len());
    for &id in counted.clone() {
        let call = &history.operations()[id.0 as usize].call;
        values.extend(call.observed().into_iter().chain(call.written()));
    }
    values.sort_unstable();
    values.dedup();
    // The first value has the number zero, and the others keep their order behind it.
    let first = values.binary_search(&initial);
    let number = |value: &V| match (values.binary_search(&value), first) {
        (Ok(place), Ok(first)) if place == first => INITIAL,
        (Ok(place), Ok(first)) if place > first => place as ValueId,
        (Ok(place) | Err(place), _) => place as ValueId + 1,
    };
    let mut ops = Vec::with_capacity(ids.len());
    for &id in counted {
        let operation = &history.operations()[id.0 as usize];
        let effect = match &operation.call {
            Call::Read(None) => continue,
            Call::Read(Some(value)) => Effect::Read(number(value)),
            Call::Write(value) => Effect::Write(number(value)),
            Call::Cas { from, to } => Effect::Cas(number(from), number(to)),
        };
        let (invoked, returned) = (operation.invoked, operation.returned());
        ops.push(RegisterOp { id, effect, invoked, returned });
    }
    ops
}

/// A history whose parts may stand for it.
///
/// A part of a linearizable history is linearizable too if, for each value that it observes, it holds
/// every update that may have left it there: take the order of the whole and leave out the rest of it,
/// and everybody still finds what they found. An update cannot have left what somebody found if it
/// began only after that, or if another update that is in the part came wholly in between. So if such a
/// part is broken, the whole is.
pub(super) struct UpdateIndex {
    /// All updates, by value and invocation.
    updates: BTreeMap<ValueId, Vec<RegisterOp>>,
}

impl UpdateIndex {
    /// Takes a history, to leave out some of it.
    pub(super) fn new(ops: &[RegisterOp]) -> Self {
        let mut updates: BTreeMap<ValueId, Vec<RegisterOp>> = BTreeMap::new();
        for op in ops {
            if let Some(value) = op.effect.written() {
                updates.entry(value).or_default().push(*op);
            }
        }
        Self { updates }
    }

    /// Tells how many times a value came into being, by an update or as the first one.
    pub(super) fn times_written(&self, value: ValueId) -> usize {
        usize::from(value == INITIAL) + self.updates.get(&value).map_or(0, Vec::len)
    }

    /// Leaves some operations out of a part, and every one that the rest cannot stand for then.
    pub(super) fn without(&self, part: &[RegisterOp], range: Range<usize>) -> Vec<RegisterOp> {
        let mut part = part.to_vec();
        part.drain(range);
        loop {
            let is_in_part =
                |op: &RegisterOp| part.binary_search_by_key(&op.id, |it| it.id).is_ok();
            // Only what the part observes counts: a small part is looked at quickly.
            let observed: BTreeSet<ValueId> =
                part.iter().filter_map(|op| op.effect.observed()).collect();
            let updates = observed.iter().filter_map(|value| self.updates.get(value)).flatten();
            let left = OmittedUpdates::new(updates.filter(|op| !is_in_part(op)), &part);
            let rests = |op: &RegisterOp| {
                left.is_behind(op) || self.origin(op).is_some_and(|origin| !is_in_part(origin))
            };
            let rest: Vec<RegisterOp> = part.iter().filter(|op| !rests(op)).copied().collect();
            if rest.len() == part.len() {
                return part;
            }
            part = rest;
        }
    }

    /// Gives the update that a part must hold for people to see where a value came from: the last one
    /// that began before somebody had found the value, or else the first one after that.
    fn origin(&self, op: &RegisterOp) -> Option<&RegisterOp> {
        let updates = self.updates.get(&op.effect.observed()?)?;
        let before = updates.partition_point(|update| update.invoked < op.returned);
        let before = updates[..before].iter().rev().find(|update| update.id != op.id);
        before.or_else(|| updates.iter().find(|update| update.id != op.id))
    }
}

/// The updates that are not in a part: for each value, where they began, in order, with the place until
/// which any of them so far may still have been the last one.
struct OmittedUpdates(BTreeMap<ValueId, Vec<(u32, u32)>>);

impl OmittedUpdates {
    fn new<'ops>(gone: impl Iterator<Item = &'ops RegisterOp>, part: &[RegisterOp]) -> Self {
        // The first end of any certain update that begins at an index or later.
        let mut first_ends = vec![u32::MAX; part.len() + 1];
        for (index, op) in part.iter().enumerate().rev() {
            let end = if op.effect.written().is_some() { op.returned } else { u32::MAX };
            first_ends[index] = end.min(first_ends[index + 1]);
        }
        let mut left: BTreeMap<ValueId, Vec<(u32, u32)>> = BTreeMap::new();
        for op in gone {
            let Some(value) = op.effect.written() else { continue };
            let next = part.partition_point(|later| later.invoked <= op.returned);
            let updates = left.entry(value).or_default();
            let until = updates.last().map_or(0, |(_, until)| *until);
            updates.push((op.invoked, until.max(first_ends[next])));
        }
        Self(left)
    }

    /// Tells whether one of them may have left what an operation found.
    fn is_behind(&self, op: &RegisterOp) -> bool {
        let updates = op.effect.observed().and_then(|value| self.0.get(&value));
        updates.is_some_and(|updates| {
            let before = updates.partition_point(|(invoked, _)| *invoked < op.returned);
            before.checked_sub(1).is_some_and(|index| updates[index].1 > op.invoked)
        })
    }
}

/// Tells how many numbers there are to give to the values, the first one included.
pub(super) fn count_values(ops: &[RegisterOp]) -> usize {
    let values = ops.iter().flat_map(|op| [op.effect.written(), op.effect.observed()]).flatten();
    values.max().unwrap_or(INITIAL) as usize + 1
}

/// Adds to the chosen operations every update of a value that one of them observes, and so on.
pub(super) fn closure(
    ops: &[RegisterOp],
    is_chosen: impl Fn(&RegisterOp) -> bool,
) -> Vec<RegisterOp> {
    let mut chosen: Vec<bool> = ops.iter().map(is_chosen).collect();
    let mut writers = vec![Vec::new(); count_values(ops)];
    for (index, op) in ops.iter().enumerate() {
        if let Some(value) = op.effect.written() {
            writers[value as usize].push(index);
        }
    }
    let mut open: Vec<usize> = (0..ops.len()).filter(|&index| chosen[index]).collect();
    while let Some(index) = open.pop() {
        let Some(value) = ops[index].effect.observed() else { continue };
        for writer in std::mem::take(&mut writers[value as usize]) {
            if !std::mem::replace(&mut chosen[writer], true) {
                open.push(writer);
            }
        }
    }
    ops.iter().zip(chosen).filter_map(|(op, chosen)| chosen.then_some(*op)).collect()
}
