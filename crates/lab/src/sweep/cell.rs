//! One combination with one seed: the unit of work of a sweep.

use ringside_staleness::Tallies;
use ringside_store::Instant;
use serde::{Deserialize, Serialize};

use super::plan::Sweep;
use super::predicted::Predicted;
use crate::error::ScenarioError;
use crate::lab::Lab;

/// The number of journal entries that are written between two looks at whether to stop.
const SLICE: u64 = 20_000;

/// The results of one run of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The combination's number in the grid.
    pub combination: u32,
    /// The seed.
    pub seed: u64,
    /// The time that the run lasted, in microseconds of virtual time.
    pub virtual_us: u64,
    /// The digest of its journal: that of `ringside run` with the same settings and seed.
    pub digest: String,
    /// The counts of the run.
    pub tallies: Tallies,
    /// The prediction of PBS for the combination. One cell of each row has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<Predicted>,
}

impl Sweep {
    /// Runs a cell from its beginning to its end, or returns `None` if `stop` returned true. `stop` is called
    /// often.
    ///
    /// # Errors
    ///
    /// Names the field that is impossible. A sweep that was opened has no such cell.
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
