//! Histories: the operations that processes invoked, their results, and the order of both.

use std::collections::BTreeMap;

use crate::{Call, Completion, Operation, OperationId};

/// The operations of clients on a store of registers, over one sequence of events.
///
/// Only the order of events counts. An operation that ended before another one began precedes it in real
/// time; two that overlap may have happened in either order.
///
/// A process may have several operations open at once, also on one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History<K, V> {
    operations: Vec<Operation<K, V>>,
    /// The operation of each event. The event's place is its index here, plus one.
    events: Vec<OperationId>,
}

/// The type of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The operation was invoked.
    Invoke,
    /// The operation took effect.
    Ok,
    /// The operation did not take effect and never will.
    Fail,
    /// The client gave up without knowing whether the operation takes effect.
    Info,
}

impl Phase {
    /// Returns its name in histories: `invoke`, `ok`, `fail` or `info`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoke => "invoke",
            Self::Ok => "ok",
            Self::Fail => "fail",
            Self::Info => "info",
        }
    }
}

/// An event of a history: the invocation or the end of an operation.
#[derive(Debug)]
pub struct Event<'history, K, V> {
    /// The number of the operation.
    pub id: OperationId,
    /// The type of the event.
    pub phase: Phase,
    /// The operation with its final result.
    pub operation: &'history Operation<K, V>,
}

impl<K, V> Default for History<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> History<K, V> {
    /// Creates an empty history.
    pub const fn new() -> Self {
        Self { operations: Vec::new(), events: Vec::new() }
    }

    /// Records that a process invokes an operation, and returns the operation's number, with which its
    /// result is recorded later. Without a result, the outcome is unknown. A read's value is ignored until
    /// [`Self::ok_read`].
    pub fn invoke(&mut self, process: u64, key: K, call: Call<V>) -> OperationId {
        let id = OperationId(self.operations.len() as u32);
        let call = if matches!(call, Call::Read(_)) { Call::Read(None) } else { call };
        let invoked = self.push_event(id);
        self.operations.push(Operation {
            process,
            key,
            call,
            invoked,
            end: Completion::Info(None),
        });
        id
    }

    /// Records that a write or a cas took effect. Only the first result of an operation counts, and a
    /// read's is recorded by [`Self::ok_read`]: anything else is ignored.
    pub fn ok(&mut self, id: OperationId) {
        if self.get_open(id).is_some_and(|open| !matches!(open.call, Call::Read(_))) {
            self.end(id, Completion::Ok);
        }
    }

    /// Records the value that a read returned. Only the first result of an operation counts, and it must be
    /// a read: anything else is ignored.
    pub fn ok_read(&mut self, id: OperationId, value: V) {
        if self.get_open(id).is_some_and(|open| matches!(open.call, Call::Read(_))) {
            self.end(id, Completion::Ok);
            self.operations[id.0 as usize].call = Call::Read(Some(value));
        }
    }

    /// Records that an operation has not taken effect and never will. Only the first result counts.
    pub fn fail(&mut self, id: OperationId) {
        self.end(id, Completion::Fail);
    }

    /// Records that a client gave up on an operation: it may take effect at any time, or never. Only the
    /// first result counts.
    pub fn info(&mut self, id: OperationId) {
        self.end(id, |place| Completion::Info(Some(place)));
    }

    /// Lists the operations, by number.
    pub fn operations(&self) -> &[Operation<K, V>] {
        &self.operations
    }

    /// Returns the operation with a number from [`Self::invoke`].
    pub fn get(&self, id: OperationId) -> Option<&Operation<K, V>> {
        self.operations.get(id.0 as usize)
    }

    /// Lists the events in their order.
    pub fn events(&self) -> impl Iterator<Item = Event<'_, K, V>> {
        self.events.iter().zip(1..).map(|(&id, place)| {
            let operation = &self.operations[id.0 as usize];
            let phase = match operation.end {
                _ if operation.invoked == place => Phase::Invoke,
                Completion::Ok(_) => Phase::Ok,
                Completion::Fail(_) => Phase::Fail,
                Completion::Info(_) => Phase::Info,
            };
            Event { id, phase, operation }
        })
    }

    fn get_open(&self, id: OperationId) -> Option<&Operation<K, V>> {
        self.get(id).filter(|operation| operation.end == Completion::Info(None))
    }

    fn push_event(&mut self, id: OperationId) -> u32 {
        self.events.push(id);
        self.events.len() as u32
    }

    fn end(&mut self, id: OperationId, end: impl FnOnce(u32) -> Completion) {
        if self.get_open(id).is_some() {
            let place = self.push_event(id);
            self.operations[id.0 as usize].end = end(place);
        }
    }
}

impl<K: Ord, V> History<K, V> {
    /// Groups the operations by key. Each key is judged by itself: a history is linearizable if and only
    /// if it is so for every object (Herlihy and Wing 1990, section 3.1).
    pub(crate) fn by_key(&self) -> BTreeMap<&K, Vec<OperationId>> {
        let mut keys: BTreeMap<&K, Vec<OperationId>> = BTreeMap::new();
        for (operation, number) in self.operations.iter().zip(0..) {
            keys.entry(&operation.key).or_default().push(OperationId(number));
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_result_of_the_right_kind_counts() {
        let mut history = History::new();
        let read = history.invoke(0, 'x', Call::Read(Some(9)));
        let write = history.invoke(1, 'x', Call::Write(1));
        history.ok(read);
        history.ok_read(write, 5);
        history.fail(OperationId(7));
        assert!(history.operations().iter().all(|it| it.end == Completion::Info(None)));
        assert_eq!(history.operations()[0].call, Call::Read(None), "nothing was read yet");
        history.ok_read(read, 1);
        history.info(read);
        history.fail(write);
        history.ok(write);
        let phases: Vec<Phase> = history.events().map(|event| event.phase).collect();
        assert_eq!(phases, [Phase::Invoke, Phase::Invoke, Phase::Ok, Phase::Fail]);
        let ends: Vec<Completion> = history.operations().iter().map(|it| it.end).collect();
        assert_eq!(ends, [Completion::Ok(3), Completion::Fail(4)]);
    }
}
