//! The chart of one service level indicator in two runs.

use ringside_lab::instruments::Window;

use super::axis::Axis;
use super::over_time::closed;
use super::plot::{Ink, Line, Plot, Stroke};

/// A service level indicator that the chart shows for two runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sli {
    /// The share of reads that were stale.
    #[default]
    StaleReads,
    /// The staleness age of reads, 95th percentile.
    Age,
    /// The time until writes reached all replicas, 99th percentile.
    Convergence,
    /// The latency of reads, 99th percentile.
    ReadWait,
    /// The latency of writes, 99th percentile.
    WriteWait,
    /// The number of operations without a quorum.
    Failed,
    /// The number of copies that are behind.
    Debt,
    /// The number of reads that returned siblings.
    Conflicts,
    /// The number of hints held.
    Hints,
}

impl Sli {
    /// All indicators, in the order in which the page lists them.
    pub(crate) const ALL: [Self; 9] = [
        Self::StaleReads,
        Self::Age,
        Self::Convergence,
        Self::ReadWait,
        Self::WriteWait,
        Self::Failed,
        Self::Debt,
        Self::Conflicts,
        Self::Hints,
    ];

    /// Returns the indicator's name on the page.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::StaleReads => "Stale reads",
            Self::Age => "Staleness age, p95",
            Self::Convergence => "Convergence, p99",
            Self::ReadWait => "Read latency, p99",
            Self::WriteWait => "Write latency, p99",
            Self::Failed => "Failed operations",
            Self::Debt => "Repair debt",
            Self::Conflicts => "Conflicting reads",
            Self::Hints => "Hints held",
        }
    }

    /// Returns the indicator of this name, or `None` if there is none.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sli| sli.name() == name)
    }

    /// Returns the indicator's value in a window.
    fn of(self, window: &Window) -> Option<f64> {
        match self {
            Self::StaleReads => {
                (window.reads > 0).then(|| window.stale as f64 / window.reads as f64)
            }
            Self::Age => window.age_ms.p95,
            Self::Convergence => window.convergence_ms[1],
            Self::ReadWait => window.read_ms[1],
            Self::WriteWait => window.write_ms[1],
            Self::Failed => Some(window.failed as f64),
            Self::Debt => Some(window.debt as f64),
            Self::Conflicts => Some(window.conflicts as f64),
            Self::Hints => Some(window.hints as f64),
        }
    }

    fn axis(self, most: f64) -> Axis {
        match self {
            Self::StaleReads => Axis::shares("share of reads", most),
            Self::Age => Axis::ms("age of what was read", most),
            Self::Convergence => Axis::ms("until all replicas have it", most),
            Self::ReadWait | Self::WriteWait => Axis::ms("a client waits", most),
            Self::Failed => Axis::counts("met no quorum, in a window", most),
            Self::Debt => Axis::counts("copies behind", most),
            Self::Conflicts => Axis::counts("with siblings, in a window", most),
            Self::Hints => Axis::counts("hints held", most),
        }
    }

    /// Plots the indicator of two runs at the same virtual time: the shown run solid, the other dashed.
    pub(crate) fn plot(self, [shown, other]: [&[Window]; 2]) -> Plot {
        let (shown, other) = (closed(shown), closed(other));
        let line = |name, ink, stroke, windows: &[Window]| {
            let value = |window: &Window| {
                let same =
                    windows.iter().find(|it| it.to_ms.to_bits() == window.to_ms.to_bits())?;
                self.of(same)
            };
            Line { name, ink, stroke, values: shown.iter().map(value).collect() }
        };
        let lines = vec![
            line("this run", Ink::Blue, Stroke::Solid, shown),
            line("the other", Ink::Vermilion, Stroke::Dashed, other),
        ];
        let values = lines.iter().flat_map(|line| &line.values).filter_map(|value| *value);
        // An axis that ends near zero would have ticks with many decimals.
        let least = if self == Self::StaleReads { 0.01 } else { 1.0 };
        let most = values.fold(least, f64::max);
        let from = shown.first().map_or(0.0, |it| it.from_ms);
        let to = shown.last().map_or(1.0, |it| it.to_ms);
        let places = shown.iter().map(|it| it.to_ms).collect();
        Plot::of_lines(Axis::virtual_time(from, to), self.axis(most), places, lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(count: u32, stale: u64) -> Vec<Window> {
        let window = |number: u32| {
            let from_ms = f64::from(number) * 1e3;
            let mut window =
                Window { from_ms, to_ms: from_ms + 1e3, reads: 10, stale, ..Window::default() };
            window.debt = u64::from(number);
            window
        };
        (0..count).map(window).collect()
    }

    #[test]
    fn both_runs_have_a_line_and_differ_by_more_than_colour() {
        let plot = Sli::StaleReads.plot([&windows(4, 1), &windows(4, 5)]);
        assert_eq!(plot.lines[0].values, [Some(0.1); 3]);
        assert_eq!(plot.lines[1].values, [Some(0.5); 3]);
        assert_ne!(plot.lines[0].stroke, plot.lines[1].stroke);
        assert_ne!(plot.lines[0].name, plot.lines[1].name);
    }

    #[test]
    fn a_window_missing_from_one_run_is_a_gap() {
        let plot = Sli::Debt.plot([&windows(4, 0), &windows(3, 0)]);
        assert_eq!(plot.lines[1].values, [Some(0.0), Some(1.0), None]);
    }

    #[test]
    fn every_indicator_is_found_by_its_name_and_has_a_finite_axis() {
        for sli in Sli::ALL {
            assert_eq!(Sli::named(sli.name()), Some(sli));
            for plot in [sli.plot([&[], &[]]), sli.plot([&windows(3, 2), &[]])] {
                let (from, to) = plot.up.ends();
                assert!(from.is_finite() && from < to, "{sli:?}");
            }
        }
    }
}
