//! Arguments of `ringside sweep` and `ringside merge`.

use std::fmt;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use ringside_lab::Duration;
use ringside_lab::sweep::{Axis, Shard};

#[derive(Args, Debug)]
pub(crate) struct Sweep {
    /// A scenario file, or the name of a built-in scenario
    pub(crate) scenario: String,

    /// Vary one field: cluster.r=1..3, load.rate=10..50..10, or network.loss=0,0.01,0.1; several
    /// times for all combinations, of which the first field varies slowest
    #[arg(long, value_name = "FIELD=VALUES")]
    pub(crate) vary: Vec<Axis>,

    /// The number of seeds of each combination, consecutive from the first on
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seeds: u32,

    /// The first seed [default: the scenario's]
    #[arg(long)]
    pub(crate) seed: Option<u64>,

    /// Set one field of the scenario, such as load.rate=50; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub(crate) settings: Vec<String>,

    /// The duration of each run in virtual time, such as 60s [default: the scenario's duration]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Duration>,

    /// Leave out impossible combinations, such as R above N
    #[arg(long)]
    pub(crate) skip_impossible: bool,

    /// The number of trials of each prediction, each a write and a read
    #[arg(long, default_value_t = 100_000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) trials: u32,

    /// The file of the results: FILE.csv for the table, FILE.jsonl for a part file with exact counts and
    /// histograms, which `ringside merge` reads. Finished runs in it are not run again
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<Out>,

    /// Run only part I of N, such as 1/4; its --out is a part file
    #[arg(long, value_name = "I/N", requires = "out")]
    pub(crate) shard: Option<Shard>,

    /// The number of runs at the same time [default: one per core]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZero<usize>>,

    /// One row for each seed instead of one for all seeds of a combination
    #[arg(long)]
    pub(crate) each_seed: bool,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// The part files of one sweep
    #[arg(required = true, value_name = "PART")]
    pub(crate) parts: Vec<PathBuf>,

    /// The file of the results: FILE.csv for the table, FILE.jsonl for one joint part file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<Out>,

    /// Make a table even if runs are missing; its column `seeds` counts the runs of a row
    #[arg(long)]
    pub(crate) partial: bool,

    /// One row for each seed instead of one for all seeds of a combination
    #[arg(long)]
    pub(crate) each_seed: bool,

    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// The file of the results; the ending of its name selects the format.
#[derive(Clone, Debug)]
pub(crate) enum Out {
    /// The table, as CSV.
    Table(PathBuf),
    /// The finished runs, as a part file.
    Part(PathBuf),
}

impl Out {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Table(path) | Self::Part(path) => path,
        }
    }

    /// Returns the part file that keeps the finished runs until the sweep is complete.
    pub(crate) fn part(&self) -> PathBuf {
        match self {
            Self::Part(path) => path.clone(),
            Self::Table(path) => {
                let mut name = path.clone().into_os_string();
                name.push(".runs.jsonl");
                name.into()
            }
        }
    }
}

impl FromStr for Out {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        if path.is_dir() {
            return Err("this is a folder".into());
        }
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Table(path)),
            Some("jsonl") => Ok(Self::Part(path)),
            _ => Err("the name must end in .csv for a table, or in .jsonl for a part file".into()),
        }
    }
}

impl fmt::Display for Out {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().display().fmt(f)
    }
}
