//! A reader of measured delays: comma-separated values in milliseconds, one column per leg.

use csv::{ReaderBuilder, StringRecord};
use ringside_lab::pbs::{Delay, Legs};

/// The most delays of a table, over all of its columns.
const DELAYS_MAX: u32 = 4_000_000;
/// The names of the four legs, in the order of a table without a header.
const LEGS: [char; 4] = ['w', 'a', 'r', 's'];

/// Reads the delays of the four legs.
///
/// ```text
/// # One-way delays, in milliseconds.
/// w, ars
/// 1.5, 0.2
/// 4, 0.3
/// 2.25,
/// ```
///
/// A header names the columns: `w`, `a`, `r`, `s`, or `ars` for the three that are equal in the PBS
/// paper's fits, or `ms` for all four; `_ms` may follow a name. Every leg needs one column. Without a
/// header, a single column is for all legs, and four columns are W, A, R and S. Columns need not be
/// equally long: an empty cell is no delay. Empty lines and lines that begin with `#` are skipped.
///
/// # Errors
///
/// Names the first line at fault, from 1, with the problem; the last line if something is missing.
pub(crate) fn parse(text: &str) -> Result<Legs, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (rows, lines) = rows(text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).from_reader(rows.as_bytes());
    let mut columns: Vec<Column> = Vec::new();
    let mut count = 0;
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let index = row.position().map_or(0, |position| position.line() - 1);
        let line = lines.get(index as usize).copied().unwrap_or(1);
        let at_line = |problem| format!("line {line}: {problem}");
        if columns.is_empty() {
            let is_header = row.iter().any(|cell| matches!(Cell::new(cell), Cell::Other));
            columns = if is_header { header(&row) } else { headless(&row) }.map_err(at_line)?;
            if is_header {
                continue;
            }
        }
        count += fill(&mut columns, &row).map_err(at_line)?;
        if count > DELAYS_MAX {
            return Err(at_line(format!("there are more than {DELAYS_MAX} delays")));
        }
    }
    let last = text.lines().count().max(1);
    legs(columns).map_err(|problem| format!("line {last}: {problem}"))
}

/// Returns the lines of a text that are rows of the table, and the number of each in the text.
fn rows(text: &str) -> (String, Vec<u32>) {
    let (mut rows, mut lines) = (String::with_capacity(text.len()), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            rows += line;
            rows.push('\n');
            lines.push(number);
        }
    }
    (rows, lines)
}

/// One column: the legs that it is for, and its delays.
struct Column {
    legs: &'static [char],
    values_ms: Vec<f64>,
}

impl Column {
    const fn new(legs: &'static [char]) -> Self {
        Self { legs, values_ms: Vec::new() }
    }
}

/// The content of a cell.
enum Cell {
    Empty,
    DelayMs(f64),
    Other,
}

impl Cell {
    fn new(cell: &str) -> Self {
        let cell = bare(cell);
        match cell.parse() {
            Ok(ms) if Delay::Constant { ms }.check().is_ok() => Self::DelayMs(ms),
            _ if cell.is_empty() => Self::Empty,
            _ => Self::Other,
        }
    }
}

/// Returns a cell without spaces, and without quotes that a space kept from being read as such.
fn bare(cell: &str) -> &str {
    let cell = cell.trim();
    let quoted = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.unwrap_or(cell).trim()
}

/// Quotes a cell for a message, and shortens it: a file may have cells of any length.
fn quoted(cell: &str) -> String {
    let cell = bare(cell);
    let short: String = cell.chars().take(40).collect();
    let more = if short.len() < cell.len() { "..." } else { "" };
    format!("`{short}{more}`")
}

/// Returns the columns that a header names.
fn header(row: &StringRecord) -> Result<Vec<Column>, String> {
    let mut columns: Vec<Column> = Vec::new();
    for cell in row {
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
        columns.push(Column::new(legs));
    }
    match LEGS.iter().find(|leg| !columns.iter().any(|it| it.legs.contains(leg))) {
        Some(leg) => Err(format!("leg {leg} has no column")),
        None => Ok(columns),
    }
}

/// Returns the columns of a table without a header, by its first row.
fn headless(row: &StringRecord) -> Result<Vec<Column>, String> {
    match row.len() {
        1 => Ok(vec![Column::new(&LEGS)]),
        4 => Ok([&['w'], &['a'], &['r'], &['s']].map(|legs| Column::new(legs)).into()),
        found => Err(format!("{found} columns need a header; without one there are 1 or 4")),
    }
}

/// Adds a row's delays to their columns, and returns their number.
fn fill(columns: &mut [Column], row: &StringRecord) -> Result<u32, String> {
    let expected = columns.len();
    let mut count = 0;
    for (index, cell) in row.iter().enumerate() {
        let Some(column) = columns.get_mut(index) else {
            return Err(format!("more than {expected} cells for {expected} columns"));
        };
        match Cell::new(cell) {
            Cell::DelayMs(ms) => {
                column.values_ms.push(ms);
                count += 1;
            }
            Cell::Empty => {}
            Cell::Other => {
                let cell = quoted(cell);
                return Err(format!("{cell} is no delay from zero to 1,000 days in milliseconds"));
            }
        }
    }
    Ok(count)
}

/// Returns the legs with the delays of the columns.
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
    use ringside_lab::pbs::{Prediction, ReadsTo, Wars};

    use super::*;

    #[test]
    fn tables_of_every_form_are_read() {
        let table = |values: &[f64]| Delay::Table(values.to_vec());
        let all = Legs::all(table(&[1.0, 2.5, 0.0]));
        assert_eq!(parse("1\n2.5\n0"), Ok(all.clone()));
        assert_eq!(parse("\u{feff}\"ms\"\r\n\"1\"\r\n 2.5 \r\n# note\r\n\r\n0\r\n"), Ok(all));
        let two = Legs::slow_writes(table(&[1.5, 4.0, 2e1]), table(&[0.2, 0.3]));
        assert_eq!(parse("# delays\nARS_ms, w\n.2,1.5\n0.3,4\n,2e1"), Ok(two.clone()));
        assert_eq!(parse("\"ars\" , \"w\"\n \"0.2\", \"1.5\"\n0.3,\"4\"\n\"\",2e1"), Ok(two));
        let four = parse("1,2,3,4\n5").expect("four columns");
        assert_eq!((four.w, four.s), (table(&[1.0, 5.0]), table(&[4.0])));
    }

    #[test]
    fn the_line_at_fault_is_named() {
        let refused = [
            ("", "line 1: the table ends, and leg w has no delays"),
            ("w,ars\n1,\n", "line 2: the table ends, and leg a has no delays"),
            ("w,ars\n1,\n\n# end\n", "line 4: the table ends, and leg a has no delays"),
            ("ms\n1\n\nfast\n", "line 4: `fast` is no delay from zero"),
            ("ms\r\n1\r\n\r\n# note\r\nfast\r\n", "line 5: `fast` is no delay from zero"),
            ("ms\n\"1,5\"\n", "line 2: `1,5` is no delay from zero"),
            ("ms\n1\n\"2\n3\"\n", "line 3: `2\n3` is no delay from zero"),
            ("1\n-2", "line 2: `-2` is no delay"),
            ("1\nNaN", "line 2: `NaN` is no delay"),
            ("1\n1e99", "line 2: `1e99` is no delay"),
            ("1\n2,3", "line 2: more than 1 cells for 1 columns"),
            ("1,2\n", "line 1: 2 columns need a header"),
            ("#\nw,x\n", "line 2: `x` is neither a delay in milliseconds"),
            ("w,\"a,r\"\n", "line 1: `a,r` is neither a delay in milliseconds"),
            ("w,ars,s\n", "line 1: leg s has a second column"),
            ("w,a,r\n", "line 1: leg s has no column"),
        ];
        for (text, reason) in refused {
            let error = parse(text).expect_err("a bad table");
            assert!(error.starts_with(reason), "{text:?}: {error:?} is not {reason:?}");
        }
        let long = parse(&"x".repeat(10_000)).expect_err("a bad table");
        assert!(long.len() < 250, "{long}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "(?s).{0,200}",
            near in "(?s)([was\",#\n\r]|ms|ars|[0-9.eE+-]{1,4}|inf|é){0,60}",
        ) {
            for text in [text, near] {
                if let Ok(legs) = parse(&text) {
                    prop_assert_eq!(legs.check(), Ok(()), "{:?}", text);
                }
            }
        }

        #[test]
        fn any_table_that_is_read_can_be_predicted_from(
            text in "((0|[1-9][0-9]{0,4})(\\.5)?\n){1,9}",
        ) {
            let legs = parse(&text).expect("a table of one column");
            let wars = Wars::new(3, 1, 1, ReadsTo::All, legs).expect("possible settings");
            let mut prediction = Prediction::new(wars, &[0.0, 10.0], 3).expect("possible times");
            prediction.run(0..2_000);
            let report = prediction.report();
            prop_assert!(report.t_visibility_ms.iter().all(|it| it.value_ms.is_finite()));
        }
    }
}
