//! The result of each check, and the time that it took.

#![expect(
    clippy::disallowed_types,
    reason = "the time of a check is printed, and no run depends on it"
)]

use std::error::Error;
use std::fmt::{self, Write};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The outcome of one check.
#[derive(Debug)]
enum CheckOutcome {
    /// It ran and found no fault.
    Passed,
    /// It ran and failed, for this reason.
    Failed(String),
    /// It did not run, for this reason; that counts as a failure.
    NotRun(String),
    /// It needs something that this machine has not; that is neither a pass nor a failure.
    Skipped(String),
}

/// The error of a check that needs something that this machine has not and cannot install, with the reason.
#[derive(Debug)]
pub(crate) struct Unavailable(pub(crate) String);

impl fmt::Display for Unavailable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Error for Unavailable {}

/// One row of the report.
#[derive(Debug)]
struct CheckRow {
    name: &'static str,
    outcome: CheckOutcome,
    took: Duration,
}

/// The outcomes of the checks so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<CheckRow>,
}

impl Report {
    /// Runs a check under its heading and records its outcome.
    pub(crate) fn time(
        &mut self,
        name: &'static str,
        what: &str,
        run: impl FnOnce() -> Result<()>,
    ) {
        println!("\n== {name}: {what}");
        let start = Instant::now();
        let outcome = match run() {
            Ok(()) => CheckOutcome::Passed,
            Err(error) if error.is::<Unavailable>() => CheckOutcome::Skipped(error.to_string()),
            Err(error) => CheckOutcome::Failed(error.to_string()),
        };
        let took = start.elapsed();
        match &outcome {
            CheckOutcome::Passed => println!("-- {name}: passed, {}", seconds(took)),
            CheckOutcome::Failed(why) => println!("-- {name}: FAILED, {}. {why}", seconds(took)),
            CheckOutcome::Skipped(why) => println!("-- {name}: skipped. {why}"),
            CheckOutcome::NotRun(_) => {}
        }
        self.rows.push(CheckRow { name, outcome, took });
    }

    /// Records that a check did not run.
    pub(crate) fn not_run(&mut self, name: &'static str, why: &str) {
        println!("\n== {name}: not run, because {why}");
        self.rows.push(CheckRow {
            name,
            outcome: CheckOutcome::NotRun(why.to_owned()),
            took: Duration::ZERO,
        });
    }

    /// Whether any check so far has failed.
    pub(crate) fn has_failure(&self) -> bool {
        self.failed() > 0
    }

    /// Whether this check ran and passed.
    pub(crate) fn has_passed(&self, name: &str) -> bool {
        let is_it =
            |row: &CheckRow| row.name == name && matches!(row.outcome, CheckOutcome::Passed);
        self.rows.iter().any(is_it)
    }

    /// The number of checks whose outcome is of a kind.
    fn count(&self, kind: impl Fn(&CheckOutcome) -> bool) -> usize {
        self.rows.iter().filter(|row| kind(&row.outcome)).count()
    }

    /// The number of checks that failed or did not run.
    fn failed(&self) -> usize {
        self.count(|it| matches!(it, CheckOutcome::Failed(_) | CheckOutcome::NotRun(_)))
    }

    /// Prints the summary, and returns whether no check failed.
    pub(crate) fn close(self) -> bool {
        println!("\n{}", self.summary());
        self.failed() == 0
    }

    /// One line per check, and a last line with the counts alone.
    fn summary(&self) -> String {
        let mut text = String::from("== summary\n");
        for CheckRow { name, outcome, took } in &self.rows {
            let took = seconds(*took);
            let _ = match outcome {
                CheckOutcome::Passed => writeln!(text, "{name:12} passed   {took:>8}"),
                CheckOutcome::Failed(why) => writeln!(text, "{name:12} FAILED   {took:>8}  {why}"),
                CheckOutcome::NotRun(why) => writeln!(text, "{name:12} NOT RUN  {took:>8}  {why}"),
                CheckOutcome::Skipped(why) => writeln!(text, "{name:12} skipped  {took:>8}  {why}"),
            };
        }
        let passed = self.count(|it| matches!(it, CheckOutcome::Passed));
        let _ = write!(text, "{passed} passed, {} failed", self.failed());
        let skipped = self.count(|it| matches!(it, CheckOutcome::Skipped(_)));
        if skipped > 0 {
            let _ = write!(text, ", {skipped} skipped");
        }
        text
    }
}

/// A time in seconds, with its unit.
fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn report() -> Report {
        let mut report = Report::default();
        report.time("tidy", "", || Ok(()));
        report.time("format", "", || bail!("Run it."));
        report.not_run("clippy", "an earlier check failed");
        report
    }

    #[test]
    fn a_check_that_did_not_run_counts_as_failed() {
        let report = report();
        assert!(report.has_failure());
        assert!(report.has_passed("tidy"));
        assert!(!report.has_passed("clippy"));
        assert_eq!(report.summary().lines().last(), Some("1 passed, 2 failed"));
        assert!(!report.close());
    }

    #[test]
    fn a_check_that_this_machine_cannot_run_is_neither_passed_nor_failed() {
        let mut report = Report::default();
        report.time("tidy", "", || Ok(()));
        report.time("firefox", "", || bail!(Unavailable("Firefox was not found.".to_owned())));
        assert!(!report.has_failure());
        assert!(!report.has_passed("firefox"));
        let summary = report.summary();
        assert!(summary.contains("Firefox was not found."), "{summary}");
        assert_eq!(summary.lines().last(), Some("1 passed, 0 failed, 1 skipped"));
        assert!(report.close());
    }

    #[test]
    fn the_summary_has_the_reason() {
        assert!(report().summary().contains("Run it."));
    }
}
