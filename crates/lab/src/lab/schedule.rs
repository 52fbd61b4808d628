//! What is planned for later: by a scenario's schedule, and by hand while a run goes on.

use ringside_store::{Duration, Instant};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::Lab;
use super::command::Command;
use crate::error::{CommandError, ScenarioError};
use crate::scenario::{MOST_EVENTS, not_too_long};
use crate::words::commands;

/// The number that the binary form of a command begins with where it plans something.
const PLAN: u32 = 40;

/// Something to be done later: `{"at": "12s", "do": {"crash": "A"}}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// When, as time since the run began.
    pub at: Duration,
    /// What. It can't be a plan again.
    pub command: Box<Command>,
}

/// The form of files.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: Duration,
    #[serde(rename = "do")]
    command: Box<Command>,
}

impl Serialize for Planned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { at, command } = self.clone();
        if serializer.is_human_readable() {
            Written { at, command }.serialize(serializer)
        } else {
            let inner = postcard::to_allocvec(&*command).map_err(ser::Error::custom)?;
            (at, inner).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Planned {
    /// Reads a plan. Readers of text end by themselves where there is too much in each other; of a link,
    /// which could hold plans in plans until the stack that reads it is full, what is planned is looked
    /// at before it is read.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let Written { at, command } = Written::deserialize(deserializer)?;
            return Ok(Self { at, command });
        }
        let (at, inner) = <(Duration, Vec<u8>)>::deserialize(deserializer)?;
        let (kind, _) = postcard::take_from_bytes::<u32>(&inner).map_err(de::Error::custom)?;
        if kind == PLAN {
            return Err(de::Error::custom("a plan can't hold another one"));
        }
        let (command, rest) = postcard::take_from_bytes(&inner).map_err(de::Error::custom)?;
        if !rest.is_empty() {
            return Err(de::Error::custom("a plan is longer than what is planned"));
        }
        Ok(Self { at, command: Box::new(command) })
    }
}

impl Planned {
    /// Checks the plan's values against a cluster of so many nodes.
    pub(crate) fn check(&self, nodes: u16) -> Result<(), ScenarioError> {
        not_too_long("at", self.at)?;
        if matches!(*self.command, Command::Plan(_) | Command::Cancel(_)) {
            return Err(ScenarioError::new(
                "do",
                "plans are made and cancelled at once, not later",
            ));
        }
        self.command.check(nodes).map_err(|error| error.within("do"))
    }
}

/// What a schedule has still to do at one instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Due {
    pub(crate) at: Instant,
    pub(crate) number: u32,
    pub(crate) command: Command,
}

/// What a run has still to do: the scenario's events, and what was planned by hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schedule {
    /// The next one last; those of one instant in the order in which they were planned.
    due: Vec<Due>,
    /// The number of the next one.
    next: u32,
}

impl Schedule {
    /// Takes a scenario's events, whose numbers are their places in the file.
    pub(crate) fn new(events: impl Iterator<Item = (Duration, Command)>) -> Self {
        let mut due: Vec<Due> = (0..)
            .zip(events)
            .map(|(number, (at, command))| Due { at: Instant::ZERO + at, number, command })
            .collect();
        let next = due.len() as u32;
        due.sort_unstable_by_key(|it| std::cmp::Reverse((it.at, it.number)));
        Self { due, next }
    }

    /// Gives when the next thing is due.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.due.last().map(|due| due.at)
    }

    /// Takes out the next thing.
    pub(crate) fn pop(&mut self) -> Option<Command> {
        self.due.pop().map(|due| due.command)
    }

    /// Adds something; gives its number.
    fn add(&mut self, at: Instant, command: Command) -> u32 {
        let number = self.next;
        self.next += 1;
        let place = self.due.partition_point(|due| due.at > at);
        self.due.insert(place, Due { at, number, command });
        number
    }

    /// Takes something out by its number.
    fn take(&mut self, number: u32) -> Option<Due> {
        let place = self.due.iter().position(|due| due.number == number)?;
        Some(self.due.remove(place))
    }

    /// Lists what is still to be done, the next thing first.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Due> {
        self.due.iter().rev()
    }
}

impl Lab {
    /// Plans something for later.
    ///
    /// # Errors
    ///
    /// Refuses a moment that has passed, and one plan too many.
    pub(crate) fn plan(&mut self, planned: &Planned) -> Result<(), CommandError> {
        let (at, now) = (Instant::ZERO + planned.at, self.now());
        if at <= now {
            let reason = format!("{at} is not ahead: the clock stands at {now}");
            return Err(ScenarioError::new("plan.at", reason).into());
        }
        if self.schedule.iter().len() >= MOST_EVENTS {
            let reason = format!("{MOST_EVENTS} are planned already, and that is the most");
            return Err(ScenarioError::new("plan", reason).into());
        }
        self.schedule.add(at, (*planned.command).clone());
        self.cluster.note_plan(at, &commands::words(&planned.command));
        Ok(())
    }

    /// Takes back what was planned under a number.
    ///
    /// # Errors
    ///
    /// Refuses a number under which nothing is planned, or no longer.
    pub(crate) fn cancel(&mut self, number: u32) -> Result<(), CommandError> {
        let reason = || format!("nothing is planned under the number {number}, or no longer");
        let due = self.schedule.take(number);
        let due = due.ok_or_else(|| ScenarioError::new("cancel", reason()))?;
        self.cluster.note_cancelled(&commands::words(&due.command));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ringside_store::NodeId;

    use super::*;

    fn plan(command: Command) -> Command {
        Command::Plan(Planned { at: Duration::from_ms(5), command: Box::new(command) })
    }

    #[test]
    fn a_plan_is_packed_and_unpacked_and_holds_no_other_plan() {
        let crash = plan(Command::Crash(NodeId(1)));
        let packed = postcard::to_allocvec(&crash).expect("it has a binary form");
        assert_eq!(packed.first().copied().map(u32::from), Some(PLAN));
        assert_eq!(postcard::from_bytes(&packed), Ok(crash.clone()));
        let nested = postcard::to_allocvec(&plan(crash)).expect("it has a binary form");
        assert!(postcard::from_bytes::<Command>(&nested).is_err());
    }

    #[test]
    fn plans_in_plans_do_not_fill_the_stack() {
        // Each layer is the variant, the time, and the length of what is inside.
        let mut packed = postcard::to_allocvec(&Command::Heal).expect("it has a binary form");
        assert!(postcard::from_bytes::<Command>(&packed).is_ok());
        while packed.len() < 20_000 {
            let mut layer = postcard::to_allocvec(&(PLAN, 0_u64, packed.len())).expect("numbers");
            layer.extend(packed);
            packed = layer;
        }
        assert!(postcard::from_bytes::<Command>(&packed).is_err());
    }

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
        /// The naive model is a list that is searched from end to end.
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
