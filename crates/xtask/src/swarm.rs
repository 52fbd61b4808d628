//! `cargo xtask swarm`: random clusters under random faults, each from one seed.
//!
//! The swarm itself is `tests/src/swarm`, and its program `tests/src/bin/swarm.rs`.

use anyhow::Result;

use crate::arguments::SwarmOptions;
use crate::context::Context;
use crate::invocation::Invocation;

/// The number of seeds that `cargo xtask test` runs: two minutes at most on two cores.
const SEEDS_IN_TEST: u64 = 2_000;

/// Runs the seeds of the options.
pub(crate) fn swarm(context: &Context, options: &SwarmOptions) -> Result<()> {
    let (seeds, from) = (options.seeds.to_string(), options.from.to_string());
    let mut arguments = vec!["--seeds", &seeds, "--from", &from];
    if let Some(journal) = &options.journal {
        arguments.extend(["--journal", journal]);
    }
    Invocation::cargo(&context.project)
        .args(["run", "--quiet", "--release", "-p", "ringside-tests", "--bin", "swarm", "--"])
        .args(arguments)
        .run("Each seed that failed is named above, with the command that repeats it.")
}

/// Runs the seeds of `cargo xtask test`.
pub(crate) fn check(context: &Context) -> Result<()> {
    swarm(context, &SwarmOptions { seeds: SEEDS_IN_TEST, from: 0, journal: None })
}
