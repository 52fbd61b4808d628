//! What the page weighs: each file of dist/, raw and as a web server would send it.

use serde_json::Value;

use crate::failure::{Failure, Outcome};
use crate::invocation::Invocation;
use crate::node;
use crate::site;
use crate::workshop::Workshop;

/// Reads and compresses the files.
const SCRIPT: &str = include_str!("weight.mjs");

/// A file's name and its sizes in bytes: raw, gzip, brotli.
type Weight = (String, [u64; 3]);

/// Builds the site and prints what its files weigh.
pub(crate) fn weigh(workshop: &Workshop) -> Outcome {
    node::ensure()?;
    site::build(workshop)?;
    print!("\n{}", table(&weights(workshop)?));
    Ok(())
}

/// Gives the bytes of all files of the site together, by brotli.
pub(crate) fn brotli(workshop: &Workshop) -> Outcome<u64> {
    Ok(weights(workshop)?.iter().map(|(_, [.., brotli])| brotli).sum())
}

/// Weighs the files of the site that was built.
fn weights(workshop: &Workshop) -> Outcome<Vec<Weight>> {
    let output = Invocation::new(&workshop.project, "node")
        .args(["--input-type=module", "-e", SCRIPT, "--"])
        .arg(site::dist(workshop))
        .read("The files of dist/ could not be weighed.")?;
    parse(&output).ok_or_else(|| Failure::new(format!("Node printed no weights but: {output}")))
}

/// Reads what the script printed, and puts the heaviest first.
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

/// The weights as a table with their total.
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
    fn the_heaviest_comes_first_and_the_total_last() {
        let weights = parse(r#"{ "a.js": [10, 5, 4], "b.wasm": [2000, 900, 800] }"#).unwrap();
        assert_eq!(weights[0].0, "b.wasm");
        let table = table(&weights);
        let last = table.lines().last().unwrap();
        assert!(last.starts_with("in all") && last.ends_with("0.8 KB"), "{last}");
    }

    #[test]
    fn what_is_not_a_weight_is_refused() {
        assert!(parse(r#"{ "a.js": "heavy" }"#).is_none());
    }
}
