//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ringside_lab::Duration;

/// A Dynamo-style replicated key-value store in a deterministic simulator.
#[derive(Debug, Parser)]
#[command(name = "ringside", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Run a scenario and tell what it came to
    Run(Run),
    /// List the built-in scenarios
    Scenarios(Scenarios),
}

#[derive(Args, Debug)]
pub(crate) struct Run {
    /// A scenario file, the name of a built-in scenario, or a link copied from the page
    pub(crate) scenario: String,

    /// How long to run, in virtual time, as 60s [default: the scenario's duration, or the
    /// link's moment]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Duration>,

    /// The seed of all luck [default: the scenario's]
    #[arg(long)]
    pub(crate) seed: Option<u64>,

    /// Set one field of the scenario, as cluster.r=1; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub(crate) settings: Vec<String>,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,

    /// Write every journal entry to a file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Scenarios {
    /// Print a JSON array instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
