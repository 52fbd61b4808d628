//! Predictions of PBS: the staleness curve and the rows of the playbook.

use std::rc::Rc;

use ringside_lab::Quorum;
use ringside_predictor::Forecast;

/// A forecast, or the reason why there can be none.
pub(crate) type Outcome = Result<Rc<Forecast>, String>;

/// The predictions received so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Predictions {
    /// The staleness curve; `None` before it is requested.
    pub(crate) curve: Option<Outcome>,
    /// The rows of the playbook.
    rows: Vec<(Quorum, Outcome)>,
}

/// One result of the prediction worker.
#[derive(Clone, Debug)]
pub(crate) enum Prediction {
    /// The staleness curve.
    Curve(Outcome),
    /// A row of the playbook.
    Row(Quorum, Outcome),
}

impl Predictions {
    /// Stores a result in the place of the previous one.
    pub(crate) fn store(&mut self, prediction: Prediction) {
        match prediction {
            Prediction::Curve(outcome) => self.curve = Some(outcome),
            Prediction::Row(quorum, outcome) => {
                self.rows.retain(|(other, _)| *other != quorum);
                self.rows.push((quorum, outcome));
            }
        }
    }

    /// Returns the forecast of the curve, or `None` if there is none.
    pub(crate) fn curve(&self) -> Option<&Forecast> {
        self.curve.as_ref()?.as_deref().ok()
    }

    /// Returns the forecast of a row, or `None` if there is none.
    pub(crate) fn row(&self, quorum: Quorum) -> Option<&Forecast> {
        let (_, outcome) = self.rows.iter().find(|(other, _)| *other == quorum)?;
        outcome.as_deref().ok()
    }
}
