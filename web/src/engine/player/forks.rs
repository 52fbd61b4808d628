//! The run that was opened, and its forks.

use std::rc::Rc;

use ringside_lab::Instant;
use ringside_lab::timeline::Timeline;

use crate::state::timeline_position::RunName;

/// The maximum number of runs: each keeps its checkpoints.
const MOST_RUNS: usize = 6;

/// The run that was opened and its forks. The shown one is with the player; the others are kept here, each at
/// the moment at which it was left.
pub(in crate::engine) struct Forks {
    names: Rc<Vec<RunName>>,
    kept: Vec<Option<Timeline>>,
    shown: usize,
    next: u32,
}

impl Forks {
    /// Starts with the run that was opened.
    pub(super) fn new() -> Self {
        Self { names: Rc::new(vec![RunName::FIRST]), kept: vec![None], shown: 0, next: 2 }
    }

    /// The names of the runs.
    pub(super) fn names(&self) -> Rc<Vec<RunName>> {
        self.names.clone()
    }

    /// Returns a kept run by its number.
    pub(super) fn kept(&self, number: u32) -> Option<&Timeline> {
        let place = self.names.iter().position(|name| name.number == number)?;
        self.kept[place].as_ref()
    }

    /// The index of the shown run.
    pub(super) const fn shown(&self) -> usize {
        self.shown
    }

    /// The name of the shown run.
    pub(in crate::engine) fn name(&self) -> RunName {
        self.names[self.shown]
    }

    /// The number of the next fork.
    pub(in crate::engine) const fn next(&self) -> u32 {
        self.next
    }

    /// The run that one more fork would discard: the oldest kept one.
    pub(in crate::engine) fn leaves(&self) -> Option<RunName> {
        let oldest = (0..self.names.len()).find(|place| *place != self.shown);
        oldest.filter(|_| self.names.len() >= MOST_RUNS).map(|place| self.names[place])
    }

    /// Keeps the run as it was before a fork; the fork is shown from now on.
    pub(super) fn fork(&mut self, left: Timeline, at: Instant) {
        self.kept[self.shown] = Some(left);
        let names = Rc::make_mut(&mut self.names);
        if names.len() >= MOST_RUNS {
            let oldest = usize::from(self.shown == 0);
            names.remove(oldest);
            self.kept.remove(oldest);
        }
        names.push(RunName { number: self.next, forked_at: Some(at) });
        self.kept.push(None);
        self.shown = self.kept.len() - 1;
        self.next += 1;
    }

    /// Replaces the shown run by a kept one and keeps the former; returns the former if there is no such run.
    pub(super) fn switch(&mut self, to: usize, left: Timeline) -> Timeline {
        match self.kept.get_mut(to).and_then(Option::take) {
            Some(kept) => {
                self.kept[self.shown] = Some(left);
                self.shown = to;
                kept
            }
            None => left,
        }
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::{BUILT_IN, Duration, Lab};

    use super::*;

    fn timeline(ms: u64) -> Timeline {
        let [built_in, ..] = BUILT_IN;
        let lab = Lab::open(built_in.scenario().expect("a scenario")).expect("a run");
        let mut timeline = Timeline::new(lab);
        timeline.advance_to(Instant::ZERO + Duration::from_ms(ms));
        timeline
    }

    fn ms(timeline: &Timeline) -> u64 {
        timeline.now().as_us() / 1_000
    }

    #[test]
    fn each_run_is_found_as_it_was_left() {
        let mut runs = Forks::new();
        runs.fork(timeline(1), Instant::from_us(1_000));
        assert_eq!((runs.shown(), runs.name().number), (1, 2));
        let shown = runs.switch(0, timeline(2));
        assert_eq!((ms(&shown), runs.shown()), (1, 0));
        let shown = runs.switch(7, shown);
        assert_eq!((ms(&shown), runs.shown()), (1, 0), "there is no such run");
        let shown = runs.switch(0, shown);
        assert_eq!((ms(&shown), runs.shown()), (1, 0), "it is shown already");
        assert_eq!(ms(&runs.switch(1, shown)), 2);
    }

    #[test]
    fn the_oldest_fork_is_dropped_and_never_the_one_just_left() {
        let mut runs = Forks::new();
        for number in 0..10_u32 {
            let leaves = runs.leaves();
            let left = runs.name();
            runs.fork(timeline(0), Instant::ZERO);
            assert_eq!(leaves.is_some(), number >= 5);
            assert!(leaves.is_none_or(|gone| !runs.names().contains(&gone) && gone != left));
            assert!(runs.names().contains(&left) && runs.names().len() <= MOST_RUNS);
            assert_eq!(runs.name().number, number + 2);
            if number == 6 {
                let shown = runs.switch(0, timeline(0));
                assert_eq!(ms(&shown), 0);
            }
        }
    }
}
