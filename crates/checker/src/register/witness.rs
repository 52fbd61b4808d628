//! Witnesses: the few operations that already contradict each other, with an explanation.

use std::fmt::Display;

use super::limits::{SearchBudget, SearchLimits};
use super::problem::{RegisterOp, UpdateIndex};
use super::search::{self, SearchOutcome};
use super::zones::{self, ZoneConflict, ZonePair};
use crate::{Call, History, OperationId};

/// Operations of one key that no order explains, whatever the other operations are.
///
/// They are a history of their own that is not linearizable, and sound evidence against the whole: each
/// value that one of them found comes with its last write, and every other write of it is included too
/// unless it began too late or was certainly overwritten. If the witness is minimal, removing any one of
/// them, with the operations whose values are then unsupported, leaves a linearizable history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterWitness {
    /// The operations, in the order of their invocations.
    pub operations: Vec<OperationId>,
    /// The contradiction between them.
    pub contradiction: Contradiction,
    /// The contradiction as a sentence, without its full stop.
    pub why: String,
    /// Whether the limits were enough to try to remove each operation.
    pub is_minimal: bool,
}

/// The contradiction in a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// A read of a value that was never written.
    NeverWritten {
        /// The read.
        read: OperationId,
        /// A failed write of the value, which must never be seen.
        failed: Option<OperationId>,
    },
    /// A read that ended before the only write of its value began.
    BeforeItsWrite {
        /// The read.
        read: OperationId,
        /// The write.
        write: OperationId,
    },
    /// Two values that each precede the other, which no other write of them explains.
    TwoOrders {
        /// An operation of the one value, or `None` if the register began with it.
        first: Option<OperationId>,
        /// An operation of the other value, which began after `first` had ended.
        then: OperationId,
        /// An operation of the other value, which ended before `again` began.
        second: OperationId,
        /// Another operation of the one value.
        again: OperationId,
    },
    /// No order explains all results, and no two values alone are the reason.
    NoOrder {
        /// The furthest order that explains its own results.
        order: Vec<OperationId>,
        /// The operation that must come next and cannot.
        stuck: Option<OperationId>,
    },
}

impl RegisterWitness {
    /// Explains broken operations.
    pub(super) fn new<K: PartialEq, V: Ord + Display>(
        history: &History<K, V>,
        initial: &V,
        whole: &UpdateIndex,
        ops: &[RegisterOp],
        is_minimal: bool,
        limits: SearchLimits,
    ) -> Self {
        let words = WitnessText { history, initial, whole };
        let clash = if zones::applies(ops) { zones::explain(ops) } else { None };
        let (contradiction, why) = match clash {
            Some(ZoneConflict::NeverWritten { read }) => words.never_written(read),
            Some(ZoneConflict::BeforeItsWrite { read, write }) => {
                words.before_its_write(read, write)
            }
            Some(ZoneConflict::TwoOrders(pair)) => words.two_orders(pair),
            None => words.no_order(ops, limits),
        };
        let operations = ops.iter().map(|op| op.id).collect();
        Self { operations, contradiction, why, is_minimal }
    }
}

/// The explanation of a witness, and what it is made of.
struct WitnessText<'history, K, V> {
    history: &'history History<K, V>,
    initial: &'history V,
    whole: &'history UpdateIndex,
}

impl<K: PartialEq, V: Ord + Display> WitnessText<'_, K, V> {
    fn name(&self, id: OperationId) -> String {
        self.history.operations()[id.0 as usize].describe()
    }

    /// Returns the text of the value that an operation wrote or found.
    fn value(&self, id: OperationId) -> String {
        let call = &self.history.operations()[id.0 as usize].call;
        call.written().or(call.observed()).map_or_else(String::new, ToString::to_string)
    }

    /// Whether the value that an operation wrote or found was written only once.
    fn is_unique(&self, op: RegisterOp) -> bool {
        let value = op.effect.written().or(op.effect.observed());
        value.is_none_or(|value| self.whole.times_written(value) < 2)
    }

    fn never_written(&self, read: RegisterOp) -> (Contradiction, String) {
        let operation = &self.history.operations()[read.id.0 as usize];
        let wrote =
            |call: &Call<V>| call.written().is_some_and(|it| Some(it) == operation.call.observed());
        let failed = self
            .history
            .operations()
            .iter()
            .zip(0..)
            .find(|(it, _)| it.key == operation.key && !it.may_count() && wrote(&it.call));
        let failed = failed.map(|(_, number)| OperationId(number));
        let name = self.name(read.id);
        let why = match failed {
            None => format!("{name} found a value that was never written"),
            Some(id) => {
                format!("{name} found a value that only {} wrote, which failed", self.name(id))
            }
        };
        (Contradiction::NeverWritten { read: read.id, failed }, why)
    }

    fn before_its_write(&self, read: RegisterOp, write: RegisterOp) -> (Contradiction, String) {
        let why = format!(
            "{} ended before {} began, and {}",
            self.name(read.id),
            self.name(write.id),
            if self.is_unique(write) {
                "no other operation wrote that value"
            } else {
                "before any other write of that value"
            }
        );
        (Contradiction::BeforeItsWrite { read: read.id, write: write.id }, why)
    }

    fn two_orders(&self, pair: ZonePair) -> (Contradiction, String) {
        let (first, then) = (pair.first.map(|op| op.id), pair.then.id);
        let (second, again) = (pair.second.id, pair.again.id);
        let (one, other) = (self.value(again), self.value(then));
        let beginning = first.map_or_else(
            || format!("the register began with {one}"),
            |first| format!("{} ended before {} began", self.name(first), self.name(then)),
        );
        let unique = if self.is_unique(pair.then) && self.is_unique(pair.again) {
            "each was written only once"
        } else {
            "no other write of either explains it"
        };
        let why = format!(
            "{beginning}, so {one} came before {other}; {} ended before {} began, so {other} came \
             before {one}; and {unique}",
            self.name(second),
            self.name(again)
        );
        (Contradiction::TwoOrders { first, then, second, again }, why)
    }

    fn no_order(&self, ops: &[RegisterOp], limits: SearchLimits) -> (Contradiction, String) {
        let SearchOutcome::DeadEnd(furthest) =
            search::furthest(ops, &mut SearchBudget::new(limits))
        else {
            let why = format!("no order explains these {} operations", ops.len());
            return (Contradiction::NoOrder { order: Vec::new(), stuck: None }, why);
        };
        let stuck = ops.iter().find(|op| op.returned == furthest.place).map(|op| op.id);
        let order: Vec<OperationId> = furthest.order.iter().map(|op| op.id).collect();
        let last = order.iter().rev().find_map(|id| self.history.get(*id)?.call.written());
        let value = last.unwrap_or(self.initial);
        let names: Vec<String> = order.iter().map(|id| self.name(*id)).collect();
        let next = stuck.map_or_else(String::new, |id| self.name(id));
        let why = if names.is_empty() {
            format!("the register began with {value}, and {next} cannot come first")
        } else {
            format!(
                "no order explains these {} operations: the furthest is {}, which leaves {value}, and \
                 {next} cannot come next",
                ops.len(),
                names.join(", ")
            )
        };
        (Contradiction::NoOrder { order, stuck }, why)
    }
}
