//! Command-line arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ringside_lab::Duration;

use crate::sweep::{Merge, Sweep};

/// A Dynamo-style replicated key-value store in a deterministic simulator.
#[derive(Debug, Parser)]
#[command(name = "ringside", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Run a scenario and print a summary
    Run(Run),
    /// List the built-in scenarios
    Scenarios(Scenarios),
    /// Predict how stale reads will be, from the network's delays and N, R and W alone
    Predict(Predict),
    /// Check a history: exits with 0 if the promise holds, 1 if it does not, 3 if that is unknown
    Check(Check),
    /// Run a scenario under many combinations of settings, each with many seeds, on all cores
    Sweep(Sweep),
    /// Merge the parts of a sweep into one exact result
    Merge(Merge),
}

#[derive(Args, Debug)]
pub(crate) struct Run {
    /// A scenario file, the name of a built-in scenario, or a link copied from the page
    pub(crate) scenario: String,

    /// The duration of the run in virtual time, such as 60s [default: the scenario's duration, or
    /// the link's moment]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Duration>,

    /// The random seed [default: the scenario's]
    #[arg(long)]
    pub(crate) seed: Option<u64>,

    /// Set one field of the scenario, such as cluster.r=1; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub(crate) settings: Vec<String>,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,

    /// Print only the link that opens this run in the page, at its end
    #[arg(long, conflicts_with = "json")]
    pub(crate) link: bool,

    /// Write every journal entry to a file, one JSON object per line
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    /// Write what the clients saw to a file that `ringside check` reads, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,

    /// Write each host's events with vector clocks to a file that ShiViz reads, without the nodes'
    /// background work
    #[arg(long, value_name = "FILE")]
    pub(crate) shiviz: Option<PathBuf>,

    /// Write the measured time series to a file, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) series: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Scenarios {
    /// Print a JSON array instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Predict {
    /// The one-way delays: LNKD-SSD, LNKD-DISK, YMMR or WAN, a CSV table of measured delays in
    /// milliseconds, or a JSON file with the legs w, a, r and s
    #[arg(long, value_name = "PRESET|FILE")]
    pub(crate) latency: String,

    /// The number of replicas of a key
    #[arg(long, default_value_t = 3, allow_negative_numbers = true)]
    pub(crate) n: u16,

    /// The number of answers that a read waits for
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) r: u16,

    /// The number of acknowledgements that a write waits for
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) w: u16,

    /// The times from the write's acknowledgement to the read's start, in milliseconds
    #[arg(
        long,
        value_name = "MS,...",
        value_delimiter = ',',
        allow_negative_numbers = true,
        default_value = "0,1,5,10,100"
    )]
    pub(crate) t: Vec<f64>,

    /// The number of trials, each a write and a read
    #[arg(
        long,
        default_value_t = 1_000_000,
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub(crate) trials: u32,

    /// The replicas that a read asks
    #[arg(long, value_enum, default_value_t = ReadsTo::All)]
    pub(crate) reads_to: ReadsTo,

    /// The node that coordinates the write and the read
    #[arg(long, value_enum, default_value_t = Coordinator::Apart)]
    pub(crate) coordinator: Coordinator,

    /// The random seed
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// The replicas that a read asks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReadsTo {
    /// All N replicas; the read uses the first R answers
    All,
    /// Only R replicas; the read waits for all of them
    Quorum,
}

/// The node that coordinates a write and a read.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Coordinator {
    /// A node that is not a replica of the key, as in the paper
    Apart,
    /// One of the replicas, which asks itself without delay
    Replica,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// A history: JSON lines, or the EDN that Jepsen and Knossos write
    pub(crate) file: PathBuf,

    /// The promise to check
    #[arg(long, value_enum, default_value_t = Model::Register)]
    pub(crate) model: Model,

    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// The promise of a store.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Model {
    /// Each key is a linearizable register
    Register,
    /// The four session guarantees hold for each process
    Session,
}
