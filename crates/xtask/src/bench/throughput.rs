//! Events per second, measured by one program that is built for both targets.
//!
//! The program is `tests/src/bin/throughput.rs`. Natively it is run with `--json` and prints its
//! measurements as its last line; in wasm its exported function `throughput` returns the same text:
//!
//! ```json
//! {
//!   "rates": { "cluster": 4500000.0, "heap": 18000000.0 },
//!   "ratios": [["cluster", "heap"]],
//!   "times_ms": { "a prediction": 60.0 },
//!   "digests": { "healthy": "9f3c" }
//! }
//! ```
//!
//! A rate is in events per second; a ratio names the two rates that it divides; a time is that of one
//! whole task; a digest must be the same natively and in wasm, because otherwise the two measured
//! different runs.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::context::Context;
use crate::invocation::Invocation;
use crate::node;
use crate::packages::WASM;
use crate::project::Project;

/// The package and its program that measures.
const PROGRAM: [&str; 4] = ["-p", "ringside-tests", "--bin", "throughput"];

/// The advice if the program does not build or run.
const ADVICE: &str = "The message above says why.";

/// The measurements of one run of the program.
#[derive(Debug, PartialEq)]
struct Measurements {
    /// Events per second, by name.
    rates: BTreeMap<String, f64>,
    /// The pairs of rates to divide.
    ratios: Vec<(String, String)>,
    /// Milliseconds, by name.
    times_ms: BTreeMap<String, f64>,
    /// Digests of the measured runs, by name.
    digests: BTreeMap<String, String>,
}

impl Measurements {
    /// Parses the last line of the program's output.
    fn read(output: &str) -> Result<Self> {
        let line = output.trim().lines().last().unwrap_or_default();
        Self::parse(line)
            .with_context(|| format!("The throughput program printed no measurements but: {line}"))
    }

    /// Parses the program's JSON, or returns `None` if a field is missing.
    fn parse(json: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(json).ok()?;
        let numbers = |field: &str| -> Option<BTreeMap<String, f64>> {
            let numbers = json[field].as_object()?.iter();
            numbers.map(|(name, number)| Some((name.clone(), number.as_f64()?))).collect()
        };
        let ratios = json["ratios"].as_array()?.iter().map(|pair| {
            let text = |place: usize| Some(pair[place].as_str()?.to_owned());
            Some((text(0)?, text(1)?))
        });
        let digests = json["digests"].as_object()?.iter();
        let digests = digests.map(|(name, it)| Some((name.clone(), it.as_str()?.to_owned())));
        Some(Self {
            rates: numbers("rates")?,
            ratios: ratios.collect::<Option<_>>()?,
            times_ms: numbers("times_ms")?,
            digests: digests.collect::<Option<_>>()?,
        })
    }
}

/// Runs the program natively and in wasm and prints the comparison.
pub(crate) fn measure(context: &Context) -> Result<()> {
    node::ensure()?;
    let native = Measurements::read(&run_natively(&context.project)?)?;
    let wasm = Measurements::read(&run_in_wasm(context)?)?;
    if native.digests != wasm.digests {
        bail!(
            "Native and wasm did not run the same thing: {:?} against {:?}. Find what made them \
             differ before comparing their speed.",
            native.digests,
            wasm.digests
        );
    }
    print!("\n{}", table(&native, &wasm));
    Ok(())
}

/// Runs the native program.
fn run_natively(project: &Project) -> Result<String> {
    Invocation::cargo(project)
        .args(["run", "--release"])
        .args(PROGRAM)
        .args(["--", "--json"])
        .run_and_read(ADVICE)
}

/// Compiles the program for wasm and calls its function under node.
fn run_in_wasm(context: &Context) -> Result<String> {
    let project = &context.project;
    let (tools, target) = (context.tools()?, &context.packages()?.target);
    Invocation::cargo(project)
        .args(["build", "--release", "--target", WASM])
        .args(PROGRAM)
        .run(ADVICE)?;
    let folder = target.join("throughput");
    Invocation::new(project, tools.wasm_bindgen())
        .arg(target.join(WASM).join("release/throughput.wasm"))
        .args(["--target", "nodejs", "--out-dir"])
        .arg(&folder)
        .run(ADVICE)?;
    Invocation::new(project, "node")
        .args(["-e", "console.log(require(process.argv[1]).throughput())"])
        .arg(folder.join("throughput.js"))
        .run_and_read(ADVICE)
}

/// The comparison as a text table.
fn table(native: &Measurements, wasm: &Measurements) -> String {
    let heading = ["events a second", "native", "wasm", "native / wasm"];
    let mut rows = vec![heading.map(str::to_owned)];
    let rate = |measurements: &Measurements, name: &str| measurements.rates.get(name).copied();
    for name in native.rates.keys() {
        let rates = (rate(native, name), rate(wasm, name));
        let show = |rate: Option<f64>| rate.map_or("-".into(), |it| format!("{:.2} M", it / 1e6));
        let times = show_ratio(rates.0, rates.1);
        rows.push([name.clone(), show(rates.0), show(rates.1), times]);
    }
    for (above, below) in &native.ratios {
        let show = |measurements| show_ratio(rate(measurements, above), rate(measurements, below));
        rows.push([format!("{above} / {below}"), show(native), show(wasm), String::new()]);
    }
    rows.push(["milliseconds", "native", "wasm", "wasm / native"].map(str::to_owned));
    for (name, native_ms) in &native.times_ms {
        let wasm_ms = wasm.times_ms.get(name).copied();
        let show = |ms: Option<f64>| ms.map_or("-".into(), |ms| format!("{ms:.1}"));
        let times = show_ratio(wasm_ms, Some(*native_ms));
        rows.push([name.clone(), show(Some(*native_ms)), show(wasm_ms), times]);
    }
    let line = |[name, native, wasm, ratio]: [String; 4]| {
        format!("{name:24} {native:>12} {wasm:>12} {ratio:>14}").trim_end().to_owned() + "\n"
    };
    rows.into_iter().map(line).collect()
}

/// One rate divided by another, as text.
fn show_ratio(above: Option<f64>, below: Option<f64>) -> String {
    above.zip(below).map_or("-".into(), |(above, below)| format!("{:.2}", above / below))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{ "rates": { "cluster": 4e6, "heap": 16e6 },
        "ratios": [["cluster", "heap"]], "times_ms": { "a prediction": 60.0 },
        "digests": { "healthy": "9f" } }"#;

    #[test]
    fn the_last_line_has_the_measurements() {
        let output = format!("warming up\n{}\n", JSON.replace('\n', " "));
        let measurements = Measurements::read(&output).unwrap();
        assert_eq!(measurements, Measurements::parse(JSON).unwrap());
        assert_eq!(measurements.digests["healthy"], "9f");
    }

    #[test]
    fn other_output_is_refused() {
        assert!(Measurements::read("").is_err());
        assert!(Measurements::read(r#"{ "rates": { "cluster": "fast" } }"#).is_err());
        assert!(Measurements::read(&JSON.replace("60.0", "\"long\"").replace('\n', " ")).is_err());
    }

    #[test]
    fn the_table_shows_the_ratios() {
        let native = Measurements::parse(JSON).unwrap();
        let wasm = JSON.replace("4e6", "2e6").replace("60.0", "90.0");
        let wasm = Measurements::parse(&wasm).unwrap();
        let table = table(&native, &wasm);
        assert!(
            table.contains("cluster                        4.00 M       2.00 M           2.00")
        );
        assert!(table.contains("cluster / heap                   0.25         0.12"), "{table}");
        assert!(
            table.contains("a prediction                     60.0         90.0           1.50"),
            "{table}"
        );
    }
}
