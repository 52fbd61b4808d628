//! Parts of Ringside against other crates that do the same, as ratios within one run.
//!
//! `cargo xtask bench` runs this. It prints one table, or with `--json` one JSON object:
//!
//! ```json
//! { "rows": [{ "group": "ring", "what": "three owners", "ours_ns": 22.0,
//!              "peer": "hashring 0.3.6", "peer_ns": 2377.0, "ratio": 108.0 }] }
//! ```
//!
//! What each row does, and what it says and does not, is in `docs/performance.md`.

mod checking;
mod cluster;
mod contest;
mod histories;
mod instruments;
mod luck;
mod merkle;
mod prediction;
mod ring;
mod scheduling;
mod table;
mod version_vector;

use std::path::PathBuf;

use clap::Parser;
use contest::Contest;

/// Runs Ringside's parts and their peers in turns, and prints how many times faster we are.
#[derive(Debug, Parser)]
struct Arguments {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Run only this group: ring, merkle, version-vector, prediction, checking, cluster or instruments.
    #[arg(long, value_name = "GROUP")]
    only: Option<String>,
    /// A Python that has numpy; without one there is no group prediction.
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
}

/// A part that is compared, and what makes its contests.
type Group = (&'static str, fn(&Arguments) -> Vec<Contest>);

/// The parts that are compared.
const GROUPS: [Group; 7] = [
    (ring::GROUP, |_| ring::contests()),
    (merkle::GROUP, |_| merkle::contests()),
    (version_vector::GROUP, |_| version_vector::contests()),
    (prediction::GROUP, |arguments| prediction::contests(arguments.python.as_deref())),
    (checking::GROUP, |_| checking::contests()),
    (cluster::GROUP, |_| cluster::contests()),
    (instruments::GROUP, |_| instruments::contests()),
];

fn main() {
    let arguments = Arguments::parse();
    let wanted = |group: &str| arguments.only.as_deref().is_none_or(|only| only == group);
    let groups = GROUPS.iter().filter(|(group, _)| wanted(group));
    let contests = groups.flat_map(|(_, contests)| contests(&arguments));
    let rows: Vec<_> = contests.flat_map(Contest::run).collect();
    if arguments.json {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        print!("{}", table::table(&rows));
    }
}
