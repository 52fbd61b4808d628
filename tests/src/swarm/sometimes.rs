//! Rare cases that a sweep must reach.

use ringside_sim::{Entry, EntryKind, Intervention, Loss};
use ringside_store::{Event, Status};

/// The names of the cases.
pub const CASES: [&str; 20] = [
    "a hint replayed",
    "a Merkle exchange that found and fixed a difference",
    "a sibling set of three",
    "a join during a partition",
    "a refuted suspicion",
    "a tombstone collected",
    "a full mailbox",
    "a speculative read that won",
    "a stream resumed",
    "a key handed to its new owner",
    "a node that left",
    "a node removed",
    "digests that disagreed",
    "a read that wrote back before its reply",
    "a value that expired",
    "a hint that grew too old",
    "a hint refused",
    "an exchange throttled",
    "a clock truncated",
    "a coordinator at its cap",
];

/// The number of times that each case was reached, in the order of [`CASES`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseCounts {
    counts: [u64; CASES.len()],
    /// The number of links that are cut now.
    cut: usize,
}

impl CaseCounts {
    /// Counts the case of one journal entry, if it is one.
    pub fn observe(&mut self, entry: &Entry) {
        match &entry.kind {
            EntryKind::Intervention(Intervention::Cut(links)) => self.cut += links.len(),
            EntryKind::Intervention(Intervention::Mend(links)) => {
                self.cut = self.cut.saturating_sub(links.len());
            }
            EntryKind::Intervention(Intervention::Heal) => self.cut = 0,
            EntryKind::Intervention(Intervention::Join(_)) if self.cut > 0 => self.counts[3] += 1,
            EntryKind::Lost { why: Loss::Full, .. } => self.counts[6] += 1,
            EntryKind::Node { event, .. } => {
                if let Some(case) = Self::case(event) {
                    self.counts[case] += 1;
                }
            }
            _ => {}
        }
    }

    /// Returns the index of an event's case, or `None` if it is not rare.
    fn case(event: &Event) -> Option<usize> {
        Some(match event {
            Event::HandedOff { hint: true, .. } => 0,
            Event::Exchanged { changed: true, .. } => 1,
            Event::Stored { siblings, .. } if *siblings >= 3 => 2,
            Event::Recovered { refuted: true, .. } => 4,
            Event::TombstoneCollected { .. } => 5,
            Event::SpeculationWon { .. } => 7,
            Event::StreamBegan { resumed: true, .. } => 8,
            Event::HandedOff { hint: false, .. } => 9,
            Event::MemberChanged { status: Status::Left, .. } => 10,
            Event::MemberChanged { status: Status::Removed, .. } => 11,
            Event::DigestMismatch { .. } => 12,
            Event::WritingBack { .. } => 13,
            Event::Expired { .. } => 14,
            Event::HintsExpired { .. } => 15,
            Event::HintRefused { .. } => 16,
            Event::ExchangeThrottled { .. } => 17,
            Event::Truncated { .. } => 18,
            Event::Overloaded { .. } => 19,
            _ => return None,
        })
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
    }

    /// Iterates over the cases with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        CASES.into_iter().zip(self.counts)
    }
}
