//! The log that histories are told from.

use std::sync::Arc;

use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, Operation, RequestId, Value};

use super::packed::Packed;

/// How many records are packed at once.
const PART: usize = 2_048;

/// Something that a client did or was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) at: Instant,
    pub(super) request: RequestId,
    /// The number of its key.
    pub(super) slot: u32,
    pub(super) said: Said,
}

/// What a record says of its operation. Small: there are many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The client asked for it.
    Asked {
        operation: Operation,
        value: Option<Value>,
        /// Whether the value lives for some time only.
        lives: bool,
        /// Whether the latest stamp won then.
        latest_wins: bool,
    },
    /// Its value lives for some time only: settings changed while it was under way.
    Lives,
    /// It was named. Only told of writes whose clients are unsure.
    Named(Dot),
    /// It returned one version.
    Found(Arc<Version>),
    /// It returned none, or several.
    FoundMany(Box<[Arc<Version>]>),
    /// It was written.
    Stored(Arc<Version>),
    /// It was not done and never will be.
    Failed,
    /// Its client does not know whether it is done.
    Unsure,
}

impl Said {
    /// Notes what a read returned.
    pub(super) fn found(siblings: &Siblings) -> Self {
        let mut versions = siblings.iter();
        match (versions.next(), versions.next()) {
            (Some(version), None) => Self::Found(Arc::clone(version)),
            _ => Self::FoundMany(siblings.iter().cloned().collect()),
        }
    }
}

/// Records in their order. Nothing is ever taken out, so all but the last of them are packed, and clones
/// share what is packed.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    packed: Vec<Arc<Packed>>,
    last: Vec<Record>,
}

impl Log {
    /// Adds a record.
    pub(super) fn push(&mut self, record: Record) {
        if self.last.capacity() == 0 {
            self.last.reserve_exact(PART);
        }
        self.last.push(record);
        if self.last.len() == PART {
            self.pack();
        }
    }

    /// Packs all of it.
    pub(super) fn pack(&mut self) {
        if !self.last.is_empty() {
            self.packed.push(Arc::new(Packed::new(&std::mem::take(&mut self.last))));
        }
    }

    /// Lists the records of a key, oldest first.
    pub(super) fn of(&self, slot: u32) -> Vec<Record> {
        let mut records = Vec::new();
        self.packed.iter().for_each(|part| part.unpack(slot, &mut records));
        records.extend(self.last.iter().filter(|record| record.slot == slot).cloned());
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_shares_the_past_and_goes_its_own_way() {
        let record = |slot: u32, ordinal: u64| {
            let (at, request) = (Instant::from_us(ordinal), RequestId(ordinal));
            Record { at, request, slot, said: Said::Failed }
        };
        let written = 2 * PART as u64 + 300;
        let mut log = Log::default();
        (0..written).for_each(|ordinal| log.push(record(ordinal as u32 % 3, ordinal)));
        let (mut clone, mut copy) = (log.clone(), log.clone());
        copy.pack();
        copy.push(record(1, 77_777));
        clone.push(record(1, 88_888));
        log.push(record(1, 99_999));
        for (log, last) in [(&copy, 77_777), (&clone, 88_888), (&log, 99_999)] {
            let expected: Vec<u64> = (0..written).filter(|it| it % 3 == 1).chain([last]).collect();
            let found: Vec<u64> = log.of(1).iter().map(|record| record.request.0).collect();
            assert_eq!(found, expected);
            assert!(log.of(3).is_empty());
        }
        for other in [&clone, &copy] {
            assert!(Arc::ptr_eq(&log.packed[1], &other.packed[1]));
        }
        assert_eq!((copy.last.len(), clone.last.len()), (1, 301));
    }

    #[test]
    fn a_record_is_small() {
        assert!(size_of::<Record>() <= 48, "{} bytes", size_of::<Record>());
    }
}
