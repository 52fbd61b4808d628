//! The size of the page: each file of dist/, raw and compressed.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::context::Context;
use crate::invocation::Invocation;
use crate::node;
use crate::site;

/// The script that reads and compresses the files.
const SCRIPT: &str = include_str!("weight.mjs");

/// A file's name and its sizes in bytes: raw, gzip, brotli.
type Weight = (String, [u64; 3]);

/// Builds the site and prints the sizes of its files.
pub(crate) fn weigh(context: &Context) -> Result<()> {
    node::ensure()?;
    site::build(context)?;
    print!("\n{}", table(&weights(context)?));
    Ok(())
}

/// Returns the sum of the brotli sizes of all files of the site, in bytes.
pub(crate) fn brotli(context: &Context) -> Result<u64> {
    Ok(weights(context)?.iter().map(|(_, [.., brotli])| brotli).sum())
}

/// Measures the files of the site, which must have been built.
fn weights(context: &Context) -> Result<Vec<Weight>> {
    let output = Invocation::new(&context.project, "node")
        .args(["--input-type=module", "-e", SCRIPT, "--"])
        .arg(site::dist(context))
        .read("The files of dist/ could not be measured.")?;
    parse(&output).with_context(|| format!("Node printed no sizes but: {output}"))
}

/// Parses the output of the script and sorts the largest first, or returns `None` if a size is missing.
fn parse(json: &str) -> Option<Vec<Weight>> {
    let json: Value = serde_json::from_str(json).ok()?;
    let weight = |(name, sizes): (&String, &Value)| {
        let size = |place: usize| sizes[place].as_u64();
        Some((name.clone(), [size(0)?, size(1)?, size(2)?]))
    };
    let mut weights: Vec<Weight> = json.as_object()?.iter().map(weight).collect::<Option<_>>()?;
    weights.sort_by_key(|(name, [.., brotli])| (u64::MAX - brotli, name.clone()));
    Some(weights)
}

/// The sizes as a table with their total.
fn table(weights: &[Weight]) -> String {
    let line = |name: &str, [raw, gzip, brotli]: [String; 3]| {
        format!("{name:44} {raw:>10} {gzip:>10} {brotli:>10}\n")
    };
    let kilobytes = |sizes: [u64; 3]| sizes.map(|size| format!("{:.1} KB", size as f64 / 1000.0));
    let mut text = line("file", ["raw", "gzip", "brotli"].map(str::to_owned));
    let mut total = [0; 3];
    for (name, sizes) in weights {
        total = [0, 1, 2].map(|place| total[place] + sizes[place]);
        text.push_str(&line(name, kilobytes(*sizes)));
    }
    text + &line("in all", kilobytes(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_comes_first_and_the_total_last() {
        let weights = parse(r#"{ "a.js": [10, 5, 4], "b.wasm": [2000, 900, 800] }"#).unwrap();
        assert_eq!(weights[0].0, "b.wasm");
        let table = table(&weights);
        let last = table.lines().last().unwrap();
        assert!(last.starts_with("in all") && last.ends_with("0.8 KB"), "{last}");
    }

    #[test]
    fn output_without_sizes_is_refused() {
        assert!(parse(r#"{ "a.js": "heavy" }"#).is_none());
    }
}
