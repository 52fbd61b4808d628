//! A chart as plain data: axes, lines, thresholds, measured points and the table.

use super::axis::Axis;

/// A colour of a line, as an index into the inks of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The colour of the main measure.
    Blue,
    /// The colour of the measure that contrasts with the main one.
    Vermilion,
    /// The third colour.
    Green,
    /// The fourth colour.
    Purple,
}

/// The stroke of a line, which distinguishes lines without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// A solid line.
    Solid,
    /// A dashed line.
    Dashed,
    /// A dotted line.
    Dotted,
    /// No line: the values are only in the table.
    TableOnly,
}

/// A line of a chart: one value per place of the plot, or `None` if nothing was measured there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// The line's name, written at its end and as the head of its column.
    pub(crate) name: &'static str,
    /// The colour of the line.
    pub(crate) ink: Ink,
    /// The stroke of the line.
    pub(crate) stroke: Stroke,
    /// The values, one per place of the plot.
    pub(crate) values: Vec<Option<f64>>,
}

/// A threshold, drawn as a horizontal line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    /// The label, as `page above 5 s`.
    pub(crate) name: String,
    /// The value at which the threshold lies.
    pub(crate) value: f64,
}

/// A measured point with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mark {
    /// The value on the horizontal axis.
    pub(crate) at: f64,
    /// The measured value.
    pub(crate) value: f64,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The upper end of the interval.
    pub(crate) high: f64,
    /// Whether the point rests on few reads.
    pub(crate) faint: bool,
}

/// A chart: its axes and everything that is drawn between them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plot {
    /// The horizontal axis.
    pub(crate) across: Axis,
    /// The vertical axis.
    pub(crate) up: Axis,
    /// The values on the horizontal axis at which the lines have values.
    pub(crate) places: Vec<f64>,
    /// The lines.
    pub(crate) lines: Vec<Line>,
    /// The band around the first line, as its lower and upper end at each place; empty if there is no band.
    pub(crate) band: Vec<(f64, f64)>,
    /// The thresholds.
    pub(crate) limits: Vec<Limit>,
    /// The measured points.
    pub(crate) marks: Vec<Mark>,
    /// The name of the measured points; empty if there are none.
    pub(crate) marks_name: &'static str,
    /// The selected value on the horizontal axis, or `None` if the chart has no cursor.
    pub(crate) cursor: Option<f64>,
}

/// The rows of a chart's table, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// The heads of the columns. The first column identifies the rows.
    pub(crate) heads: Vec<String>,
    /// The rows.
    pub(crate) rows: Vec<Vec<String>>,
    /// The number of rows that were left out.
    pub(crate) left_out: usize,
}

/// The table cell for a missing value.
const NOTHING: &str = "\u{2013}";

impl Plot {
    /// Builds a plot of lines only, with their values at the given places.
    pub(crate) fn of_lines(across: Axis, up: Axis, places: Vec<f64>, lines: Vec<Line>) -> Self {
        let (band, limits, marks) = (Vec::new(), Vec::new(), Vec::new());
        Self { across, up, places, lines, band, limits, marks, marks_name: "", cursor: None }
    }

    /// Whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        let mut values = self.lines.iter().flat_map(|line| &line.values);
        self.marks.is_empty() && values.all(Option::is_none)
    }

    /// Returns the latest value of each line that has one.
    pub(crate) fn latest(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let latest = |line: &Line| Some((line.name, line.values.iter().rev().find_map(|it| *it)?));
        self.lines.iter().filter_map(latest)
    }

    /// Describes the latest value of each line, for screen readers.
    pub(crate) fn summary(&self) -> String {
        let summary =
            self.latest().map(|(name, value)| format!("{name} {}", self.up.written(value)));
        summary.collect::<Vec<_>>().join(", ")
    }

    /// Builds the table of the lines' values, newest first, with at most `most` rows.
    pub(crate) fn table(&self, most: usize) -> Table {
        let names = self.lines.iter().map(|line| line.name.to_owned());
        let row = |place: usize| {
            let values = self.lines.iter().map(move |line| {
                let value = line.values.get(place).copied().flatten();
                value.map_or(NOTHING.to_owned(), |value| self.up.written(value))
            });
            std::iter::once(self.across.written(self.places[place])).chain(values).collect()
        };
        Table {
            heads: std::iter::once("until".to_owned()).chain(names).collect(),
            rows: (0..self.places.len()).rev().take(most).map(row).collect(),
            left_out: self.places.len().saturating_sub(most),
        }
    }
}

/// Returns the value that a vertical axis must reach: the highest measured value, or a tenth more than a
/// threshold above it. A threshold of more than three times the highest value is ignored, because it would
/// flatten the lines.
pub(crate) fn highest(values: impl Iterator<Item = f64>, limits: &[Limit]) -> f64 {
    let measured = values.fold(0.0, f64::max);
    let within = |limit: &&Limit| measured <= 0.0 || limit.value <= measured * 3.0;
    limits.iter().filter(within).fold(measured, |most, limit| most.max(limit.value * 1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        let line = |name, values| Line { name, ink: Ink::Blue, stroke: Stroke::Solid, values };
        let lines = vec![
            line("p50", vec![Some(1.0), None, Some(3.0)]),
            line("p99", vec![Some(2.0), Some(4.0), None]),
        ];
        let places = vec![100.0, 200.0, 300.0];
        Plot::of_lines(Axis::virtual_time(0.0, 300.0), Axis::ms("age", 4.0), places, lines)
    }

    #[test]
    fn the_table_contains_the_values_of_the_lines_newest_first() {
        let table = plot().table(2);
        assert_eq!(table.heads, ["until", "p50", "p99"]);
        assert_eq!(table.rows[0], ["0.300 s", "3.0 ms", NOTHING]);
        assert_eq!(table.rows[1], ["0.200 s", NOTHING, "4.0 ms"]);
        assert_eq!((table.rows.len(), table.left_out), (2, 1));
    }

    #[test]
    fn the_summary_is_the_latest_value_of_each_line() {
        assert_eq!(plot().summary(), "p50 3.0 ms, p99 4.0 ms");
        assert!(!plot().is_empty());
    }

    #[test]
    fn a_threshold_far_above_does_not_flatten_the_lines() {
        let limits = [Limit { name: String::new(), value: 100.0 }];
        assert!((highest([10.0].into_iter(), &limits) - 10.0).abs() < 1e-9);
        assert!((highest([60.0].into_iter(), &limits) - 110.0).abs() < 1e-9);
        assert!((highest([0.0].into_iter(), &limits) - 110.0).abs() < 1e-9);
    }
}
