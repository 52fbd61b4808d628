//! What a run came to, as a table for people and as JSON for programs.

use std::io::{self, Write};

use ringside_lab::{Lab, Operations, Report, RingReport};
use serde::Serialize;

use crate::source::Problem;

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
    };
    print(&serde_json::to_string_pretty(&summary).map_err(|error| error.to_string())?)
}

/// Prints the run as a table, with a section for each mechanism that did something.
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
        String::new(),
        format!("{:<14}{:>9}{:>11}{:>10}", "messages", "sent", "delivered", "dropped"),
    ];
    let messages = &report.messages;
    for (kind, sent) in messages.sent.iter().filter(|(_, sent)| **sent > 0) {
        let (delivered, dropped) = (messages.delivered[kind], messages.dropped[kind]);
        lines.push(format!("{kind:<14}{sent:>9}{delivered:>11}{dropped:>10}"));
    }
    for (mechanism, rows) in report.mechanisms.told() {
        lines.extend([String::new(), mechanism.to_owned()]);
        lines.extend(rows.iter().map(|(name, count)| format!("  {name:<24}{count:>9}")));
    }
    if report.in_progress > 0 {
        lines.push(format!("\n{} operations were still in progress", report.in_progress));
    }
    print(&lines.join("\n"))
}

fn operations(name: &str, operations: &Operations) -> String {
    let ms = |value: Option<f64>| value.map_or("-".to_owned(), |ms| format!("{ms:.2}"));
    let latency = &operations.latency_ms;
    let [p50, p99, p99_9] = [ms(latency.p50), ms(latency.p99), ms(latency.p99_9)];
    let (ok, failed) = (operations.ok, operations.failed);
    format!("{name:<12}{ok:>9}{failed:>9}{p50:>12}{p99:>12}{p99_9:>12}")
}

/// Prints a text; a reader that has gone away, as `head` does, is no problem.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
