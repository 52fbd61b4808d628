//! The history of one key, built from the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringside_sim::ClientId;
use ringside_store::version::{Dot, Version};
use ringside_store::{Instant, Key, Operation, RequestId, Value};

use super::Histories;
use super::record::{Record, RecordKind};

/// The operations of clients on one key, and their outcomes.
#[derive(Debug)]
pub(crate) struct History<'log> {
    /// The operations, in the order of their requests.
    pub(crate) operations: Vec<KeyOperation<'log>>,
    /// The events of the history, in order.
    pub(crate) happenings: Vec<HistoryEvent>,
    /// The number of later operations that were left out.
    pub(crate) left_out: u64,
    /// Whether tombstones may have been dropped.
    pub(crate) collects: bool,
}

/// An event of the operation of this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HistoryEvent {
    /// The client requested the operation.
    Asked(usize),
    /// The client received the answer, or gave up.
    Over(usize),
}

/// An operation as its client saw it, with the dot that the store assigned to a write.
#[derive(Debug)]
pub(crate) struct KeyOperation<'log> {
    pub(crate) request: RequestId,
    pub(crate) operation: Operation,
    /// The value that a put writes.
    pub(crate) value: Option<&'log Value>,
    /// The dot of a write, or `None` if it is not known.
    pub(crate) dot: Option<Dot>,
    /// Whether the written value has a time to live.
    pub(crate) lives: bool,
    /// Whether the latest timestamp won at the time of the request.
    pub(crate) latest_wins: bool,
    pub(crate) invoked: Instant,
    pub(crate) returned: Option<Instant>,
    pub(crate) answer: Answer<'log>,
}

/// The outcome of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer<'log> {
    /// The operation has not ended.
    Open,
    /// A read returned these versions.
    Found(Versions<'log>),
    /// A write was acknowledged with this version.
    Stored(&'log Version),
    /// A write was not done and never will be, or a read got no result.
    Failed,
    /// A write may be done at any time, or never.
    Unsure,
}

/// The versions that a read returned.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Versions<'log> {
    /// One version.
    One(&'log Version),
    /// No version, or several.
    Many(&'log [Arc<Version>]),
}

impl<'log> Versions<'log> {
    /// Lists the versions, tombstones included.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'log Version> {
        let (one, many): (_, &[_]) = match self {
            Self::One(version) => (Some(version), &[]),
            Self::Many(versions) => (None, versions),
        };
        one.into_iter().chain(many.iter().map(Arc::as_ref))
    }

    /// Lists the versions that have a value.
    pub(crate) fn live(self) -> impl Iterator<Item = &'log Version> {
        self.iter().filter(|version| !version.is_tombstone())
    }
}

impl KeyOperation<'_> {
    /// Returns the client of the operation.
    pub(crate) const fn client(&self) -> ClientId {
        ClientId::of(self.request)
    }
}

impl Histories {
    /// Decodes the history of a key and returns what `make` builds from it, or `None` if the key is unknown.
    pub(crate) fn show<T>(&self, key: &Key, make: impl FnOnce(&History) -> T) -> Option<T> {
        let slot = *self.slots.get(key)?;
        let records = self.log.of(slot);
        let mut history = History {
            operations: Vec::new(),
            happenings: Vec::new(),
            left_out: self.kept[slot as usize].left_out,
            collects: self.rules.collect,
        };
        let mut numbers = BTreeMap::new();
        for record in &records {
            history.take(record, &mut numbers);
        }
        for key_operation in &mut history.operations {
            if matches!(key_operation.answer, Answer::Open) {
                key_operation.dot = self.open.get(&key_operation.request).and_then(|open| open.dot);
            }
        }
        Some(make(&history))
    }
}

impl<'log> History<'log> {
    fn take(&mut self, record: &'log Record, numbers: &mut BTreeMap<RequestId, usize>) {
        let Record { at, request, .. } = *record;
        if let RecordKind::Asked { operation, value, lives, latest_wins } = &record.kind {
            let number = self.operations.len();
            numbers.insert(request, number);
            self.happenings.push(HistoryEvent::Asked(number));
            self.operations.push(KeyOperation {
                request,
                operation: *operation,
                value: value.as_ref(),
                dot: None,
                lives: *lives,
                latest_wins: *latest_wins,
                invoked: at,
                returned: None,
                answer: Answer::Open,
            });
            return;
        }
        let Some(&number) = numbers.get(&request) else { return };
        let key_operation = &mut self.operations[number];
        let answer = match &record.kind {
            RecordKind::Asked { .. } => return,
            RecordKind::Lives => return key_operation.lives = true,
            RecordKind::Named(dot) => return key_operation.dot = Some(*dot),
            RecordKind::Found(version) => Answer::Found(Versions::One(version)),
            RecordKind::FoundMany(siblings) => Answer::Found(Versions::Many(siblings)),
            RecordKind::Stored(version) => {
                key_operation.dot = Some(version.dot);
                key_operation.lives |= version.expires.is_some();
                Answer::Stored(version)
            }
            RecordKind::Failed => Answer::Failed,
            RecordKind::Unsure => Answer::Unsure,
        };
        (key_operation.answer, key_operation.returned) = (answer, Some(at));
        self.happenings.push(HistoryEvent::Over(number));
    }
}
