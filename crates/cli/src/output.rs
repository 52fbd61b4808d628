//! The summary of a run, as a table for people and as JSON for programs.

use std::io::{self, Write};

use ringside_lab::instruments::{Measured, Operations, Report, RingReport};
use ringside_lab::slo::{Board, Timescale};
use ringside_lab::{Duration, Lab};
use serde::Serialize;
use serde_json::Value;

use crate::problem::Problem;

/// The JSON object of a run.
#[derive(Serialize)]
struct Summary<'a> {
    title: &'a str,
    seed: u64,
    digest: String,
    virtual_time_ms: f64,
    #[serde(flatten)]
    report: Report,
    ring: RingReport,
    #[serde(flatten)]
    measured: Measured,
    slo: Boards,
}

/// The state of the SLO, on both windows.
#[derive(Serialize)]
struct Boards {
    full: Board,
    compressed: Board,
}

/// Prints the link that opens the run in the page at its current moment.
pub(crate) fn link(lab: &mut Lab) -> Result<(), Problem> {
    print(&format!("#{}", lab.link()))
}

/// Prints the run as one JSON object.
pub(crate) fn json(lab: &Lab) -> Result<(), Problem> {
    let summary = Summary {
        title: &lab.scenario().title,
        seed: lab.scenario().seed,
        digest: lab.digest().to_string(),
        virtual_time_ms: lab.now().as_ms(),
        report: lab.summary().report(),
        ring: lab.ring_report(),
        measured: lab.measured(),
        slo: Boards {
            full: lab.board(Timescale::Full),
            compressed: lab.board(Timescale::Compressed),
        },
    };
    let mut summary = serde_json::to_value(&summary).map_err(|error| error.to_string())?;
    // The counters of hinted handoff and the hints that are left belong together for a reader.
    if let (Some(queue), Some(hints)) = (
        summary.as_object_mut().and_then(|it| it.remove("hint_queue")),
        summary["hints"].as_object_mut(),
    ) && let Value::Object(queue) = queue
    {
        hints.extend(queue);
    }
    print(&serde_json::to_string_pretty(&summary).map_err(|error| error.to_string())?)
}

/// Prints the run as a table, with a section for each active mechanism.
pub(crate) fn table(lab: &Lab) -> Result<(), Problem> {
    let report = lab.summary().report();
    let ring = lab.ring_report();
    let mut lines = vec![
        lab.scenario().title.clone(),
        String::new(),
        format!("virtual time  {}", lab.now()),
        format!("seed          {}", lab.scenario().seed),
        format!("events        {}", report.events),
        format!("digest        {}", lab.digest()),
        format!(
            "ring          {} nodes, {} tokens, balance {:.2}",
            ring.nodes, ring.tokens, ring.balance
        ),
        String::new(),
        format!(
            "{:<12}{:>9}{:>9}{:>12}{:>12}{:>12}",
            "operations", "ok", "failed", "p50 ms", "p99 ms", "p99.9 ms"
        ),
        operations("reads", &report.reads),
        operations("writes", &report.writes),
    ];
    lines.extend(staleness(lab));
    lines.extend(objectives(lab));
    lines.extend([
        String::new(),
        format!("{:<14}{:>9}{:>11}{:>10}", "messages", "sent", "delivered", "dropped"),
    ]);
    let messages = &report.messages;
    for (kind, sent) in messages.sent.iter().filter(|(_, sent)| **sent > 0) {
        let (delivered, dropped) = (messages.delivered[kind], messages.dropped[kind]);
        lines.push(format!("{kind:<14}{sent:>9}{delivered:>11}{dropped:>10}"));
    }
    for (mechanism, rows) in report.mechanisms.rows() {
        lines.extend([String::new(), mechanism.to_owned()]);
        lines.extend(rows.iter().map(|(name, count)| format!("  {name:<24}{count:>9}")));
    }
    if report.in_progress > 0 {
        lines.push(format!("\n{} operations were still in progress", report.in_progress));
    }
    print(&lines.join("\n"))
}

/// Returns the lines about staleness, convergence and broken session guarantees.
fn staleness(lab: &Lab) -> Vec<String> {
    let measured = lab.measured();
    let ms = |value: Option<f64>| value.map_or("-".to_owned(), |ms| format!("{ms:.2}"));
    let Measured { staleness, convergence_ms: convergence, debt, sessions, .. } = &measured;
    let percent = staleness.stale_rate.map_or("-".to_owned(), |it| format!("{:.3}%", 100.0 * it));
    let age = &staleness.age_ms;
    let mut lines = vec![
        String::new(),
        format!("{:<12}{:>21}{:>12}{:>12}{:>12}", "staleness", "", "p50 ms", "p95 ms", "p99 ms"),
        format!(
            "{:<12}{:>21}{:>12}{:>12}{:>12}",
            "age",
            format!("{} of {} stale", staleness.stale, staleness.reads),
            ms(age.p50),
            ms(age.p95),
            ms(age.p99)
        ),
        format!("{:<12}{percent:>21}", "stale rate"),
        format!("{:<12}{:>21}{:>12}{:>12}{:>12}", "", "", "p50 ms", "p99 ms", "p99.9 ms"),
        format!(
            "{:<12}{:>21}{:>12}{:>12}{:>12}",
            "convergence",
            format!("{} pending", convergence.pending),
            ms(convergence.p50),
            ms(convergence.p99),
            ms(convergence.p99_9)
        ),
        format!(
            "{:<12}{:>21}  {} accrued, {} paid",
            "repair debt", debt.pairs, debt.accrued, debt.paid
        ),
    ];
    let broken = [
        ("reads that went back in time", sessions.monotonic_reads),
        ("reads without their client's own write", sessions.read_your_writes),
        ("reads that returned siblings", measured.conflicts.reads),
        ("acknowledged writes that were lost", convergence.lost),
    ];
    lines.extend(broken.iter().filter(|it| it.1 > 0).map(|(what, n)| format!("{what:<40}{n:>9}")));
    lines
}

/// Returns the lines about the SLO: on the compressed window if the run is shorter than the full one,
/// which could not judge it.
fn objectives(lab: &Lab) -> Vec<String> {
    let full = lab.board(Timescale::Full);
    let is_short = lab.now().as_ms() < full.window_ms;
    let board = if is_short { lab.board(Timescale::Compressed) } else { full };
    let window = Duration::from_ms(board.window_ms as u64);
    let speed = if is_short { format!(" ({}x)", board.compression) } else { String::new() };
    let title = format!("slo over {window}{speed}");
    let mut lines = vec![
        String::new(),
        format!("{title:<28}{:>12}{:>12}{:>12}  now", "value", "target", "budget"),
    ];
    for standing in &board.objectives {
        let indicator = standing.objective.indicator;
        let show = |value: Option<f64>| value.map_or("-".to_owned(), |it| indicator.show(it));
        let budget =
            standing.budget_left.map_or("-".to_owned(), |it| format!("{:.0}%", 100.0 * it));
        lines.push(format!(
            "{:<28}{:>12}{:>12}{budget:>12}  {}",
            indicator.name(),
            show(standing.value),
            indicator.show(standing.objective.target),
            standing.state.name()
        ));
    }
    lines
}

fn operations(name: &str, operations: &Operations) -> String {
    let ms = |value: Option<f64>| value.map_or("-".to_owned(), |ms| format!("{ms:.2}"));
    let latency = &operations.latency_ms;
    let [p50, p99, p99_9] = [ms(latency.p50), ms(latency.p99), ms(latency.p99_9)];
    let (ok, failed) = (operations.ok, operations.failed);
    format!("{name:<12}{ok:>9}{failed:>9}{p50:>12}{p99:>12}{p99_9:>12}")
}

/// Prints a text. A reader that closes the pipe early, as `head` does, is not an error.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
