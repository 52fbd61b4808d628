//! The log that histories are told from.

use std::sync::Arc;

use ringside_store::version::{Dot, Siblings, Version};
use ringside_store::{Instant, Operation, RequestId, Value};

/// How many records are in a part that clones share.
const PART: usize = 512;

/// Something that a client did or was told.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) at: Instant,
    pub(super) request: RequestId,
    /// The number of its key.
    pub(super) slot: u32,
    pub(super) said: Said,
}

/// What a record says of its operation. Small: there are many.
#[derive(Clone, Debug)]
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
    FoundMany(Box<Siblings>),
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
            _ => Self::FoundMany(Box::new(siblings.clone())),
        }
    }
}

/// Records in their order. Nothing is ever taken out, so clones share all but the last part.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    full: Vec<Arc<Vec<Record>>>,
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
            self.full.push(Arc::new(std::mem::take(&mut self.last)));
        }
    }

    /// Lists the records of a key, oldest first.
    pub(super) fn of(&self, slot: u32) -> impl Iterator<Item = &Record> {
        let full = self.full.iter().flat_map(|part| part.iter());
        full.chain(&self.last).filter(move |record| record.slot == slot)
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
        let mut log = Log::default();
        (0..1_300).for_each(|ordinal| log.push(record(ordinal as u32 % 3, ordinal)));
        let mut other = log.clone();
        other.push(record(1, 7_777));
        log.push(record(1, 8_888));
        for (log, last) in [(&log, 8_888), (&other, 7_777)] {
            let expected: Vec<u64> = (0..1_300).filter(|it| it % 3 == 1).chain([last]).collect();
            let found: Vec<u64> = log.of(1).map(|record| record.request.0).collect();
            assert_eq!(found, expected);
        }
        assert!(Arc::ptr_eq(&log.full[1], &other.full[1]));
    }

    #[test]
    fn a_record_is_small() {
        assert!(size_of::<Record>() <= 48, "{} bytes", size_of::<Record>());
    }
}
