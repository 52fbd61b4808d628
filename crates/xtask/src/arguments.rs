//! The command line.

use clap::{Args, Parser, Subcommand};

/// Builds, serves and checks Ringside.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Arguments {
    /// The task.
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// The tasks of `cargo xtask`.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Install missing tools, build the page in release mode and serve it on this machine.
    Serve(ServeOptions),
    /// Install missing tools and build the static site into dist/.
    Build,
    /// Run every check; the last line counts those that passed, failed and were skipped.
    Test(TestOptions),
    /// Run random clusters under random faults and check that the invariants hold.
    Swarm(SwarmOptions),
    /// Run the benchmarks and print the size of the bundle.
    Bench(BenchOptions),
    /// Record the animation of the page for the README.
    Picture,
    /// Check the house rules that a program can check.
    Tidy,
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub(crate) struct ServeOptions {
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: u16,
    /// Build in the development profile: fast to rebuild, slow to run.
    #[arg(long)]
    pub(crate) dev: bool,
    /// Don't open a browser.
    #[arg(long)]
    pub(crate) no_open: bool,
}

/// Options of `test`.
#[derive(Args, Debug)]
pub(crate) struct TestOptions {
    /// Run only this check and the checks that it needs; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// List the checks without running them.
    #[arg(long)]
    pub(crate) list: bool,
    /// Stop at the first failure.
    #[arg(long)]
    pub(crate) fail_fast: bool,
}

/// Options of `bench`.
#[derive(Args, Debug)]
pub(crate) struct BenchOptions {
    /// Measure the page in Chromium instead, and write the table into docs/performance.md.
    #[arg(long)]
    pub(crate) browser: bool,
    /// The minutes to watch the memory of the page.
    #[arg(long, default_value_t = 60, requires = "browser", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) minutes: u32,
}

/// Options of `swarm`.
#[derive(Args, Debug)]
pub(crate) struct SwarmOptions {
    /// The number of seeds to run.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) seeds: u64,
    /// The first seed.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub(crate) from: u64,
    /// Write the journal of the first seed to a file, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_valid() {
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
