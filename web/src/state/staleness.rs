//! What the instruments say, a few times a second.

use ringside_lab::instruments::Timescale;
use ringside_lab::instruments::{Assumed, CurvePoint, Measured, QuorumFigures, Window};
use ringside_lab::slo::Board;
use ringside_lab::verdict::Verdict;

/// The instruments at one moment. Two surveys are the same where they have one number, for they hold
/// too much to be compared in every drawing.
#[derive(Clone, Debug, Default)]
pub(crate) struct InstrumentReadings {
    /// What tells it from every other survey.
    pub(crate) number: u64,
    /// How the run stands against its objectives.
    pub(crate) board: Board,
    /// What the checkers say of the key in hand; none where nobody has asked for it.
    pub(crate) verdict: Option<Verdict>,
    /// All else, while it is shown.
    pub(crate) close: Option<Close>,
}

impl PartialEq for InstrumentReadings {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// What the instruments say to who looks closely.
#[derive(Clone, Debug)]
pub(crate) struct Close {
    /// The run so far.
    pub(crate) measured: Measured,
    /// The same over time.
    pub(crate) windows: Vec<Window>,
    /// The points of the staleness curve.
    pub(crate) curve: Vec<CurvePoint>,
    /// The run so far by N, R and W.
    pub(crate) by_quorum: Vec<QuorumFigures>,
    /// What PBS takes the run for, or why it can't.
    pub(crate) assumed: Result<Assumed, String>,
}

/// What is to be surveyed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subscription {
    /// The key whose history is judged.
    pub(crate) key: Option<String>,
    /// The window that the rules run on.
    pub(crate) timescale: Timescale,
    /// Whether somebody looks closely.
    pub(crate) close: bool,
}
