//! Comparisons of Ringside's parts with other crates that do the same, as ratios within one run.
//!
//! `cargo xtask bench` runs this. It prints one table, or with `--json` one JSON object:
//!
//! ```json
//! { "rows": [{ "group": "ring", "what": "three owners", "ours_ns": 22.0,
//!              "peer": "hashring 0.3.6", "peer_ns": 2377.0, "ratio": 108.0 }] }
//! ```
//!
//! `docs/performance.md` describes each row, and what follows from it and what does not.

mod checking;
mod cluster;
mod comparison;
mod histories;
mod instruments;
mod merkle;
mod prediction;
mod ring;
mod rng;
mod scheduling;
mod table;
mod version_vector;

use std::path::PathBuf;

use clap::Parser;
use comparison::Comparison;

/// Runs Ringside's parts and their peers in turns, and prints the ratios of their times.
#[derive(Debug, Parser)]
struct Arguments {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Run only this group: ring, merkle, version-vector, prediction, checking, cluster or instruments.
    #[arg(long, value_name = "GROUP")]
    only: Option<String>,
    /// A Python with numpy; without one the group prediction is left out.
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
}

/// The name of a group, and the function that creates its comparisons.
type Group = (&'static str, fn(&Arguments) -> Vec<Comparison>);

/// The groups, in the order of the table.
const GROUPS: [Group; 7] = [
    (ring::GROUP, |_| ring::comparisons()),
    (merkle::GROUP, |_| merkle::comparisons()),
    (version_vector::GROUP, |_| version_vector::comparisons()),
    (prediction::GROUP, |arguments| prediction::comparisons(arguments.python.as_deref())),
    (checking::GROUP, |_| checking::comparisons()),
    (cluster::GROUP, |_| cluster::comparisons()),
    (instruments::GROUP, |_| instruments::comparisons()),
];

fn main() {
    let arguments = Arguments::parse();
    let wanted = |group: &str| arguments.only.as_deref().is_none_or(|only| only == group);
    let groups = GROUPS.iter().filter(|(group, _)| wanted(group));
    let comparisons = groups.flat_map(|(_, comparisons)| comparisons(&arguments));
    let rows: Vec<_> = comparisons.flat_map(Comparison::run).collect();
    if arguments.json {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        print!("{}", table::table(&rows));
    }
}
