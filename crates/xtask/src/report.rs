//! What came of each check, and how long it took.

#![expect(clippy::disallowed_types, reason = "a check's time is shown to a person, not to a run")]

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::failure::Outcome;

/// What came of one check.
#[derive(Debug)]
enum Verdict {
    /// It ran and found nothing wrong.
    Passed,
    /// It ran and failed, for this reason.
    Failed(String),
    /// It did not run, for this reason; that counts as a failure.
    NotRun(String),
}

/// One line of the report.
#[derive(Debug)]
struct Line {
    name: &'static str,
    verdict: Verdict,
    took: Duration,
}

/// The checks so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

impl Report {
    /// Runs a check under its heading and notes what came of it.
    pub(crate) fn time(&mut self, name: &'static str, what: &str, run: impl FnOnce() -> Outcome) {
        println!("\n== {name}: {what}");
        let start = Instant::now();
        let verdict = match run() {
            Ok(()) => Verdict::Passed,
            Err(failure) => Verdict::Failed(failure.to_string()),
        };
        let took = start.elapsed();
        match &verdict {
            Verdict::Passed => println!("-- {name}: passed, {}", seconds(took)),
            Verdict::Failed(why) => println!("-- {name}: FAILED, {}. {why}", seconds(took)),
            Verdict::NotRun(_) => {}
        }
        self.lines.push(Line { name, verdict, took });
    }

    /// Notes that a check did not run.
    pub(crate) fn skip(&mut self, name: &'static str, why: &str) {
        println!("\n== {name}: not run, because {why}");
        self.lines.push(Line {
            name,
            verdict: Verdict::NotRun(why.to_owned()),
            took: Duration::ZERO,
        });
    }

    /// Whether any check so far did not pass.
    pub(crate) fn has_failure(&self) -> bool {
        self.failed() > 0
    }

    /// Whether this check ran and passed.
    pub(crate) fn has_passed(&self, name: &str) -> bool {
        let is_it = |line: &Line| line.name == name && matches!(line.verdict, Verdict::Passed);
        self.lines.iter().any(is_it)
    }

    /// How many checks did not pass.
    fn failed(&self) -> usize {
        self.lines.iter().filter(|line| !matches!(line.verdict, Verdict::Passed)).count()
    }

    /// Prints the summary, and says whether every check passed.
    pub(crate) fn close(self) -> bool {
        println!("\n{}", self.summary());
        self.failed() == 0
    }

    /// A line for each check, and the counts alone on the last.
    fn summary(&self) -> String {
        let mut text = String::from("== summary\n");
        for Line { name, verdict, took } in &self.lines {
            let took = seconds(*took);
            let _ = match verdict {
                Verdict::Passed => writeln!(text, "{name:12} passed   {took:>8}"),
                Verdict::Failed(why) => writeln!(text, "{name:12} FAILED   {took:>8}  {why}"),
                Verdict::NotRun(why) => writeln!(text, "{name:12} NOT RUN  {took:>8}  {why}"),
            };
        }
        let failed = self.failed();
        let _ = write!(text, "{} passed, {failed} failed", self.lines.len() - failed);
        text
    }
}

/// A time as a person reads it.
fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn report() -> Report {
        let mut report = Report::default();
        report.time("tidy", "", || Ok(()));
        report.time("format", "", || Err(Failure::new("Run it.")));
        report.skip("clippy", "an earlier check failed");
        report
    }

    #[test]
    fn what_did_not_run_counts_as_failed() {
        let report = report();
        assert!(report.has_failure());
        assert!(report.has_passed("tidy"));
        assert!(!report.has_passed("clippy"));
        assert_eq!(report.summary().lines().last(), Some("1 passed, 2 failed"));
        assert!(!report.close());
    }

    #[test]
    fn the_summary_says_why() {
        assert!(report().summary().contains("Run it."));
    }
}
