//! The input of both checkers: the operations on one key, with numbers for values.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::{Call, History, OperationId};

/// A value of the register, by number.
pub(super) type ValueId = u32;

/// The number of the register's first value.
pub(super) const INITIAL: ValueId = 0;

/// The effect of an operation that took effect or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Read(ValueId),
    Write(ValueId),
    Cas(ValueId, ValueId),
}

impl Effect {
    /// Returns the value that it leaves, if it changes the register.
    pub(super) const fn written(self) -> Option<ValueId> {
        match self {
            Self::Read(_) => None,
            Self::Write(value) | Self::Cas(_, value) => Some(value),
        }
    }

    /// Returns the value that it must find, if it observes the register.
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
    /// The place of its return, or [`u32::MAX`] if the outcome is unknown.
    pub(super) returned: u32,
}

impl RegisterOp {
    /// Whether it certainly took effect.
    pub(super) const fn is_certain(&self) -> bool {
        self.returned != u32::MAX
    }
}

/// Lists the operations of one key in the order of their invocations, with numbers for values. Failed
/// operations and reads that never returned are left out.
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
    // The initial value has the number zero, and the others keep their order after it.
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

/// The updates of a whole history, which decide whether a part of it is sound evidence against it.
///
/// A part of a linearizable history is linearizable too if, for each value that it observes, it holds
/// every update that may have left that value: in the order of the whole without the other operations,
/// all reads still find the same values. An update cannot have left the value that an operation found if
/// it began only after that operation, or if another update in the part came entirely between the two. So
/// if such a part is broken, the whole is.
pub(super) struct UpdateIndex {
    /// All updates, by value and invocation.
    updates: BTreeMap<ValueId, Vec<RegisterOp>>,
}

impl UpdateIndex {
    /// Indexes the updates of a history.
    pub(super) fn new(ops: &[RegisterOp]) -> Self {
        let mut updates: BTreeMap<ValueId, Vec<RegisterOp>> = BTreeMap::new();
        for op in ops {
            if let Some(value) = op.effect.written() {
                updates.entry(value).or_default().push(*op);
            }
        }
        Self { updates }
    }

    /// Returns how many times a value was written. The initial value counts as written once.
    pub(super) fn times_written(&self, value: ValueId) -> usize {
        usize::from(value == INITIAL) + self.updates.get(&value).map_or(0, Vec::len)
    }

    /// Removes some operations from a part, and then every one whose value the rest no longer supports.
    pub(super) fn without(&self, part: &[RegisterOp], range: Range<usize>) -> Vec<RegisterOp> {
        let mut part = part.to_vec();
        part.drain(range);
        loop {
            let is_in_part =
                |op: &RegisterOp| part.binary_search_by_key(&op.id, |it| it.id).is_ok();
            // Only values that the part observes matter, so a small part takes little time.
            let observed: BTreeSet<ValueId> =
                part.iter().filter_map(|op| op.effect.observed()).collect();
            let updates = observed.iter().filter_map(|value| self.updates.get(value)).flatten();
            let omitted = OmittedUpdates::new(updates.filter(|op| !is_in_part(op)), &part);
            let is_unsupported = |op: &RegisterOp| {
                omitted.may_explain(op) || self.origin(op).is_some_and(|origin| !is_in_part(origin))
            };
            let rest: Vec<RegisterOp> =
                part.iter().filter(|op| !is_unsupported(op)).copied().collect();
            if rest.len() == part.len() {
                return part;
            }
            part = rest;
        }
    }

    /// Returns the update that a part must hold to show where the value that an operation found came from:
    /// the last one that began before the operation returned, or else the first one after that.
    fn origin(&self, op: &RegisterOp) -> Option<&RegisterOp> {
        let updates = self.updates.get(&op.effect.observed()?)?;
        let before = updates.partition_point(|update| update.invoked < op.returned);
        let before = updates[..before].iter().rev().find(|update| update.id != op.id);
        before.or_else(|| updates.iter().find(|update| update.id != op.id))
    }
}

/// The updates that are not in a part: for each value, their beginnings in order, each with the place until
/// which it or an earlier one may still have been the last update.
struct OmittedUpdates(BTreeMap<ValueId, Vec<(u32, u32)>>);

impl OmittedUpdates {
    fn new<'ops>(gone: impl Iterator<Item = &'ops RegisterOp>, part: &[RegisterOp]) -> Self {
        // The first end of any certain update that begins at an index or later.
        let mut first_ends = vec![u32::MAX; part.len() + 1];
        for (index, op) in part.iter().enumerate().rev() {
            let end = if op.effect.written().is_some() { op.returned } else { u32::MAX };
            first_ends[index] = end.min(first_ends[index + 1]);
        }
        let mut omitted: BTreeMap<ValueId, Vec<(u32, u32)>> = BTreeMap::new();
        for op in gone {
            let Some(value) = op.effect.written() else { continue };
            let next = part.partition_point(|later| later.invoked <= op.returned);
            let updates = omitted.entry(value).or_default();
            let until = updates.last().map_or(0, |(_, until)| *until);
            updates.push((op.invoked, until.max(first_ends[next])));
        }
        Self(omitted)
    }

    /// Whether one of them may have left the value that an operation found.
    fn may_explain(&self, op: &RegisterOp) -> bool {
        let updates = op.effect.observed().and_then(|value| self.0.get(&value));
        updates.is_some_and(|updates| {
            let before = updates.partition_point(|(invoked, _)| *invoked < op.returned);
            before.checked_sub(1).is_some_and(|index| updates[index].1 > op.invoked)
        })
    }
}

/// Returns the number of values, the initial one included.
pub(super) fn count_values(ops: &[RegisterOp]) -> usize {
    let values = ops.iter().flat_map(|op| [op.effect.written(), op.effect.observed()]).flatten();
    values.max().unwrap_or(INITIAL) as usize + 1
}

/// Returns the chosen operations with every update of a value that one of them observes, transitively.
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
