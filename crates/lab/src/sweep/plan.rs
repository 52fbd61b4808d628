//! Plans of sweeps, checked before anything runs.

use std::fmt;

use ringside_store::Duration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::axis::Axis;
use super::grid::{Grid, GridError};
use crate::error::ScenarioError;
use crate::scenario::Scenario;

/// The version of the part files' format that this program reads and writes.
const FORMAT: u32 = 1;
/// The most cells that a sweep may have.
const MOST_CELLS: u64 = 1_000_000;

/// The plan of a sweep.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario, not read yet: its varied fields need not fit as they are.
    pub scenario: Value,
    /// The varied fields.
    pub vary: Vec<Axis>,
    /// The number of seeds that each combination is run with.
    pub seeds: u32,
    /// The first seed, which the others follow one by one; the scenario's own where there is none.
    pub first_seed: Option<u64>,
    /// The duration of each run, or `None` for that of the scenario.
    pub until: Option<Duration>,
    /// The number of trials that a prediction takes.
    pub trials: u32,
    /// Whether impossible combinations are left out. Otherwise one makes the sweep impossible.
    pub skip_impossible: bool,
}

/// A sweep: all its combinations are possible or known to be left out.
#[derive(Clone, Debug)]
pub struct Sweep {
    pub(super) header: Header,
    /// The header's line. Parts are of one sweep when they have the same one.
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
    /// The version of the program: another one's runs may differ.
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
    /// The combination's number in the grid.
    pub combination: u32,
    /// The title of its scenario.
    pub title: String,
    /// N, R and W as its runs begin.
    pub quorum: [u16; 3],
}

/// An impossible combination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impossible {
    /// The combination, as `cluster.r=3 cluster.n=2`.
    pub combination: String,
    /// The field at fault, and why.
    pub reason: String,
}

/// Why a sweep can't be run. Nothing has run then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// The varied fields make no grid.
    Grid(GridError),
    /// A combination is impossible.
    Impossible {
        /// The first one.
        first: Impossible,
        /// The number of impossible combinations.
        count: u32,
        /// Whether there is no other one.
        all: bool,
    },
    /// Nothing was varied, and the scenario is impossible.
    Scenario(ScenarioError),
    /// There are no seeds, or more than there are numbers.
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
    /// Checks a plan: all its combinations, before any is run.
    ///
    /// # Errors
    ///
    /// Names the varied field, or the combination and its field, that is impossible.
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
        // A header is made of what JSON has.
        sweep.line = serde_json::to_string(&sweep.header).unwrap_or_default();
        Ok(sweep)
    }

    /// Reads a header's line.
    ///
    /// # Errors
    ///
    /// Returns the reason why the line is no header.
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

    /// Returns the scenario of a combination, with the seed that it has itself.
    pub(super) fn scenario(&self, combination: u32) -> Result<Scenario, ScenarioError> {
        let mut scenario = self.header.scenario.clone();
        self.grid.apply(&mut scenario, combination)?;
        Scenario::from_value(scenario)
    }

    /// Returns the line with which each part file of this sweep begins.
    pub fn header(&self) -> &str {
        &self.line
    }

    /// Names the first thing in which another sweep differs, or `None` where it is the same.
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

    /// Returns all combinations, the impossible ones too.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Lists the possible combinations.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Lists the combinations that are left out.
    pub fn skipped(&self) -> &[Impossible] {
        &self.skipped
    }

    /// Returns the first seed.
    pub const fn first_seed(&self) -> u64 {
        self.header.first_seed
    }

    /// Returns how many seeds each combination is run with.
    pub const fn seeds(&self) -> u32 {
        self.header.seeds
    }

    /// Counts the cells. They are numbered from zero: row after row, and in each the seeds one by one.
    pub fn cells(&self) -> u64 {
        self.rows.len() as u64 * u64::from(self.header.seeds)
    }

    /// Returns the row and the seed of a cell.
    pub(super) fn place(&self, cell: u64) -> (&Row, u64) {
        let seeds = u64::from(self.header.seeds);
        (&self.rows[(cell / seeds) as usize], self.header.first_seed + cell % seeds)
    }

    /// Returns the number of the cell of a combination and a seed, or `None` where it is not of this sweep.
    pub(super) fn number(&self, combination: u32, seed: u64) -> Option<u64> {
        let row = self.rows.binary_search_by_key(&combination, |row| row.combination).ok()?;
        let ordinal = seed.checked_sub(self.header.first_seed)?;
        let seeds = u64::from(self.header.seeds);
        (ordinal < seeds).then_some(row as u64 * seeds + ordinal)
    }

    /// Whether a cell brings its row's prediction with it: one cell of each row does, and not
    /// always that of the first seed, so that predictions are spread over the shards.
    pub(super) fn predicts(&self, cell: u64) -> bool {
        let seeds = u64::from(self.header.seeds);
        cell % seeds == (cell / seeds) % seeds
    }

    /// Describes a cell, as `cluster.r=1 seed 4`.
    pub fn words(&self, cell: u64) -> String {
        let (row, seed) = self.place(cell);
        format!("{} seed {seed}", self.grid.words(row.combination))
    }
}
