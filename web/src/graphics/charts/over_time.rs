//! The charts over virtual time, built from the windows of a run.

use ringside_lab::instruments::{Measured, Window};
use ringside_lab::slo::{Board, Indicator, ObjectiveStatus};

use super::axis::Axis;
use super::plot::{Ink, Limit, Line, Plot, Stroke, highest};
use crate::format;

/// Returns the windows without the last one, which is still open: its counts so far would look like a drop.
/// A single window is kept.
pub(crate) fn closed(windows: &[Window]) -> &[Window] {
    match windows {
        [closed @ .., _] if !closed.is_empty() => closed,
        all => all,
    }
}

/// The data of the charts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// The windows of the run, oldest first.
    pub(crate) windows: &'a [Window],
    /// The objectives, whose thresholds are drawn.
    pub(crate) board: &'a Board,
    /// The measurements of the whole run.
    pub(crate) measured: &'a Measured,
}

/// A chart over virtual time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverTime {
    /// The chart's unique name.
    pub(crate) id: &'static str,
    /// The chart's title.
    pub(crate) title: &'static str,
    /// The hint that is shown while there is nothing to plot.
    pub(crate) empty: &'static str,
    /// Builds the plot.
    pub(crate) plot: fn(&Source<'_>) -> Plot,
    /// Summarises the whole run in a sentence.
    pub(crate) sentence: fn(&Source<'_>) -> String,
}

/// The hint of a chart that needs reads.
const NO_READS: &str = "No reads yet: switch on the load or press Get.";

/// The hint of a chart that needs writes.
const NO_WRITES: &str = "No writes yet: switch on the load or press Put.";

/// All charts over virtual time, in the order in which the page shows them.
pub(crate) static CHARTS: [OverTime; 7] = [
    OverTime {
        id: "stale-reads",
        title: "Stale reads",
        empty: NO_READS,
        plot: stale_reads,
        sentence: |it| {
            let staleness = &it.measured.staleness;
            let rate = staleness.stale_rate.map_or("none".to_owned(), format::percent);
            format!("{} of {} reads so far were stale: {rate}.", staleness.stale, staleness.reads)
        },
    },
    OverTime {
        id: "staleness-age",
        title: "Staleness age",
        empty: NO_READS,
        plot: staleness_age,
        sentence: |it| {
            let ages = it.measured.staleness.age_ms;
            format!(
                "So far 95% of the reads were behind by {} at most, 99% by {}; the oldest by {}.",
                known(ages.p95),
                known(ages.p99),
                known(ages.max)
            )
        },
    },
    OverTime {
        id: "convergence",
        title: "Convergence",
        empty: NO_WRITES,
        plot: convergence,
        sentence: |it| {
            let convergence = &it.measured.convergence_ms;
            let oldest = convergence.oldest_pending;
            let oldest = oldest
                .map_or(String::new(), |ms| format!(", the oldest for {}", format::length_ms(ms)));
            format!(
                "{} writes reached all their replicas; {} have not yet{oldest}; {} were lost.",
                convergence.writes, convergence.pending, convergence.lost
            )
        },
    },
    OverTime {
        id: "debt",
        title: "Repair debt",
        empty: NO_WRITES,
        plot: debt,
        sentence: |it| {
            let debt = &it.measured.debt;
            format!(
                "{} behind now. Over the last minute {:.1} a second fell behind and {:.1} were \
                 brought up.",
                copies(debt.pairs),
                debt.accrual_per_s,
                debt.payoff_per_s
            )
        },
    },
    OverTime {
        id: "hints",
        title: "Hints",
        empty: "No hints yet: switch hinted handoff on (M) and crash a node.",
        plot: hints,
        sentence: |it| {
            let queue = &it.measured.hint_queue;
            let oldest = queue
                .oldest_ms
                .map_or(String::new(), |ms| format!(", the oldest for {}", format::length_ms(ms)));
            format!(
                "{} held now, {} bytes{oldest}; {} at most.",
                queue.held, queue.bytes, queue.most
            )
        },
    },
    OverTime {
        id: "conflicts",
        title: "Conflicts",
        empty: "No operations yet: switch on the load, or Put and Get.",
        plot: conflicts,
        sentence: |it| {
            let conflicts = &it.measured.conflicts;
            format!(
                "{} reads returned siblings, {} merges left some: {} branches in all.",
                conflicts.reads, conflicts.merges, conflicts.conflict_versions_total
            )
        },
    },
    OverTime {
        id: "latency",
        title: "Latency",
        empty: "No operations yet: switch on the load, or Put and Get.",
        plot: latency,
        sentence: |it| {
            let quorums = &it.measured.quorums;
            format!(
                "{} operations met their quorum; {} reads and {} writes did not.",
                quorums.met, quorums.failed_reads, quorums.failed_writes
            )
        },
    },
];

fn stale_reads(source: &Source<'_>) -> Plot {
    let rate = line(source, "stale", Ink::Vermilion, Stroke::Solid, |it| {
        (it.reads > 0).then(|| it.stale as f64 / it.reads as f64)
    });
    let rules = |standing: &ObjectiveStatus| {
        let of = |word: &str, above: f64| Limit {
            name: format!("{word} above {}", format::percent(above)),
            value: above,
        };
        vec![
            of("page", standing.objective.page.above),
            of("warning", standing.objective.warning.above),
        ]
    };
    let limits = limits(source, |it| matches!(it, Indicator::StaleReadRate), rules);
    let most = highest(values(std::slice::from_ref(&rate)), &limits);
    over_time(source, Axis::shares("share of reads", most), vec![rate], limits)
}

fn staleness_age(source: &Source<'_>) -> Plot {
    let lines = vec![
        line(source, "p99", Ink::Vermilion, Stroke::Dashed, |it| it.age_ms.p99),
        line(source, "p95", Ink::Blue, Stroke::Solid, |it| it.age_ms.p95),
        line(source, "p50", Ink::Green, Stroke::Dotted, |it| it.age_ms.p50),
        line(source, "max", Ink::Purple, Stroke::TableOnly, |it| it.age_ms.max),
    ];
    let target = |standing: &ObjectiveStatus| {
        let value = standing.objective.target;
        vec![Limit { name: format!("p95 at most {}", format::span_ms(value)), value }]
    };
    let limits = limits(source, |it| matches!(it, Indicator::StalenessAge { .. }), target);
    let most = highest(values(&lines[..3]), &limits);
    over_time(source, Axis::ms("age of what was read", most), lines, limits)
}

fn convergence(source: &Source<'_>) -> Plot {
    let lines = vec![
        line(source, "p99.9", Ink::Vermilion, Stroke::Dashed, |it| it.convergence_ms[2]),
        line(source, "p99", Ink::Blue, Stroke::Solid, |it| it.convergence_ms[1]),
        line(source, "p50", Ink::Green, Stroke::Dotted, |it| it.convergence_ms[0]),
        line(source, "waiting", Ink::Purple, Stroke::Solid, |it| it.oldest_pending_ms),
    ];
    let rules = |standing: &ObjectiveStatus| {
        let of = |word: &str, above: f64| Limit {
            name: format!("{word} above {}", format::span_ms(above)),
            value: above,
        };
        vec![
            of("page", standing.objective.page.above),
            of("warning", standing.objective.warning.above),
        ]
    };
    let limits = limits(source, |it| matches!(it, Indicator::Convergence { .. }), rules);
    let up = decades("until all replicas have it", &lines, &limits);
    over_time(source, up, lines, limits)
}

fn debt(source: &Source<'_>) -> Plot {
    let lines = vec![
        line(source, "debt", Ink::Blue, Stroke::Solid, |it| Some(it.debt as f64)),
        line(source, "accrued", Ink::Vermilion, Stroke::Dashed, |it| Some(it.accrued as f64)),
        line(source, "paid", Ink::Green, Stroke::Dotted, |it| Some(it.paid as f64)),
    ];
    let most = values(&lines).fold(0.0, f64::max);
    let plot = over_time(source, Axis::counts("copies behind", most), lines, Vec::new());
    only_after(plot, source.windows.iter().any(|it| it.writes > 0 || it.debt > 0))
}

fn hints(source: &Source<'_>) -> Plot {
    let lines = vec![
        line(source, "held", Ink::Purple, Stroke::Solid, |it| Some(it.hints as f64)),
        line(source, "bytes", Ink::Green, Stroke::TableOnly, |it| Some(it.hint_bytes as f64)),
    ];
    let most = values(&lines[..1]).fold(0.0, f64::max);
    let plot = over_time(source, Axis::counts("hints held", most), lines, Vec::new());
    only_after(plot, most > 0.0 || source.measured.hint_queue.most > 0)
}

fn conflicts(source: &Source<'_>) -> Plot {
    let lines = vec![
        line(source, "reads", Ink::Blue, Stroke::Solid, |it| Some(it.conflicts as f64)),
        line(source, "merges", Ink::Vermilion, Stroke::Dashed, |it| {
            Some(it.conflict_merges as f64)
        }),
    ];
    let most = values(&lines).fold(0.0, f64::max);
    let plot =
        over_time(source, Axis::counts("with siblings, in a window", most), lines, Vec::new());
    only_after(plot, source.windows.iter().any(|it| it.reads > 0 || it.writes > 0))
}

fn latency(source: &Source<'_>) -> Plot {
    let lines = vec![
        line(source, "write p99", Ink::Vermilion, Stroke::Solid, |it| it.write_ms[1]),
        line(source, "read p99", Ink::Blue, Stroke::Solid, |it| it.read_ms[1]),
        line(source, "write p50", Ink::Vermilion, Stroke::Dotted, |it| it.write_ms[0]),
        line(source, "read p50", Ink::Blue, Stroke::Dotted, |it| it.read_ms[0]),
        line(source, "write p99.9", Ink::Vermilion, Stroke::TableOnly, |it| it.write_ms[2]),
        line(source, "read p99.9", Ink::Blue, Stroke::TableOnly, |it| it.read_ms[2]),
    ];
    let up = decades("a client waits", &lines[..4], &[]);
    over_time(source, up, lines, Vec::new())
}

fn line(
    source: &Source<'_>,
    name: &'static str,
    ink: Ink,
    stroke: Stroke,
    value: impl Fn(&Window) -> Option<f64>,
) -> Line {
    Line { name, ink, stroke, values: source.windows.iter().map(value).collect() }
}

/// Returns all values of the lines.
fn values(lines: &[Line]) -> impl Iterator<Item = f64> {
    lines.iter().flat_map(|line| &line.values).filter_map(|value| *value)
}

/// Returns the thresholds of the first objective whose indicator matches; empty if there is none.
fn limits(
    source: &Source<'_>,
    is_it: impl Fn(&Indicator) -> bool,
    rules: impl Fn(&ObjectiveStatus) -> Vec<Limit>,
) -> Vec<Limit> {
    let standing = source.board.objectives.iter().find(|it| is_it(&it.objective.indicator));
    standing.map(rules).unwrap_or_default()
}

/// Builds a logarithmic axis of decades around values that may be zero. Values below 0.1 ms do not extend it
/// downwards.
fn decades(name: &str, lines: &[Line], limits: &[Limit]) -> Axis {
    let least = values(lines).filter(|value| *value >= 0.1).fold(f64::INFINITY, f64::min);
    let most = values(lines).chain(limits.iter().map(|limit| limit.value)).fold(1.0, f64::max);
    Axis::decades(name, least.clamp(0.1, most), most)
}

fn over_time(source: &Source<'_>, up: Axis, lines: Vec<Line>, limits: Vec<Limit>) -> Plot {
    let windows = source.windows;
    let from = windows.first().map_or(0.0, |it| it.from_ms);
    let to = windows.last().map_or(1.0, |it| it.to_ms);
    let places = windows.iter().map(|it| it.to_ms).collect();
    let plot = Plot::of_lines(Axis::virtual_time(from, to), up, places, lines);
    Plot { limits, ..plot }
}

/// Removes all values from a plot whose data has not begun.
fn only_after(mut plot: Plot, began: bool) -> Plot {
    if !began {
        plot.lines.iter_mut().for_each(|line| line.values.fill(None));
    }
    plot
}

fn copies(pairs: u64) -> String {
    if pairs == 1 { "1 copy is".to_owned() } else { format!("{pairs} copies are") }
}

fn known(ms: Option<f64>) -> String {
    ms.map_or("\u{2013}".to_owned(), format::length_ms)
}

#[cfg(test)]
mod tests {
    use ringside_lab::instruments::Ages;

    use super::*;

    fn window(number: u32) -> Window {
        let from_ms = f64::from(number) * 1e3;
        let mut window = Window { from_ms, to_ms: from_ms + 1e3, reads: 10, ..Window::default() };
        window.stale = u64::from(number);
        window.age_ms = Ages { p95: Some(f64::from(number) * 7.0), ..Ages::default() };
        window.read_ms = [Some(2.0), Some(30.0), None];
        window
    }

    fn plots(windows: &[Window]) -> Vec<Plot> {
        let (board, measured) = (Board::default(), Measured::default());
        let source = Source { windows, board: &board, measured: &measured };
        CHARTS.iter().map(|chart| (chart.plot)(&source)).collect()
    }

    #[test]
    fn charts_show_the_values_of_the_windows() {
        let windows: Vec<Window> = (0..4).map(window).collect();
        let plots = plots(&windows);
        assert_eq!(plots[0].lines[0].values, [0.0, 0.1, 0.2, 0.3].map(Some));
        assert_eq!(plots[1].lines[1].values, [0.0, 7.0, 14.0, 21.0].map(Some));
        assert_eq!(plots[0].places, [1e3, 2e3, 3e3, 4e3]);
        assert!(plots[6].lines[5].values.iter().all(Option::is_none));
    }

    #[test]
    fn an_open_window_is_not_shown() {
        let windows: Vec<Window> = (0..4).map(window).collect();
        assert_eq!(closed(&windows), &windows[..3]);
        assert_eq!(closed(&windows[..1]), &windows[..1]);
        assert!(closed(&[]).is_empty());
    }

    #[test]
    fn a_run_that_has_not_begun_shows_nothing() {
        assert!(plots(&[]).iter().all(Plot::is_empty));
        assert!(plots(&[Window::default()]).iter().all(Plot::is_empty));
    }

    #[test]
    fn the_axes_of_every_chart_are_finite() {
        for plot in plots(&[]).into_iter().chain(plots(&[window(0), window(1)])) {
            for axis in [&plot.across, &plot.up] {
                let (from, to) = axis.ends();
                assert!(from.is_finite() && to.is_finite() && from < to, "{axis:?}");
            }
        }
    }
}
