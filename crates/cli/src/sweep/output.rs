//! The results of a sweep, as CSV, as a table for people and as JSON for programs.

use ringside_lab::sweep::{Cells, Field, Impossible, Sweep, Table};
use serde::Serialize;

use crate::problem::Problem;

/// The JSON object of a sweep.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    pub(super) title: &'a str,
    /// The file that was written.
    pub(super) out: Option<String>,
    pub(super) first_seed: u64,
    pub(super) seeds: u32,
    pub(super) runs: Runs,
    /// Combinations that were left out.
    pub(super) skipped: &'a [Impossible],
    /// `None` if a part file is written instead of a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rows: Option<&'a Table>,
}

/// Counts of runs.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Runs {
    /// In the whole sweep.
    pub(super) all: u64,
    /// Finished, by this command or before.
    pub(super) finished: u64,
    /// Finished by this command.
    pub(super) ran: u64,
}

impl<'a> Summary<'a> {
    pub(super) fn new(sweep: &'a Sweep, cells: &Cells, ran: u64) -> Self {
        Self {
            title: sweep.rows().first().map_or("", |row| row.title.as_str()),
            out: None,
            first_seed: sweep.first_seed(),
            seeds: sweep.seeds(),
            runs: Runs { all: sweep.cells(), finished: cells.count(), ran },
            skipped: sweep.skipped(),
            rows: None,
        }
    }

    pub(super) fn json(&self) -> Result<String, Problem> {
        serde_json::to_string_pretty(self).map_err(|error| error.to_string())
    }
}

/// Returns a table as CSV (RFC 4180, except that lines end as in text files).
pub(super) fn csv(table: &Table) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.columns).map_err(|error| error.to_string())?;
    for row in &table.rows {
        writer.write_record(row.iter().map(Field::to_string)).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// The format of a column for people.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    /// A time or a number with one digit after the point.
    OneDigit,
    Percent,
}

/// The most important columns: their headings, their names in the table, their formats.
const COLUMNS: [(&str, &str, Form); 12] = [
    ("reads", "reads_ok", Form::Plain),
    ("stale", "stale_rate", Form::Percent),
    ("from", "stale_rate_low", Form::Percent),
    ("to", "stale_rate_high", Form::Percent),
    ("age p99", "age_p99_ms", Form::OneDigit),
    ("converged p99.9", "convergence_p99.9_ms", Form::OneDigit),
    ("read p99", "read_p99_ms", Form::OneDigit),
    ("write p99", "write_p99_ms", Form::OneDigit),
    ("reads ok", "read_availability", Form::Percent),
    ("writes ok", "write_availability", Form::Percent),
    ("PBS: fresh at 0", "predicted_fresh_at_0_ms", Form::Percent),
    ("t-visibility", "predicted_t_visibility_p99.9_ms", Form::OneDigit),
];

/// Returns a table for people: the settings and the most important columns.
pub(super) fn people(table: &Table) -> String {
    let has_seeds = table.columns.get(table.varied).is_some_and(|name| name == "seed");
    let settings = table.varied + usize::from(has_seeds);
    let mut lines = vec![table.columns[..settings].to_vec()];
    lines[0].extend(COLUMNS.iter().map(|(heading, _, _)| (*heading).to_owned()));
    for (index, row) in table.rows.iter().enumerate() {
        let mut line: Vec<String> = row[..settings].iter().map(Field::to_string).collect();
        line.extend(COLUMNS.iter().map(|(_, name, form)| form.format(table.field(index, name))));
        lines.push(line);
    }
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        padded.collect::<Vec<_>>().join("  ")
    };
    let mut lines: Vec<String> = lines.iter().map(line).collect();
    lines.push("\ntimes are in milliseconds; from and to are the 95% interval of stale".to_owned());
    lines.extend(caveats(table));
    lines.join("\n")
}

impl Form {
    fn format(self, field: Option<&Field>) -> String {
        match (self, field) {
            (_, None | Some(Field::None)) => "-".to_owned(),
            (Self::OneDigit, Some(Field::Number(number))) => format!("{number:.1}"),
            (Self::Percent, Some(Field::Number(share))) => format!("{:.2}%", share * 100.0),
            (_, Some(field)) => field.to_string(),
        }
    }
}

/// Returns one line for each set of caveats of the predictions, with its number of rows.
fn caveats(table: &Table) -> Vec<String> {
    let mut groups: Vec<(String, usize)> = Vec::new();
    for row in 0..table.rows.len() {
        let Some(Field::Text(caveats)) = table.field(row, "prediction_caveats") else { continue };
        match groups.iter_mut().find(|(known, _)| known == caveats) {
            Some((_, count)) => *count += 1,
            None => groups.push((caveats.clone(), 1)),
        }
    }
    let rows = |count: usize| match count {
        all if all == table.rows.len() => "all rows".to_owned(),
        1 => "1 row".to_owned(),
        count => format!("{count} rows"),
    };
    groups.into_iter().map(|(caveats, count)| format!("PBS, {}: {caveats}", rows(count))).collect()
}
