//! Two runs side by side: what is compared, as a part of the page's state, and what is shown of it.

use ringside_lab::Instant;
use ringside_lab::frame::Frame;
use ringside_lab::instruments::{Measured, Report, Window};
use ringside_lab::twins::{Difference, Twist};

use crate::graphics::charts::Sli;

/// What the run is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CompareWith {
    /// A twin in which one knob is turned.
    Twist(Twist),
    /// The run, or the fork, of this number.
    Run(u32),
}

/// What a person has chosen to see of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TwinsState {
    /// What the run is compared with; as the page proposes where there is none.
    pub(crate) versus: Option<CompareWith>,
    /// What the chart shows.
    pub(crate) sli: Sli,
}

/// A change of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TwinsAction {
    /// It was chosen what the run is compared with.
    Compare(Option<CompareWith>),
    /// It was chosen what the chart shows.
    Chart(Sli),
}

impl TwinsState {
    /// Gives what holds for another run: knobs are there in every run, forks are not.
    pub(crate) const fn reset(self) -> Self {
        match self.versus {
            Some(CompareWith::Run(_)) => Self { versus: None, ..self },
            _ => self,
        }
    }

    /// Changes it.
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
    /// Its picture.
    pub(crate) frame: Frame,
    /// What was measured of it.
    pub(crate) measured: Measured,
    /// Its counters and latencies.
    pub(crate) report: Report,
    /// What was measured over time.
    pub(crate) windows: Vec<Window>,
}

/// Two runs at one moment. Two pictures are the same where they have one number, for they hold too much to
/// be compared in every drawing.
#[derive(Clone, Debug, Default)]
pub(crate) struct TwinsFrame {
    /// What tells it from every other picture.
    pub(crate) number: u64,
    /// What the run is compared with; none before anything is.
    pub(crate) versus: Option<CompareWith>,
    /// The knob as it is in the run that is shown; none where it is no knob, or is set in a way of its own.
    pub(crate) here: Option<Twist>,
    /// Why there is nothing to compare with.
    pub(crate) problem: Option<String>,
    /// How much of the way the other run has come, while it has not come to the same moment.
    pub(crate) part: Option<f64>,
    /// The knobs, each with the values that it has not in the run that is shown.
    pub(crate) knobs: Vec<Vec<Twist>>,
    /// The run that is shown and the other one, when they last stood at the same moment.
    pub(crate) sides: Option<[Side; 2]>,
    /// The operation that was asked for first of those that ended otherwise, or took another time.
    pub(crate) first: Option<Difference>,
    /// The operation that was asked for first of those whose clients were told something else.
    pub(crate) first_answer: Option<Difference>,
    /// How many operations ended in both, and how many of them otherwise.
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
        state.apply(TwinsAction::Compare(Some(CompareWith::Twist(Twist::R(1)))));
        assert_eq!(state.reset(), state);
        state.apply(TwinsAction::Compare(Some(CompareWith::Run(2))));
        assert_eq!(state.reset(), TwinsState { versus: None, sli: Sli::Debt });
    }
}
