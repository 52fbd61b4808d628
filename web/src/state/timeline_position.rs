//! The timeline of a run: its furthest moment, its forks and its marks.

use std::rc::Rc;

use ringside_lab::Instant;
use ringside_lab::timeline::{Mark, MarkKind};

use crate::format;

/// The number of kinds of marks.
const KINDS: usize = MarkKind::ALL.len();

/// The number of parts into which a run is divided to show its marks. A scrubber is rarely more than three
/// times as many pixels wide.
pub(crate) const PARTS: usize = 480;

/// The position of a run in time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TimelinePosition {
    /// The furthest moment that the run has reached.
    pub(crate) furthest: Instant,
    /// The marks of the run.
    pub(crate) ticks: Rc<Ticks>,
    /// The run and its forks, in the order in which they began.
    pub(crate) runs: Rc<Vec<RunName>>,
    /// The index of the run that is shown.
    pub(crate) shown: usize,
}

/// The name of a run or a fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunName {
    /// Its number, from one.
    pub(crate) number: u32,
    /// The moment of the fork, or `None` for the run that was opened.
    pub(crate) forked_at: Option<Instant>,
}

impl RunName {
    /// The run that was opened.
    pub(crate) const FIRST: Self = Self { number: 1, forked_at: None };

    /// Returns the short name, such as `Run 2`.
    pub(crate) fn short(self) -> String {
        format!("Run {}", self.number)
    }

    /// Returns the full name, such as `Run 2 (forked at 12.0 s)`.
    pub(crate) fn long(self) -> String {
        match self.forked_at {
            Some(at) => format!("{} (forked at {})", self.short(), format::seconds(at)),
            None => self.short(),
        }
    }
}

/// The number of marks of each kind in each part of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticks {
    counts: [Vec<u32>; KINDS],
}

impl Default for Ticks {
    fn default() -> Self {
        Self { counts: std::array::from_fn(|_| vec![0; PARTS]) }
    }
}

impl Ticks {
    /// Counts the marks of a run up to its furthest moment.
    pub(crate) fn new<'a>(marks: impl Iterator<Item = &'a Mark>, furthest: Instant) -> Self {
        let mut ticks = Self::default();
        for mark in marks {
            let part = part_of(mark.at, furthest) * PARTS as f64;
            ticks.counts[mark.kind as usize][(part as usize).min(PARTS - 1)] += 1;
        }
        ticks
    }

    /// Returns the number of marks of a kind, or of all kinds.
    pub(crate) fn total(&self, kind: Option<MarkKind>) -> u64 {
        let of = |counts: &Vec<u32>| counts.iter().map(|count| u64::from(*count)).sum::<u64>();
        match kind {
            Some(kind) => of(&self.counts[kind as usize]),
            None => self.counts.iter().map(of).sum(),
        }
    }

    /// Lists the places of the marks of a kind, from 0 to 1, each at least `apart` from the previous one: a
    /// crowd shows as a row, without marks that could not be distinguished.
    pub(crate) fn places(&self, kind: MarkKind, apart: f64) -> Vec<f64> {
        let mut places: Vec<f64> = Vec::new();
        let counts = self.counts[kind as usize].iter().enumerate();
        for (part, _) in counts.filter(|(_, count)| **count > 0) {
            let place = (part as f64 + 0.5) / PARTS as f64;
            if places.last().is_none_or(|last| place - last >= apart) {
                places.push(place);
            }
        }
        places
    }
}

/// Returns the place of a moment in a run, from 0 to 1; 1 for a run that has not begun.
pub(crate) fn part_of(moment: Instant, furthest: Instant) -> f64 {
    match furthest.as_us() {
        0 => 1.0,
        us => (moment.as_us() as f64 / us as f64).clamp(0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(kind: MarkKind, ms: u64) -> Mark {
        Mark { at: Instant::from_us(ms * 1_000), number: ms, kind, request: None }
    }

    #[test]
    fn each_mark_is_in_its_part_and_row() {
        let marks = [0, 5_000, 5_000, 10_000].map(|ms| mark(MarkKind::StaleRead, ms));
        let marks =
            marks.iter().chain(&[mark(MarkKind::Alert, 2_500)]).copied().collect::<Vec<_>>();
        let ticks = Ticks::new(marks.iter(), Instant::from_us(10_000_000));
        assert_eq!(ticks.total(Some(MarkKind::StaleRead)), 4);
        assert_eq!((ticks.total(Some(MarkKind::Fault)), ticks.total(None)), (0, 5));
        let places = ticks.places(MarkKind::StaleRead, 0.0);
        let rough: Vec<u32> = places.iter().map(|place| (place * 100.0) as u32).collect();
        assert_eq!(rough, [0, 50, 99]);
        assert!(ticks.places(MarkKind::Conflict, 0.0).is_empty());
    }

    #[test]
    fn a_crowd_is_thinned_to_what_can_be_told_apart() {
        let marks: Vec<Mark> = (0..10_000).map(|ms| mark(MarkKind::Fault, ms)).collect();
        let ticks = Ticks::new(marks.iter(), Instant::from_us(10_000_000));
        let places = ticks.places(MarkKind::Fault, 0.01);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 0.01));
        assert!((80..=100).contains(&places.len()), "{} of them", places.len());
    }

    #[test]
    fn a_run_that_has_not_begun_is_at_its_end() {
        assert_eq!(part_of(Instant::ZERO, Instant::ZERO).to_bits(), 1.0_f64.to_bits());
        let (now, furthest) = (Instant::from_us(5), Instant::from_us(20));
        assert_eq!(part_of(now, furthest).to_bits(), 0.25_f64.to_bits());
        let fork = RunName { number: 2, forked_at: Some(Instant::from_us(12_000_000)) };
        assert_eq!([fork.long(), RunName::FIRST.long()], ["Run 2 (forked at 12.0 s)", "Run 1"]);
    }
}
