//! What can be said on the command line.

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
    /// Run a scenario and tell what it came to
    Run(Run),
    /// List the built-in scenarios
    Scenarios(Scenarios),
    /// Predict how stale reads will be, from the network's delays and N, R and W alone
    Predict(Predict),
    /// Judge a history: 0 when what was promised holds, 1 when it does not, 3 when nobody can tell
    Check(Check),
    /// Run a scenario under many combinations of settings, each with many seeds, on all cores
    Sweep(Sweep),
    /// Join the parts of a sweep, exactly
    Merge(Merge),
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

    /// Print what stands behind the page's address to open this run at its end, and nothing else
    #[arg(long, conflicts_with = "json")]
    pub(crate) link: bool,

    /// Write every journal entry to a file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    /// Write what the clients saw to a file that `ringside check` reads, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,

    /// Write what each host did, with vector clocks, to a file that ShiViz reads, without what nodes do
    /// by themselves
    #[arg(long, value_name = "FILE")]
    pub(crate) shiviz: Option<PathBuf>,

    /// Write the time series of what was measured to a file, as CSV
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

    /// How many replicas a key has
    #[arg(long, default_value_t = 3, allow_negative_numbers = true)]
    pub(crate) n: u16,

    /// How many answers a read takes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) r: u16,

    /// How many acknowledgements a write waits for
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) w: u16,

    /// How long after the write's acknowledgement the read starts, in milliseconds
    #[arg(
        long,
        value_name = "MS,...",
        value_delimiter = ',',
        allow_negative_numbers = true,
        default_value = "0,1,5,10,100"
    )]
    pub(crate) t: Vec<f64>,

    /// How many times a write and a read are tried
    #[arg(
        long,
        default_value_t = 1_000_000,
        allow_negative_numbers = true,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub(crate) trials: u32,

    /// Whom a read asks
    #[arg(long, value_enum, default_value_t = ReadsTo::All)]
    pub(crate) reads_to: ReadsTo,

    /// Who coordinates the write and the read
    #[arg(long, value_enum, default_value_t = Coordinator::Apart)]
    pub(crate) coordinator: Coordinator,

    /// The seed of all luck
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whom a read asks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReadsTo {
    /// All N replicas, and it takes the first R answers
    All,
    /// R replicas only, and it waits for all of them
    Quorum,
}

/// Who coordinates a write and a read.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Coordinator {
    /// A node that is no replica of the key, as the paper has it
    Apart,
    /// One of the replicas, which asks itself in no time
    Replica,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// A history: JSON lines, or the EDN that Jepsen and Knossos write
    pub(crate) file: PathBuf,

    /// What was promised
    #[arg(long, value_enum, default_value_t = Model::Register)]
    pub(crate) model: Model,

    /// Print one JSON object instead of words
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a store promises.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Model {
    /// Each key is a linearizable register
    Register,
    /// Each process is given the four session guarantees
    Session,
}
