//! The state of the twins lens, with its reducer, and its frame.

use ringside_lab::Instant;
use ringside_lab::frame::Frame;
use ringside_lab::instruments::{Measured, Report, Window};
use ringside_lab::twins::{Difference, Knob};

use crate::graphics::charts::Sli;

/// The run to compare with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CompareWith {
    /// A twin with one knob changed.
    Knob(Knob),
    /// The run, or the fork, of this number.
    Run(u32),
}

/// The settings of the twins lens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TwinsState {
    /// The run to compare with, or `None` for the page's proposal.
    pub(crate) versus: Option<CompareWith>,
    /// The series of the chart.
    pub(crate) sli: Sli,
}

/// An action on this state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TwinsAction {
    /// Selects the run to compare with.
    Compare(Option<CompareWith>),
    /// Selects the series of the chart.
    Chart(Sli),
}

impl TwinsState {
    /// Returns the settings that outlive the run: knobs exist in every run, forks do not.
    pub(crate) const fn reset(self) -> Self {
        match self.versus {
            Some(CompareWith::Run(_)) => Self { versus: None, ..self },
            _ => self,
        }
    }

    /// Applies an action.
    pub(crate) const fn apply(&mut self, action: TwinsAction) {
        match action {
            TwinsAction::Compare(versus) => self.versus = versus,
            TwinsAction::Chart(sli) => self.sli = sli,
        }
    }
}

/// One of the two runs at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// Its frame.
    pub(crate) frame: Frame,
    /// Its measurements.
    pub(crate) measured: Measured,
    /// Its counters and latencies.
    pub(crate) report: Report,
    /// Its measurements by time window.
    pub(crate) windows: Vec<Window>,
}

/// Two runs at one moment. Frames are compared by number, since they hold too much to be compared at every
/// rendering.
#[derive(Clone, Debug, Default)]
pub(crate) struct TwinsFrame {
    /// A number unique to this frame.
    pub(crate) number: u64,
    /// The run compared with, or `None` before there is one.
    pub(crate) versus: Option<CompareWith>,
    /// The knob's value in the shown run, or `None` if it is no knob or has a value of its own.
    pub(crate) here: Option<Knob>,
    /// The reason why there is nothing to compare with.
    pub(crate) problem: Option<String>,
    /// The share of the way that the other run has come, while it is behind.
    pub(crate) part: Option<f64>,
    /// The knobs, each with the values other than the shown run's.
    pub(crate) knobs: Vec<Vec<Knob>>,
    /// The shown run and the other one, when they last were at the same moment.
    pub(crate) sides: Option<[Side; 2]>,
    /// The earliest-invoked operation whose outcome or duration differs.
    pub(crate) first: Option<Difference>,
    /// The earliest-invoked operation whose clients received different answers.
    pub(crate) first_answer: Option<Difference>,
    /// The number of operations that ended in both runs, and how many of them differ.
    pub(crate) compared: (u64, u64),
    /// The moment up to which they were compared.
    pub(crate) until: Instant,
}

impl PartialEq for TwinsFrame {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knob_outlives_a_run_and_a_fork_does_not() {
        let mut state = TwinsState::default();
        state.apply(TwinsAction::Chart(Sli::Debt));
        state.apply(TwinsAction::Compare(Some(CompareWith::Knob(Knob::R(1)))));
        assert_eq!(state.reset(), state);
        state.apply(TwinsAction::Compare(Some(CompareWith::Run(2))));
        assert_eq!(state.reset(), TwinsState { versus: None, sli: Sli::Debt });
    }
}
