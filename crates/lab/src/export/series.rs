//! The time series of a run as CSV.

use std::fmt::Write as _;

use ringside_staleness::Window;

/// A column: its name with the unit, and its value in a window, or `None` if nothing was measured.
type Column = (&'static str, fn(&Window) -> Option<f64>);

const COLUMNS: [Column; 27] = [
    ("from_ms", |it| Some(it.from_ms)),
    ("to_ms", |it| Some(it.to_ms)),
    ("reads", |it| Some(it.reads as f64)),
    ("stale_reads", |it| Some(it.stale as f64)),
    ("stale_share", |it| (it.reads > 0).then(|| it.stale as f64 / it.reads as f64)),
    ("staleness_age_p50_ms", |it| it.age_ms.p50),
    ("staleness_age_p95_ms", |it| it.age_ms.p95),
    ("staleness_age_p99_ms", |it| it.age_ms.p99),
    ("staleness_age_max_ms", |it| it.age_ms.max),
    ("writes", |it| Some(it.writes as f64)),
    ("writes_converged", |it| Some(it.converged as f64)),
    ("convergence_p50_ms", |it| it.convergence_ms[0]),
    ("convergence_p99_ms", |it| it.convergence_ms[1]),
    ("convergence_p99.9_ms", |it| it.convergence_ms[2]),
    ("writes_pending", |it| Some(it.pending as f64)),
    ("oldest_pending_ms", |it| it.oldest_pending_ms),
    ("conflicting_reads", |it| Some(it.conflicts as f64)),
    ("conflicting_merges", |it| Some(it.conflict_merges as f64)),
    ("debt_copies", |it| Some(it.debt as f64)),
    ("debt_accrued_copies", |it| Some(it.accrued as f64)),
    ("debt_paid_copies", |it| Some(it.paid as f64)),
    ("hints", |it| Some(it.hints as f64)),
    ("hint_bytes", |it| Some(it.hint_bytes as f64)),
    ("failed_operations", |it| Some(it.failed as f64)),
    ("read_p50_ms", |it| it.read_ms[0]),
    ("read_p99_ms", |it| it.read_ms[1]),
    ("write_p99_ms", |it| it.write_ms[1]),
];

/// Returns the windows of a time series as CSV: a line of column names, each with its unit, and one line per
/// window. A field is empty if nothing was measured.
pub fn csv(windows: &[Window]) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut text = names.join(",");
    text.push('\n');
    for window in windows {
        for (place, (_, value)) in COLUMNS.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            if let Some(value) = value(window) {
                // Writing to a string can't fail.
                _ = write!(text, "{value}");
            }
        }
        text.push('\n');
    }
    text
}
