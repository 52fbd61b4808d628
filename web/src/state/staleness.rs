//! Readings of the instruments, taken a few times a second.

use ringside_lab::instruments::Timescale;
use ringside_lab::instruments::{CurvePoint, Measured, ModelParameters, QuorumFigures, Window};
use ringside_lab::slo::Board;
use ringside_lab::verdict::Verdict;

/// The readings of the instruments at one moment. They are compared by number, since they hold too much to be
/// compared at every rendering.
#[derive(Clone, Debug, Default)]
pub(crate) struct InstrumentReadings {
    /// A number unique to these readings.
    pub(crate) number: u64,
    /// The objectives of the run and their states.
    pub(crate) board: Board,
    /// The checkers' verdict on the selected key, or `None` if it was not requested.
    pub(crate) verdict: Option<Verdict>,
    /// The detailed readings, while the staleness lens is open.
    pub(crate) close: Option<Close>,
}

impl PartialEq for InstrumentReadings {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// The detailed readings that the staleness lens shows.
#[derive(Clone, Debug)]
pub(crate) struct Close {
    /// The measurements of the run so far.
    pub(crate) measured: Measured,
    /// The same by time window.
    pub(crate) windows: Vec<Window>,
    /// The points of the staleness curve.
    pub(crate) curve: Vec<CurvePoint>,
    /// The same by N, R and W.
    pub(crate) by_quorum: Vec<QuorumFigures>,
    /// The model parameters that PBS derives from the run, or the reason why it can't.
    pub(crate) model_parameters: Result<ModelParameters, String>,
}

/// The readings that the page needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subscription {
    /// The key whose history is checked.
    pub(crate) key: Option<String>,
    /// The window that the rules run on.
    pub(crate) timescale: Timescale,
    /// Whether the detailed readings are needed.
    pub(crate) close: bool,
}
