//! The schedule of a run: the commands that are still due, of the scenario and of plans.

use ringside_store::{Duration, Instant};

use super::command::Command;

/// A command that is due at an instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Due {
    pub(crate) at: Instant,
    pub(crate) number: u32,
    pub(crate) command: Command,
}

/// The commands that are still due: the scenario's events, and what was planned by hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schedule {
    /// Sorted by time, the next one last; of one instant, the one planned first is executed first.
    due: Vec<Due>,
    /// The number of the next command to be added.
    next: u32,
}

impl Schedule {
    /// Creates the schedule of a scenario's events, whose numbers are their places in the file.
    pub(crate) fn new(events: impl Iterator<Item = (Duration, Command)>) -> Self {
        let mut due: Vec<Due> = (0..)
            .zip(events)
            .map(|(number, (at, command))| Due { at: Instant::ZERO + at, number, command })
            .collect();
        let next = due.len() as u32;
        due.sort_unstable_by_key(|it| std::cmp::Reverse((it.at, it.number)));
        Self { due, next }
    }

    /// Returns the time of the next command.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.due.last().map(|due| due.at)
    }

    /// Removes and returns the next command.
    pub(crate) fn pop(&mut self) -> Option<Command> {
        self.due.pop().map(|due| due.command)
    }

    /// Adds a command. Returns its number.
    pub(super) fn add(&mut self, at: Instant, command: Command) -> u32 {
        let number = self.next;
        self.next += 1;
        let place = self.due.partition_point(|due| due.at > at);
        self.due.insert(place, Due { at, number, command });
        number
    }

    /// Removes and returns the command of a number.
    pub(super) fn take(&mut self, number: u32) -> Option<Due> {
        let place = self.due.iter().position(|due| due.number == number)?;
        Some(self.due.remove(place))
    }

    /// The commands that are still due, the next one first.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Due> {
        self.due.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Add(u64),
        Take(u32),
        Pop,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => (0..20_u64).prop_map(Step::Add),
            1 => (0..30_u32).prop_map(Step::Take),
            2 => Just(Step::Pop),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        /// The naive model is an unsorted list.
        #[test]
        fn the_schedule_agrees_with_a_list(
            events in prop::collection::vec(0..20_u64, 0..8), steps in steps(),
        ) {
            let command = |at: u64, number: u32| Command::Quorum { n: at as u16, r: number as u16, w: 1 };
            let mut list: Vec<(u64, u32)> = events.iter().copied().zip(0..).collect();
            let mut next = list.len() as u32;
            let written = list.iter().map(|&(at, n)| (Duration::from_us(at), command(at, n)));
            let mut schedule = Schedule::new(written);
            for step in steps {
                match step {
                    Step::Add(at) => {
                        let number = schedule.add(Instant::from_us(at), command(at, next));
                        prop_assert_eq!(number, next);
                        list.push((at, next));
                        next += 1;
                    }
                    Step::Take(number) => {
                        let there = list.iter().position(|it| it.1 == number).map(|it| list.remove(it));
                        let taken = schedule.take(number).map(|due| (due.at.as_us(), due.number));
                        prop_assert_eq!(taken, there);
                    }
                    Step::Pop => {
                        let first = list.iter().min().copied();
                        list.retain(|it| Some(*it) != first);
                        prop_assert_eq!(schedule.pop(), first.map(|(at, number)| command(at, number)));
                    }
                }
                let mut sorted = list.clone();
                sorted.sort_unstable();
                prop_assert_eq!(schedule.next_at().map(Instant::as_us), sorted.first().map(|it| it.0));
                let listed: Vec<_> = schedule.iter().map(|due| (due.at.as_us(), due.number)).collect();
                prop_assert_eq!(listed, sorted);
            }
        }
    }
}
