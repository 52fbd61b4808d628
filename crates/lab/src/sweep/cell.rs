//! Cells, the units of work of a sweep: one combination with one seed.

use ringside_staleness::Tallies;
use ringside_store::Instant;
use serde::{Deserialize, Serialize};

use super::plan::Sweep;
use super::predicted::Predicted;
use crate::error::ScenarioError;
use crate::lab::Lab;

/// The approximate number of journal entries between two calls of `stop`.
const SLICE: u64 = 20_000;

/// The results of one run of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The number of the combination in the grid.
    pub combination: u32,
    /// The seed.
    pub seed: u64,
    /// The duration of the run, in microseconds of virtual time.
    pub virtual_us: u64,
    /// The digest of the run's journal, the same as that of `ringside run` with the same settings and seed.
    pub digest: String,
    /// The counts of the run.
    pub tallies: Tallies,
    /// The PBS prediction for the combination, in one cell of each row. `None` in the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<Predicted>,
}

impl Sweep {
    /// Runs a cell from its beginning to its end.
    ///
    /// `stop` is called again and again during the run. If it returns `true`, the run is abandoned and the
    /// result is `None`.
    ///
    /// # Errors
    ///
    /// The invalid field of the scenario. The cells of a checked sweep have no invalid fields.
    ///
    /// # Panics
    ///
    /// Panics if the sweep has no cell of this number.
    pub fn run(&self, cell: u64, stop: &dyn Fn() -> bool) -> Result<Option<Cell>, ScenarioError> {
        let (row, seed) = self.place(cell);
        let combination = row.combination;
        let mut scenario = self.scenario(combination)?;
        scenario.seed = seed;
        let until = Instant::ZERO + self.header.until.unwrap_or(scenario.duration);
        let mut lab = Lab::open(scenario)?;
        let predicted = if self.predicts(cell) {
            let Some(predicted) = Predicted::of(&lab, self.header.trials, stop) else {
                return Ok(None);
            };
            Some(predicted)
        } else {
            None
        };
        while !lab.advance(until, SLICE) {
            if stop() {
                return Ok(None);
            }
        }
        Ok(Some(Cell {
            combination,
            seed,
            virtual_us: lab.now().as_us(),
            digest: lab.digest().to_string(),
            tallies: lab.tallies(),
            predicted,
        }))
    }
}
