//! Reads the journal of a run from its beginning, each entry once, though the run keeps the latest alone.

use ringside_sim::Entry;

use crate::lab::Lab;
use crate::timeline::Timeline;

/// The number of entries of the past that are done again at once: a few milliseconds' worth.
const BREATH: u64 = 4_000;

/// A reader of a run's journal.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The number of entries that were read.
    read: u64,
    /// The run as it was, where it does not keep the next entry any more.
    past: Option<Lab>,
}

impl Reader {
    /// Reads up to the present time of a run. Returns whether everything is read.
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
        past.advance_with(run.now(), BREATH, &mut |entry| {
            if entry.number >= read {
                take(entry);
            }
        });
        self.read = read.max(past.written());
        self.read >= lab.written()
    }

    /// Returns how many entries were read.
    pub(super) const fn count(&self) -> u64 {
        self.read
    }
}
