//! The chart of one node's suspicion of another over time: phi or silence, with the threshold.

use ringside_lab::gossip::PhiTrace;
use ringside_lab::{Detection, Instant};

use super::axis::Axis;
use super::plot::{Ink, Limit, Line, Plot, Stroke, Table};
use crate::format;

/// The length of the chart's window, in virtual milliseconds.
const WINDOW_MS: f64 = 30_000.0;

/// The most that the chart shows, in multiples of the threshold. Without this limit a node that never
/// returns would flatten the rest of the line.
const MOST_THRESHOLDS: f64 = 3.0;

/// Plots the last half minute of a pair's phi trace.
pub(crate) fn phi_plot(phi_trace: &PhiTrace) -> Plot {
    let now_ms = phi_trace.now.as_ms();
    let from_ms = (now_ms - WINDOW_MS).max(0.0);
    let corners = phi_trace.corners(Instant::from_us((from_ms * 1e3) as u64));
    let (places, values): (Vec<f64>, Vec<Option<f64>>) =
        corners.into_iter().map(|(at, value)| (at.as_ms(), value)).unzip();
    let threshold = phi_trace.threshold();
    let highest = values.iter().flatten().fold(threshold * 1.1, |most, value| most.max(*value));
    let most = highest.min(threshold * MOST_THRESHOLDS);
    let (up, name, limit) = match phi_trace.detection {
        Detection::PhiAccrual { .. } => {
            (Axis::counts("phi", most), "phi", format!("suspected from {threshold}"))
        }
        Detection::Timeout { .. } => {
            let up = Axis::ms("silence", most);
            let limit = format!("suspected from {}", format::span_ms(threshold));
            (up, "silence", limit)
        }
    };
    // Values above the axis are drawn along its upper end. The table contains them unclamped.
    let drawn = values.iter().map(|value| value.map(|value| value.min(up.to))).collect();
    let lines = vec![Line { name, ink: Ink::Blue, stroke: Stroke::Solid, values: drawn }];
    let from_ms = places.first().copied().unwrap_or(from_ms);
    let across = Axis::virtual_time(from_ms, now_ms.max(from_ms + 1.0));
    let limits = vec![Limit { name: limit, value: threshold }];
    Plot { limits, ..Plot::of_lines(across, up, places, lines) }
}

/// Builds the table of a pair's phi trace, newest first: one row for the present and one per heartbeat, with
/// the value that the detector had reached by then. At most `most` rows are kept.
pub(crate) fn phi_table(phi_trace: &PhiTrace, most: usize) -> Table {
    let (name, written): (&str, fn(f64) -> String) = match phi_trace.detection {
        Detection::PhiAccrual { .. } => ("phi", |phi| format!("{phi:.2}")),
        Detection::Timeout { .. } => ("silence", format::length_ms),
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    // Of each two corners the second is the peak of the line before it falls.
    for corner in phi_trace.corners(Instant::ZERO).chunks(2).rev() {
        let [_, (at, value)] = corner else { continue };
        let at = format::log_time(*at);
        // Two heartbeats at the same instant make one row.
        if rows.last().is_none_or(|row| row[0] != at) {
            rows.push(vec![at, value.map_or("none".to_owned(), written)]);
        }
    }
    let left_out = rows.len().saturating_sub(most);
    rows.truncate(most);
    Table { heads: vec!["until, s".to_owned(), name.to_owned()], rows, left_out }
}

/// Describes the present value and the threshold, for screen readers.
pub(crate) fn phi_summary(phi_trace: &PhiTrace) -> String {
    // A silence is measured, and its threshold was set: each is written as such.
    let written = |value: f64, time: fn(f64) -> String| match phi_trace.detection {
        Detection::PhiAccrual { .. } => format!("phi {value:.1}"),
        Detection::Timeout { .. } => format!("a silence of {}", time(value)),
    };
    let latest = phi_trace.latest();
    let now = latest.map_or("nothing".to_owned(), |value| written(value, format::length_ms));
    format!("{now} now, suspected from {}", written(phi_trace.threshold(), format::span_ms))
}

#[cfg(test)]
mod tests {
    use ringside_lab::{Duration, HeartbeatStats, NodeId};

    use super::*;

    fn phi_trace(detection: Detection, silent_ms: u64) -> PhiTrace {
        let at = |ms| Instant::ZERO + Duration::from_ms(ms);
        let beat = |ms| {
            let stats = HeartbeatStats { last: at(ms), mean_us: 200_000.0, intervals: 9 };
            (at(ms), Some(stats))
        };
        PhiTrace {
            observer: NodeId(0),
            subject: NodeId(1),
            detection,
            now: at(40_000 + silent_ms),
            beats: vec![beat(1_000), beat(39_000), beat(40_000)],
        }
    }

    #[test]
    fn the_threshold_is_always_visible_and_never_flattened() {
        for silent in [10, 2_000, 2_000_000] {
            let plot = phi_plot(&phi_trace(Detection::PhiAccrual { threshold: 8.0 }, silent));
            assert!(plot.up.to >= 8.0 && plot.up.to <= 40.0, "{silent}: {}", plot.up.to);
            assert!(plot.limits[0].name.contains("from 8"));
            let highest = plot.lines[0].values.iter().flatten().copied().fold(0.0, f64::max);
            assert!(highest <= plot.up.to + 1e-9);
            assert!(plot.places.iter().all(|at| *at >= plot.across.from - 1e-9));
        }
    }

    #[test]
    fn a_timeout_is_drawn_as_silence() {
        let detection = Detection::Timeout { after: Duration::from_ms(500) };
        let plot = phi_plot(&phi_trace(detection, 700));
        assert_eq!(plot.lines[0].values.last(), Some(&Some(700.0)));
        assert!(plot.limits[0].name.ends_with("500 ms"), "{}", plot.limits[0].name);
        assert!(phi_summary(&phi_trace(detection, 700)).starts_with("a silence of 700 ms now"));
        let second = Detection::Timeout { after: Duration::from_ms(1_000) };
        let summary = phi_summary(&phi_trace(second, 700));
        assert!(summary.ends_with("suspected from a silence of 1 s"), "{summary}");
    }

    #[test]
    fn the_table_has_one_row_per_heartbeat() {
        let detection = Detection::PhiAccrual { threshold: 8.0 };
        let table = phi_table(&phi_trace(detection, 900), 2);
        assert_eq!(table.rows[0], ["40.90000", "1.95"]);
        assert_eq!(table.rows[1][0], "40.00000");
        assert_eq!((table.rows.len(), table.left_out), (2, 1));
        // Two heartbeats at the same instant make one row, because a row is identified by its time.
        let mut twice = phi_trace(detection, 900);
        twice.beats.push(twice.beats[2]);
        let rows = phi_table(&twice, 9).rows;
        let mut times: Vec<&String> = rows.iter().map(|row| &row[0]).collect();
        times.dedup();
        assert_eq!(times.len(), rows.len());
    }
}
