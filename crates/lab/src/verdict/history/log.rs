//! A log of records, from which histories are built.

use std::sync::Arc;

use super::packed::Packed;
use super::record::Record;

/// The number of records that are packed at once.
const PART: usize = 2_048;

/// Records in order. No record is ever removed, so all but the latest are packed, and clones share the packed
/// ones.
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

    /// Packs all records.
    pub(super) fn pack(&mut self) {
        if !self.last.is_empty() {
            self.packed.push(Arc::new(Packed::new(&std::mem::take(&mut self.last))));
        }
    }

    /// Returns the records of a key, oldest first.
    pub(super) fn of(&self, slot: u32) -> Vec<Record> {
        let mut records = Vec::new();
        self.packed.iter().for_each(|part| part.unpack(slot, &mut records));
        records.extend(self.last.iter().filter(|record| record.slot == slot).cloned());
        records
    }
}

#[cfg(test)]
mod tests {
    use ringside_store::{Instant, RequestId};

    use super::super::record::RecordKind;
    use super::*;

    #[test]
    fn clones_share_packed_records_and_grow_apart() {
        let record = |slot: u32, ordinal: u64| {
            let (at, request) = (Instant::from_us(ordinal), RequestId(ordinal));
            Record { at, request, slot, kind: RecordKind::Failed }
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
}
