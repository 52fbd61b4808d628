//! Measured delays as a table of comma-separated values.

use std::fmt;

use super::delay::{Delay, LONGEST_MS};
use super::legs::Legs;

/// The most delays that a table may hold, over all of its columns.
const MOST: u32 = 4_000_000;
/// The names of the four legs, in the order of a table without a header.
const LEGS: [char; 4] = ['w', 'a', 'r', 's'];

/// Why a table of delays can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// The line at fault, from 1; the last one where something is missing.
    pub line: u32,
    /// The problem on that line.
    pub problem: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for TableError {}

/// Reads the delays of the four legs from comma-separated values in milliseconds.
///
/// ```text
/// # One-way delays, in milliseconds.
/// w, ars
/// 1.5, 0.2
/// 4, 0.3
/// 2.25,
/// ```
///
/// A header names the columns: `w`, `a`, `r`, `s`, or `ars` for the three that the paper's fits have
/// alike, or `ms` for all four; `_ms` may follow a name. Every leg needs one column. Without a header
/// one column serves all legs, and four are W, A, R and S. Columns need not be equally long: an empty
/// cell is no delay. Empty lines and lines that begin with `#` are skipped.
///
/// # Errors
///
/// Names the first line at fault and what is wrong with it.
pub fn parse_table(text: &str) -> Result<Legs, TableError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut columns: Vec<Column> = Vec::new();
    let (mut last, mut count) = (0, 0);
    for (line, row) in (1_u32..).zip(text.lines()) {
        last = line;
        let row = row.trim();
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        let at_line = |problem| TableError { line, problem };
        if columns.is_empty() {
            let is_header = row.split(',').any(|cell| matches!(Cell::of(cell), Cell::NoDelay));
            columns = if is_header { header(row) } else { headless(row) }.map_err(at_line)?;
            if is_header {
                continue;
            }
        }
        count += fill(&mut columns, row).map_err(at_line)?;
        if count > MOST {
            return Err(at_line(format!("there are more than {MOST} delays")));
        }
    }
    legs(columns).map_err(|problem| TableError { line: last.max(1), problem })
}

/// One column: the legs that it serves, and its delays.
struct Column {
    legs: &'static [char],
    values_ms: Vec<f64>,
}

impl Column {
    const fn of(legs: &'static [char]) -> Self {
        Self { legs, values_ms: Vec::new() }
    }
}

/// The content of a cell.
enum Cell {
    Empty,
    DelayMs(f64),
    NoDelay,
}

impl Cell {
    /// Reads a cell, with or without quotes.
    fn of(cell: &str) -> Self {
        let cell = bare(cell);
        match cell.parse() {
            Ok(ms) if (0.0..=LONGEST_MS).contains(&ms) => Self::DelayMs(ms),
            _ if cell.is_empty() => Self::Empty,
            _ => Self::NoDelay,
        }
    }
}

fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    let quoted = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.unwrap_or(cell).trim()
}

/// A cell for a message, without the length that a file can give it.
fn quoted(cell: &str) -> String {
    let cell = bare(cell);
    let short: String = cell.chars().take(40).collect();
    let more = if short.len() < cell.len() { "..." } else { "" };
    format!("`{short}{more}`")
}

/// The columns that a header names.
fn header(row: &str) -> Result<Vec<Column>, String> {
    let mut columns: Vec<Column> = Vec::new();
    for cell in row.split(',') {
        let name = bare(cell).to_ascii_lowercase();
        let legs: &[char] = match name.strip_suffix("_ms").unwrap_or(&name) {
            "w" => &['w'],
            "a" => &['a'],
            "r" => &['r'],
            "s" => &['s'],
            "ars" => &['a', 'r', 's'],
            "ms" => &LEGS,
            _ => {
                let cell = quoted(cell);
                return Err(format!(
                    "{cell} is neither a delay in milliseconds (from zero to 1,000 days) nor the \
                     name of a column (w, a, r, s, ars or ms)"
                ));
            }
        };
        if let Some(leg) = legs.iter().find(|leg| columns.iter().any(|it| it.legs.contains(leg))) {
            return Err(format!("leg {leg} has a second column"));
        }
        columns.push(Column::of(legs));
    }
    match LEGS.iter().find(|leg| !columns.iter().any(|it| it.legs.contains(leg))) {
        Some(leg) => Err(format!("leg {leg} has no column")),
        None => Ok(columns),
    }
}

/// The columns of a table without a header, by its first row.
fn headless(row: &str) -> Result<Vec<Column>, String> {
    match row.split(',').count() {
        1 => Ok(vec![Column::of(&LEGS)]),
        4 => Ok([&['w'], &['a'], &['r'], &['s']].map(|legs| Column::of(legs)).into()),
        found => Err(format!("{found} columns need a header; without one there are 1 or 4")),
    }
}

/// Adds a row's delays to their columns, and counts them.
fn fill(columns: &mut [Column], row: &str) -> Result<u32, String> {
    let expected = columns.len();
    let mut count = 0;
    for (index, cell) in row.split(',').enumerate() {
        let Some(column) = columns.get_mut(index) else {
            return Err(format!("more than {expected} cells for {expected} columns"));
        };
        match Cell::of(cell) {
            Cell::DelayMs(ms) => {
                column.values_ms.push(ms);
                count += 1;
            }
            Cell::Empty => {}
            Cell::NoDelay => {
                let cell = quoted(cell);
                return Err(format!("{cell} is no delay from zero to 1,000 days in milliseconds"));
            }
        }
    }
    Ok(count)
}

/// The legs that full columns make.
fn legs(columns: Vec<Column>) -> Result<Legs, String> {
    let mut tables = LEGS.map(|_| Vec::new());
    for column in columns {
        for leg in column.legs {
            if let Some(index) = LEGS.iter().position(|it| it == leg) {
                tables[index].clone_from(&column.values_ms);
            }
        }
    }
    if let Some(index) = tables.iter().position(Vec::is_empty) {
        return Err(format!("the table ends, and leg {} has no delays", LEGS[index]));
    }
    let [w, a, r, s] = tables.map(Delay::Table);
    Ok(Legs { w, a, r, s, remote_ms: 0.0, layouts: Vec::new() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tables_of_every_form_are_read() {
        let table = |values: &[f64]| Delay::Table(values.to_vec());
        let all = Legs::all(table(&[1.0, 2.5, 0.0]));
        assert_eq!(parse_table("1\n2.5\n0"), Ok(all.clone()));
        assert_eq!(parse_table("\u{feff}\"ms\"\r\n\"1\"\r\n 2.5 \r\n# note\r\n\r\n0\r\n"), Ok(all));
        let two = Legs::slow_writes(table(&[1.5, 4.0, 2e1]), table(&[0.2, 0.3]));
        assert_eq!(parse_table("# delays\nARS_ms, w\n.2,1.5\n0.3,4\n,2e1"), Ok(two));
        let four = parse_table("1,2,3,4\n5").expect("four columns");
        assert_eq!((four.w, four.s), (table(&[1.0, 5.0]), table(&[4.0])));
    }

    #[test]
    fn the_line_at_fault_is_named() {
        let refused = [
            ("", "line 1: the table ends, and leg w has no delays"),
            ("w,ars\n1,\n", "line 2: the table ends, and leg a has no delays"),
            ("ms\n1\n\nfast\n", "line 4: `fast` is no delay from zero"),
            ("1\n-2", "line 2: `-2` is no delay"),
            ("1\nNaN", "line 2: `NaN` is no delay"),
            ("1\n1e99", "line 2: `1e99` is no delay"),
            ("1\n2,3", "line 2: more than 1 cells for 1 columns"),
            ("1,2\n", "line 1: 2 columns need a header"),
            ("#\nw,x\n", "line 2: `x` is neither a delay in milliseconds"),
            ("w,ars,s\n", "line 1: leg s has a second column"),
            ("w,a,r\n", "line 1: leg s has no column"),
        ];
        for (text, reason) in refused {
            let error = parse_table(text).expect_err("a bad table").to_string();
            assert!(error.starts_with(reason), "{text:?}: {error:?} is not {reason:?}");
        }
        let long = parse_table(&"x".repeat(10_000)).expect_err("a bad table").to_string();
        assert!(long.len() < 250, "{long}");
    }

    proptest! {
        #[test]
        fn no_text_at_all_makes_it_panic(
            text in "(?s).{0,200}",
            near in "(?s)([was\",#\n\r]|ms|ars|[0-9.eE+-]{1,4}|inf|é){0,60}",
        ) {
            for text in [text, near] {
                if let Ok(legs) = parse_table(&text) {
                    prop_assert_eq!(legs.check(), Ok(()), "{:?}", text);
                }
            }
        }
    }
}
