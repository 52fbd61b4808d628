//! Plans of sweeps, checked before anything runs.

use std::fmt;

use ringside_store::Duration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::axis::Axis;
use super::grid::{Grid, GridError};
use crate::error::ScenarioError;
use crate::scenario::Scenario;

/// The version of the part-file format that this program reads and writes.
const FORMAT: u32 = 1;
/// The most cells of a sweep.
const MOST_CELLS: u64 = 1_000_000;

/// The plan of a sweep.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario in its JSON form. Its varied fields need not be valid.
    pub scenario: Value,
    /// The varied fields.
    pub vary: Vec<Axis>,
    /// The number of seeds of each combination.
    pub seeds: u32,
    /// The first seed, which the others follow one by one, or `None` for the scenario's seed.
    pub first_seed: Option<u64>,
    /// The duration of each run, or `None` for that of the scenario.
    pub until: Option<Duration>,
    /// The number of trials of a prediction.
    pub trials: u32,
    /// Whether impossible combinations are left out. Otherwise, a single one makes the plan invalid.
    pub skip_impossible: bool,
}

/// A checked sweep, whose combinations are either possible or left out.
#[derive(Clone, Debug)]
pub struct Sweep {
    pub(super) header: Header,
    /// The line of the header. Parts belong to the same sweep if they have the same line.
    line: String,
    grid: Grid,
    rows: Vec<Row>,
    skipped: Vec<Impossible>,
}

/// The first line of a part file: everything that identifies its sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) sweep_format: u32,
    /// The version of the program. Runs of another version may differ.
    pub(super) program: String,
    pub(super) scenario: Value,
    pub(super) vary: Vec<Axis>,
    pub(super) first_seed: u64,
    pub(super) seeds: u32,
    pub(super) until: Option<Duration>,
    pub(super) trials: u32,
    pub(super) skip_impossible: bool,
}

/// A possible combination: a row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number of the combination in the grid.
    pub combination: u32,
    /// The title of the combination's scenario.
    pub title: String,
    /// N, R and W at the beginning of the combination's runs.
    pub quorum: [u16; 3],
}

/// An impossible combination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impossible {
    /// The combination, such as `cluster.r=3 cluster.n=2`.
    pub combination: String,
    /// The field at fault, and the reason.
    pub reason: String,
}

/// The reason why a plan makes no sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// The varied fields make no grid.
    Grid(GridError),
    /// A combination is impossible.
    Impossible {
        /// The first impossible combination.
        first: Impossible,
        /// The number of impossible combinations.
        count: u32,
        /// Whether all combinations are impossible.
        all: bool,
    },
    /// No field is varied, and the scenario is invalid.
    Scenario(ScenarioError),
    /// There are no seeds, or the last seed would exceed the largest number.
    Seeds,
    /// There are more than 1,000,000 cells.
    TooMany,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grid(error) => error.fmt(f),
            Self::Impossible { first, count, all } => {
                write!(f, "{}: {}", first.combination, first.reason)?;
                match (all, count) {
                    (true, _) => f.write_str("; no combination is possible"),
                    (false, 1) => f.write_str("; --skip-impossible leaves this combination out"),
                    (false, count) => write!(
                        f,
                        "; so are {} more combinations impossible, and --skip-impossible leaves \
                         them all out",
                        count - 1
                    ),
                }
            }
            Self::Scenario(error) => error.fmt(f),
            Self::Seeds => {
                f.write_str("there is one seed at least, and none past the largest number")
            }
            Self::TooMany => write!(f, "combinations times seeds are more than {MOST_CELLS} runs"),
        }
    }
}

impl std::error::Error for PlanError {}

impl Header {
    fn check_seeds(&self) -> Result<(), PlanError> {
        let more = u64::from(self.seeds).checked_sub(1);
        let last = more.and_then(|more| self.first_seed.checked_add(more));
        last.map(|_| ()).ok_or(PlanError::Seeds)
    }
}

impl Sweep {
    /// Checks a plan with all its combinations, and makes a sweep of it.
    ///
    /// # Errors
    ///
    /// The reason why the plan makes no sweep: the varied field, or the combination with its field, that is
    /// at fault, or an invalid number of seeds or cells.
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        let Plan { scenario, vary, seeds, first_seed, until, trials, skip_impossible } = plan;
        let header = Header {
            sweep_format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario,
            vary,
            first_seed: first_seed.unwrap_or_default(),
            seeds,
            until,
            trials,
            skip_impossible,
        };
        let mut sweep = Self::of_header(header, String::new())?;
        if first_seed.is_none() {
            let first = sweep.rows.first().map(|row| sweep.scenario(row.combination));
            sweep.header.first_seed = first.and_then(Result::ok).map_or(0, |it| it.seed);
        }
        sweep.header.check_seeds()?;
        // Every field of a header has a JSON form.
        sweep.line = serde_json::to_string(&sweep.header).unwrap_or_default();
        Ok(sweep)
    }

    /// Reads a sweep from the header line of a part file.
    ///
    /// # Errors
    ///
    /// The reason why the line is no valid header, as a clause.
    pub fn from_header(line: &str) -> Result<Self, String> {
        let format = serde_json::from_str::<Value>(line).ok();
        let format = format.as_ref().and_then(|it| it.get("sweep_format")).and_then(Value::as_u64);
        match format {
            None => return Err("no part of a sweep: its first line is no sweep's".into()),
            Some(format) if format != u64::from(FORMAT) => {
                return Err(format!("of format {format}, but this program reads format {FORMAT}"));
            }
            Some(_) => {}
        }
        let header = serde_json::from_str(line).map_err(|error| error.to_string())?;
        Self::of_header(header, line.to_owned()).map_err(|error| error.to_string())
    }

    fn of_header(header: Header, line: String) -> Result<Self, PlanError> {
        let grid = Grid::new(header.vary.clone()).map_err(PlanError::Grid)?;
        let all = grid.combinations();
        header.check_seeds()?;
        let mut sweep = Self { header, line, grid, rows: Vec::new(), skipped: Vec::new() };
        for combination in 0..all {
            match sweep.scenario(combination) {
                Ok(Scenario { title, cluster, .. }) => {
                    let quorum = [cluster.n, cluster.r, cluster.w];
                    sweep.rows.push(Row { combination, title, quorum });
                }
                Err(error) if sweep.header.vary.is_empty() => {
                    return Err(PlanError::Scenario(error));
                }
                Err(error) => {
                    let combination = sweep.grid.words(combination);
                    sweep.skipped.push(Impossible { combination, reason: error.to_string() });
                }
            }
        }
        let is_refused = sweep.rows.is_empty() || !sweep.header.skip_impossible;
        if let Some(first) = sweep.skipped.first().filter(|_| is_refused) {
            let count = sweep.skipped.len() as u32;
            let (first, all) = (first.clone(), sweep.rows.is_empty());
            return Err(PlanError::Impossible { first, count, all });
        }
        if sweep.cells() > MOST_CELLS {
            return Err(PlanError::TooMany);
        }
        Ok(sweep)
    }

    /// Returns the scenario of a combination, with the scenario's own seed.
    pub(super) fn scenario(&self, combination: u32) -> Result<Scenario, ScenarioError> {
        let mut scenario = self.header.scenario.clone();
        self.grid.apply(&mut scenario, combination)?;
        Scenario::from_value(scenario)
    }

    /// Returns the header line of this sweep's part files, without a line feed.
    pub fn header(&self) -> &str {
        &self.line
    }

    /// Returns the name of the first input in which another sweep differs, or `None` if the sweeps are the
    /// same.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        if self.line == other.line {
            return None;
        }
        let (one, other) = (&self.header, &other.header);
        let found = [
            (one.program != other.program, "the program's version"),
            (one.scenario != other.scenario, "the scenario or its --set"),
            (one.vary != other.vary, "--vary"),
            (one.first_seed != other.first_seed, "--seed"),
            (one.seeds != other.seeds, "--seeds"),
            (one.until != other.until, "--until"),
            (one.trials != other.trials, "--trials"),
            (one.skip_impossible != other.skip_impossible, "--skip-impossible"),
        ];
        Some(found.iter().find(|(differs, _)| *differs).map_or("its form", |(_, what)| what))
    }

    /// Returns all combinations, including the impossible ones.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Lists the possible combinations.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Lists the impossible combinations, which are left out.
    pub fn skipped(&self) -> &[Impossible] {
        &self.skipped
    }

    /// Returns the first seed.
    pub const fn first_seed(&self) -> u64 {
        self.header.first_seed
    }

    /// Returns the number of seeds of each combination.
    pub const fn seeds(&self) -> u32 {
        self.header.seeds
    }

    /// Returns the number of cells. They are numbered from zero, row by row and within a row seed by seed.
    pub fn cells(&self) -> u64 {
        self.rows.len() as u64 * u64::from(self.header.seeds)
    }

    /// Returns the row and the seed of a cell.
    pub(super) fn place(&self, cell: u64) -> (&Row, u64) {
        let seeds = u64::from(self.header.seeds);
        (&self.rows[(cell / seeds) as usize], self.header.first_seed + cell % seeds)
    }

    /// Returns the number of the cell of a combination and a seed, or `None` if the sweep has no such cell.
    pub(super) fn number(&self, combination: u32, seed: u64) -> Option<u64> {
        let row = self.rows.binary_search_by_key(&combination, |row| row.combination).ok()?;
        let ordinal = seed.checked_sub(self.header.first_seed)?;
        let seeds = u64::from(self.header.seeds);
        (ordinal < seeds).then_some(row as u64 * seeds + ordinal)
    }

    /// Whether a cell includes the prediction of its row. One cell of each row does. The seed of that cell
    /// varies from row to row, so that predictions are spread over the shards.
    pub(super) fn predicts(&self, cell: u64) -> bool {
        let seeds = u64::from(self.header.seeds);
        cell % seeds == (cell / seeds) % seeds
    }

    /// Describes a cell, such as `cluster.r=1 seed 4`.
    pub fn words(&self, cell: u64) -> String {
        let (row, seed) = self.place(cell);
        format!("{} seed {seed}", self.grid.words(row.combination))
    }
}
