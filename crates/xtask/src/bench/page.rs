//! Measurements of the page in a real browser, by `tests/bench/bench.mjs`, as a table in the
//! documentation.

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;

use super::weight;
use crate::browser;
use crate::context::Context;
use crate::invocation::Invocation;
use crate::node;
use crate::project::{self, Project};
use crate::site;

/// The document that contains the table.
const DOCUMENT: &str = "docs/performance.md";
/// The lines before and after the table.
const MARKS: [&str; 2] = ["<!-- page: begin -->", "<!-- page: end -->"];

/// Builds the page, measures it, its memory for `minutes`, prints the table and writes it into the
/// documentation.
pub(crate) fn measure(context: &Context, minutes: u32) -> Result<()> {
    let project = &context.project;
    node::ensure()?;
    let chromium = browser::ensure(project)?;
    node::install_packages(project)?;
    site::build(context)?;
    let advice = "The message above says why.";
    Invocation::cargo(project).args(["build", "--release", "-p", "ringside-cli"]).run(advice)?;
    let ringside = context.packages()?.target.join("release/ringside");
    println!("Measuring in Chromium; watching its memory alone takes {minutes} min.");
    let output = Invocation::new(project, "node")
        .arg("bench/bench.mjs")
        .arg("--ringside")
        .arg(ringside.with_extension(std::env::consts::EXE_EXTENSION))
        .args(["--minutes", &minutes.to_string()])
        .in_folder(project, "tests")
        .env(browser::VARIABLE, chromium)
        .read("The page could not be measured.")?;
    let report: Value = serde_json::from_str(&output)
        .map_err(|error| anyhow!("The browser returned no report ({error}): {output}"))?;
    let table = table(&report, weight::brotli(context)?);
    print!("\n{table}");
    write(project, &table)
}

/// The table of measurements and their aims.
fn table(report: &Value, brotli: u64) -> String {
    let at = |path: &str| report.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let ms = |path: &str| format!("{:.1} ms", at(path));
    let mut rows = Vec::new();
    for frame in report["frames"].as_array().into_iter().flatten() {
        let number = |name: &str| frame[name].as_f64().unwrap_or(f64::NAN);
        rows.push([
            format!(
                "work a frame, {}, {} messages in flight, {}x throttle: p95 (median)",
                frame["scene"].as_str().unwrap_or_default(),
                frame["flying"],
                frame["throttle"]
            ),
            format!("{:.1} ms ({:.1})", number("p95"), number("p50")),
            format!("{} ms", frame["limit"]),
        ]);
    }
    rows.push([
        "tasks over 50 ms in ten virtual minutes at full speed".into(),
        format!(
            "{} (longest {}), in {:.0} s",
            report["ten"]["long_tasks"],
            ms("/ten/longest_ms"),
            at("/ten/took_s")
        ),
        "none".into(),
    ]);
    rows.push([
        format!("seek to anywhere in them: p90 (median) of {}", report["ten"]["seeks"]),
        format!("{} ({:.1})", ms("/ten/seek_p90"), at("/ten/seek_p50")),
        "100 ms".into(),
    ]);
    rows.push([
        format!("growth of memory in {} min at real time, after the first", at("/memory/minutes")),
        format!(
            "{:+.1}% ({:.1} MB of the program, {:.1} MB of scripts)",
            at("/memory/growth") * 100.0,
            at("/memory/last/program"),
            at("/memory/last/heap")
        ),
        "under 5%".into(),
    ]);
    rows.push([
        format!("first picture that answers, 4x throttle: median of {}", at("/first/visits")),
        format!("{:.2} s", at("/first/p50") / 1e3),
        "1.5 s".into(),
    ]);
    rows.push([
        "the whole page, brotli".into(),
        format!("{:.0} KB", brotli as f64 / 1e3),
        "300 KB".into(),
    ]);
    let lines = rows.iter().map(|row| format!("| {} |\n", row.join(" | ")));
    "| what | measured | aim |\n|---|---:|---:|\n".to_owned() + &lines.collect::<String>()
}

/// Writes the table between its marks.
fn write(project: &Project, table: &str) -> Result<()> {
    let path = project.path(DOCUMENT);
    let text = replaced(&project::read(&path)?, table)
        .with_context(|| format!("{DOCUMENT} has no {} and {}.", MARKS[0], MARKS[1]))?;
    std::fs::write(&path, text).map_err(|error| anyhow!("{DOCUMENT} can't be written ({error})."))
}

/// The text with the table between its marks replaced, or `None` if a mark is missing.
fn replaced(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(MARKS[0])?;
    let (_, after) = rest.split_once(MARKS[1])?;
    Some(format!("{before}{}\n{table}{}{after}", MARKS[0], MARKS[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_per_aim() {
        let report = serde_json::json!({
            "first": { "visits": 7, "p50": 1230.0 },
            "frames": [{ "scene": "10 nodes", "throttle": 4, "flying": 301, "p50": 3.0, "p95": 5.25, "limit": 16 }],
            "ten": { "took_s": 61.0, "long_tasks": 0, "longest_ms": 0.0, "seeks": 60, "seek_p50": 20.0, "seek_p90": 44.4 },
            "memory": { "minutes": 60, "growth": 0.012, "last": { "program": 11.3, "heap": 2.6 } },
        });
        let table = table(&report, 299_600);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 8, "{table}");
        assert!(
            lines[2].contains("301 messages in flight, 4x throttle")
                && lines[2].contains("5.2 ms (3.0) | 16 ms"),
            "{table}"
        );
        assert!(!table.contains("NaN"), "{table}");
        assert!(table.contains("+1.2%") && table.contains("1.23 s") && table.contains("300 KB"));
    }

    #[test]
    fn the_new_table_replaces_the_old_one() {
        let text = format!("before\n{}\nold\n{}\nafter", MARKS[0], MARKS[1]);
        let new = replaced(&text, "new\n").unwrap();
        assert_eq!(new, format!("before\n{}\nnew\n{}\nafter", MARKS[0], MARKS[1]));
        assert_eq!(replaced("nothing", "new"), None);
    }
}
