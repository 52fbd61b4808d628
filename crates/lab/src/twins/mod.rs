//! Twins: two runs side by side, and where they first differ.

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

/// Two runs that are moved in lockstep.
///
/// Randomness depends on what happens and not on when it was drawn. Two runs of one scenario and one seed
/// therefore share all the randomness that they can: the same clients send the same requests at the same
/// instants, and each message takes as long as its twin. A difference is caused by the knob.
#[derive(Clone, Debug)]
pub struct Twins {
    sides: [Lab; 2],
    comparison: Comparison,
}

impl Twins {
    /// Puts two runs side by side, as they are.
    pub fn of(first: Lab, second: Lab) -> Self {
        Self { sides: [first, second], comparison: Comparison::default() }
    }

    /// Makes a twin of a run as it is now, with one thing changed in the twin.
    ///
    /// # Errors
    ///
    /// As [`Lab::command`].
    pub fn with(lab: Lab, change: Command) -> Result<Self, CommandError> {
        let mut other = lab.clone();
        other.command(change)?;
        Ok(Self::of(lab, other))
    }

    /// Returns the two runs.
    pub const fn sides(&self) -> &[Lab; 2] {
        &self.sides
    }

    /// Acts on both runs now.
    ///
    /// # Errors
    ///
    /// As [`Lab::command`], of the run that refuses it; the other one may have done it.
    pub fn command(&mut self, command: &Command) -> Result<(), CommandError> {
        self.sides.iter_mut().try_for_each(|lab| lab.command(command.clone()).map(|_| ()))
    }

    /// Runs both until `until`.
    pub fn advance_to(&mut self, until: Instant) {
        while !self.advance(until, u64::MAX) {}
    }

    /// Runs both until `until`, but stops once about `most` journal entries are written on each side. Returns
    /// whether both got there.
    pub fn advance(&mut self, until: Instant, most: u64) -> bool {
        let Self { sides, comparison } = self;
        let mut arrived = true;
        for (side, lab) in sides.iter_mut().enumerate() {
            arrived &= lab.advance_with(until, most, &mut |entry| comparison.take(side, entry));
        }
        arrived
    }

    /// Returns the operation that was asked for first of those that ended otherwise, or took another time.
    pub const fn first(&self) -> Option<&Difference> {
        self.comparison.first()
    }

    /// Returns the earliest operation whose clients got different answers.
    pub const fn first_answer(&self) -> Option<&Difference> {
        self.comparison.first_answer()
    }

    /// Returns the number of operations that have ended in both runs, and the number of those with different
    /// answers.
    pub const fn compared(&self) -> (u64, u64) {
        self.comparison.compared()
    }
}
