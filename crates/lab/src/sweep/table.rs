//! The table of a sweep: one row per combination, or one per cell.

use std::fmt;

use ringside_staleness::{Histogram, Tallies};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::cell::Cell;
use super::part::Cells;
use super::plan::{Row, Sweep};
use super::predicted::{Figures, Predicted};

/// The names of the columns, and rows with one field per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The number of columns of varied fields, which come first.
    pub varied: usize,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, in the order of the grid.
    pub rows: Vec<Vec<Field>>,
}

/// A field of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// No value: nothing was measured or predicted.
    None,
    /// A whole number.
    Whole(i128),
    /// A number, to six significant digits.
    Number(f64),
    /// A text.
    Text(String),
    /// The value of a varied field, as given to `--vary`.
    Setting(String),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Whole(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) | Self::Setting(text) => f.write_str(text),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Whole(number) => serializer.serialize_i128(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Setting(text) => match serde_json::from_str::<Value>(text) {
                Ok(value) => value.serialize(serializer),
                Err(_) => serializer.serialize_str(text),
            },
        }
    }
}

impl From<u64> for Field {
    fn from(count: u64) -> Self {
        Self::Whole(count.into())
    }
}

impl From<Option<f64>> for Field {
    fn from(number: Option<f64>) -> Self {
        // The text has six significant digits, and parses back to the rounded number.
        let rounded = number.and_then(|number| format!("{number:.5e}").parse().ok());
        rounded.filter(|number: &f64| number.is_finite()).map_or(Self::None, Self::Number)
    }
}

/// A row as a JSON object with the names of the columns.
struct Object<'a> {
    columns: &'a [String],
    fields: &'a [Field],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, field) in self.columns.iter().zip(self.fields) {
            map.serialize_entry(column, field)?;
        }
        map.end()
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = &self.columns[..];
        serializer.collect_seq(self.rows.iter().map(|fields| Object { columns, fields }))
    }
}

impl Table {
    /// Returns the field of a row by the name of its column, or `None` if there is no such row or column.
    pub fn field(&self, row: usize, column: &str) -> Option<&Field> {
        let place = self.columns.iter().position(|name| name == column)?;
        self.rows.get(row)?.get(place)
    }
}

/// The combined results of the runs in one row of the table.
#[derive(Default)]
struct Runs {
    seeds: u32,
    virtual_us: u64,
    tallies: Tallies,
}

impl Runs {
    fn add(&mut self, cell: &Cell) {
        self.seeds += 1;
        self.virtual_us = self.virtual_us.saturating_add(cell.virtual_us);
        self.tallies.merge(&cell.tallies);
    }
}

/// The unit of a row in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// A combination whose cells are all finished.
    Finished,
    /// A combination with at least one finished cell. The column `seeds` has the number of finished cells.
    Begun,
    /// A finished cell.
    EachSeed,
}

impl Sweep {
    /// Makes the table of the finished cells.
    pub fn table(&self, cells: &Cells, of: Rows) -> Table {
        let seeds = u64::from(self.seeds());
        let axes = self.grid().axes();
        let mut columns: Vec<String> = axes.iter().map(|axis| axis.field.clone()).collect();
        let varied = columns.len();
        if of == Rows::EachSeed {
            columns.push("seed".into());
        }
        let mut rows = Vec::new();
        for (index, row) in self.rows().iter().enumerate() {
            let first = index as u64 * seeds;
            let present: Vec<Cell> =
                (first..first + seeds).filter_map(|number| cells.get(number)).collect();
            let predicted = present.iter().find_map(|cell| cell.predicted.as_ref());
            let runs: Vec<(Option<u64>, Runs)> = match of {
                Rows::EachSeed => {
                    present.iter().map(|cell| (Some(cell.seed), of_cells([cell]))).collect()
                }
                Rows::Finished if (present.len() as u64) < seeds => Vec::new(),
                Rows::Begun if present.is_empty() => Vec::new(),
                Rows::Finished | Rows::Begun => vec![(None, of_cells(&present))],
            };
            for (seed, runs) in runs {
                let settings = self.grid().values(row.combination);
                let mut fields: Vec<Field> =
                    settings.into_iter().map(|value| Field::Setting(value.into())).collect();
                fields.extend(seed.map(Field::from));
                fields.extend(figures(row, &runs, predicted).into_iter().map(|(_, field)| field));
                rows.push(fields);
            }
        }
        let none = Row { combination: 0, title: String::new(), quorum: [0; 3] };
        let names = figures(&none, &Runs::default(), None).into_iter().map(|(name, _)| name.into());
        columns.extend(names);
        Table { varied, columns, rows }
    }
}

fn of_cells<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Runs {
    let mut runs = Runs::default();
    cells.into_iter().for_each(|cell| runs.add(cell));
    runs
}

/// The name of a column, and the field of a row there.
type Named = (&'static str, Field);

/// Returns the fields of a row after its settings and its seed.
fn figures(row: &Row, runs: &Runs, predicted: Option<&Predicted>) -> Vec<Named> {
    let [n, r, w] = row.quorum;
    let overlap = i128::from(r) + i128::from(w) - i128::from(n);
    let mut named = vec![
        ("n", u64::from(n).into()),
        ("r", u64::from(r).into()),
        ("w", u64::from(w).into()),
        ("overlap", Field::Whole(overlap)),
        ("seeds", u64::from(runs.seeds).into()),
        ("virtual_s", Some(runs.virtual_us as f64 / 1e6).into()),
    ];
    named.extend(operations(&runs.tallies));
    named.extend(staleness(&runs.tallies));
    named.extend(background(&runs.tallies));
    named.extend(prediction(predicted));
    named
}

/// Returns a quantile in milliseconds of a histogram of times in microseconds.
fn ms(histogram: &Histogram, share: f64) -> Field {
    histogram.quantile(share).map(|us| us as f64 / 1e3).into()
}

fn operations(tallies: &Tallies) -> Vec<Named> {
    let (reads, writes) = (&tallies.reads, &tallies.writes);
    vec![
        ("reads_ok", reads.ok.into()),
        ("reads_failed", reads.failed.into()),
        ("read_availability", reads.availability().into()),
        ("writes_ok", writes.ok.into()),
        ("writes_failed", writes.failed.into()),
        ("write_availability", writes.availability().into()),
        ("read_p50_ms", ms(&reads.latency_us, 0.5)),
        ("read_p99_ms", ms(&reads.latency_us, 0.99)),
        ("read_p99.9_ms", ms(&reads.latency_us, 0.999)),
        ("write_p50_ms", ms(&writes.latency_us, 0.5)),
        ("write_p99_ms", ms(&writes.latency_us, 0.99)),
        ("write_p99.9_ms", ms(&writes.latency_us, 0.999)),
    ]
}

fn staleness(tallies: &Tallies) -> Vec<Named> {
    let rate = tallies.stale_rate();
    vec![
        ("stale_reads", tallies.stale.into()),
        ("stale_rate", rate.map(|rate| rate.value).into()),
        ("stale_rate_low", rate.map(|rate| rate.low).into()),
        ("stale_rate_high", rate.map(|rate| rate.high).into()),
        ("age_p50_ms", ms(&tallies.age_us, 0.5)),
        ("age_p95_ms", ms(&tallies.age_us, 0.95)),
        ("age_p99_ms", ms(&tallies.age_us, 0.99)),
        ("lag_mean", tallies.lag.mean().into()),
        ("lag_max", tallies.lag.max().map_or(Field::None, Field::from)),
        ("monotonic_reads_violations", tallies.monotonic_reads.into()),
        ("read_your_writes_violations", tallies.read_your_writes.into()),
    ]
}

fn background(tallies: &Tallies) -> Vec<Named> {
    vec![
        ("converged", tallies.convergence_us.count().into()),
        ("convergence_p50_ms", ms(&tallies.convergence_us, 0.5)),
        ("convergence_p99_ms", ms(&tallies.convergence_us, 0.99)),
        ("convergence_p99.9_ms", ms(&tallies.convergence_us, 0.999)),
        ("pending", tallies.pending.into()),
        ("lost", tallies.lost.into()),
        ("given_up", tallies.given_up.into()),
        ("conflicts", tallies.conflicts.into()),
        ("conflict_merges", tallies.conflict_merges.into()),
        ("conflict_versions", tallies.conflict_versions.into()),
        ("debt_at_end", tallies.debt.into()),
        ("hints_at_end", tallies.hints.into()),
    ]
}

fn prediction(predicted: Option<&Predicted>) -> Vec<Named> {
    let figures = predicted.and_then(|it| it.figures);
    let share = |it: Figures| f64::from(it.fresh_at_once) / f64::from(it.trials);
    let ms = |ns: fn(Figures) -> u64| figures.map(|it| ns(it) as f64 / 1e6).into();
    let caveats = predicted.map(|it| it.caveats.join(" ")).filter(|it| !it.is_empty());
    vec![
        ("predicted_fresh_at_0_ms", figures.map(share).into()),
        ("predicted_t_visibility_p99.9_ms", ms(|it| it.t_visibility_ns)),
        ("predicted_read_p99.9_ms", ms(|it| it.read_ns)),
        ("predicted_write_p99.9_ms", ms(|it| it.write_ns)),
        ("prediction_caveats", caveats.map_or(Field::None, Field::Text)),
    ]
}
