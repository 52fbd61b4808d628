//! Twins: two runs in lockstep, and their first difference.

mod companion;
mod comparison;
mod knob;
mod reader;

pub use companion::Companion;
pub use comparison::Difference;
pub use knob::Knob;

use ringside_store::Instant;

use crate::error::CommandError;
use crate::lab::{Command, Lab};
use comparison::Comparison;

/// Two runs that advance in lockstep.
///
/// A random draw depends on the event that it is for, not on the order of draws. Two runs of one scenario and
/// one seed therefore share all the randomness that they can: the same clients send the same requests at the
/// same instants, and each message takes as long as its twin. Any difference is caused by what was changed.
#[derive(Clone, Debug)]
pub struct Twins {
    sides: [Lab; 2],
    comparison: Comparison,
}

impl Twins {
    /// Pairs two runs in their present states.
    pub fn of(first: Lab, second: Lab) -> Self {
        Self { sides: [first, second], comparison: Comparison::default() }
    }

    /// Pairs a run with a copy of its present state, and executes `change` in the copy.
    ///
    /// # Errors
    ///
    /// The errors of [`Lab::command`] for `change`.
    pub fn with(lab: Lab, change: Command) -> Result<Self, CommandError> {
        let mut other = lab.clone();
        other.command(change)?;
        Ok(Self::of(lab, other))
    }

    /// Returns the two runs.
    pub const fn sides(&self) -> &[Lab; 2] {
        &self.sides
    }

    /// Executes a command in both runs, at their present times.
    ///
    /// # Errors
    ///
    /// The errors of [`Lab::command`]. If the second run refuses the command, the first has executed it.
    pub fn command(&mut self, command: &Command) -> Result<(), CommandError> {
        self.sides.iter_mut().try_for_each(|lab| lab.command(command.clone()).map(|_| ()))
    }

    /// Advances both runs to `until`.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Advances both runs towards `until`, but stops each one after about `most` further journal entries.
    /// Returns whether both have reached `until`.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        let Self { sides, comparison } = self;
        let mut arrived = true;
        for (side, lab) in sides.iter_mut().enumerate() {
            arrived &= lab.advance_with(until, most, &mut |entry| comparison.take(side, entry));
        }
        arrived
    }

    /// Returns the earliest requested operation whose answers or latencies differ, or `None` if none is
    /// known.
    pub const fn first(&self) -> Option<&Difference> {
        self.comparison.first()
    }

    /// Returns the earliest requested operation whose answers differ, or `None` if none is known.
    pub const fn first_answer(&self) -> Option<&Difference> {
        self.comparison.first_answer()
    }

    /// Returns the number of operations that have ended in both runs, and the number of those with different
    /// answers.
    pub const fn compared(&self) -> (u64, u64) {
        self.comparison.compared()
    }
}
