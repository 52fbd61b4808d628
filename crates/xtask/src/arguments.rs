//! The command line.

use clap::{Args, Parser, Subcommand};

/// Builds, serves and checks Ringside.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// What `cargo xtask` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Set up what is missing, build the page in release and serve it on this machine.
    Serve(ServeOptions),
    /// Set up what is missing and build the static site into dist/.
    Build,
    /// Run every check; the last line says how many passed and failed.
    Test(TestOptions),
    /// Run random clusters in random trouble and hold them against what must always hold.
    Swarm(SwarmOptions),
    /// Run the benchmarks and print what the bundle weighs.
    Bench(BenchOptions),
    /// Film the page, in motion, for the README.
    Picture,
    /// Hold the house rules that a program can hold.
    Tidy,
}

/// How to serve the page.
#[derive(Args, Debug)]
pub(crate) struct ServeOptions {
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: u16,
    /// Build in the development profile: quick to rebuild, slow to run.
    #[arg(long)]
    pub(crate) dev: bool,
    /// Don't open a browser.
    #[arg(long)]
    pub(crate) no_open: bool,
}

/// Which checks to run.
#[derive(Args, Debug)]
pub(crate) struct TestOptions {
    /// Run only this check, and those that it needs; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// List the checks and run none.
    #[arg(long)]
    pub(crate) list: bool,
    /// Stop at the first failure.
    #[arg(long)]
    pub(crate) fail_fast: bool,
}

/// What to measure.
#[derive(Args, Debug)]
pub(crate) struct BenchOptions {
    /// Measure the page in Chromium instead, and put the table into docs/performance.md.
    #[arg(long)]
    pub(crate) browser: bool,
    /// How long to watch the page's memory.
    #[arg(long, default_value_t = 60, requires = "browser", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) minutes: u32,
}

/// Which seeds the swarm runs.
#[derive(Args, Debug)]
pub(crate) struct SwarmOptions {
    /// How many seeds to run.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) seeds: u64,
    /// The first of them.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub(crate) from: u64,
    /// Write the journal of the first seed to a file, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_takes_a_port() {
        let arguments =
            Arguments::try_parse_from(["cargo xtask", "serve", "--port", "9000"]).unwrap();
        assert!(matches!(arguments.task, Task::Serve(options) if options.port == 9000));
        assert!(Arguments::try_parse_from(["cargo xtask", "serve", "--port", "0"]).is_err());
    }
}
