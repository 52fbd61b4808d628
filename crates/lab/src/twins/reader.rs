//! A reader of a run's journal from its beginning, though the run keeps only the latest entries.

use ringside_sim::Entry;

use crate::lab::Lab;
use crate::timeline::Timeline;

/// The approximate number of past entries that one call replays: a few milliseconds of work.
const REPLAYED_AT_ONCE: u64 = 4_000;

/// A reader of a run's journal that passes on each entry once.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The number of entries read so far.
    read: u64,
    /// A replay of the run's past, if the run no longer keeps the next entry.
    past: Option<Lab>,
}

impl Reader {
    /// Reads towards the present time of a run, and passes each new entry to `take`. Returns whether all
    /// entries are read.
    pub(super) fn read(&mut self, run: &Timeline, take: &mut dyn FnMut(&Entry)) -> bool {
        let lab = run.lab();
        if self.read >= lab.written() {
            return true;
        }
        if lab.journal(self.read..self.read + 1).next().is_some() {
            self.past = None;
            lab.journal(self.read..lab.written()).for_each(take);
            self.read = lab.written();
            return true;
        }
        let past = self.past.get_or_insert_with(|| run.lab_before(self.read));
        let read = self.read;
        past.advance_with(run.now(), REPLAYED_AT_ONCE, &mut |entry| {
            if entry.number >= read {
                take(entry);
            }
        });
        self.read = read.max(past.written());
        self.read >= lab.written()
    }

    /// Returns the number of entries read so far.
    pub(super) const fn count(&self) -> u64 {
        self.read
    }
}
