//! `cargo xtask swarm`: random clusters in random trouble, each from one seed.
//!
//! The swarm itself is `tests/src/swarm`, and its program `tests/src/bin/swarm.rs`.

use crate::arguments::SwarmOptions;
use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::workshop::Workshop;

/// How many seeds `cargo xtask test` runs: two minutes on two cores at most.
const SEEDS_IN_TEST: u64 = 2_000;

/// Runs the seeds that were asked for.
pub(crate) fn swarm(workshop: &Workshop, options: &SwarmOptions) -> Outcome {
    let (seeds, from) = (options.seeds.to_string(), options.from.to_string());
    let mut arguments = vec!["--seeds", &seeds, "--from", &from];
    if let Some(journal) = &options.journal {
        arguments.extend(["--journal", journal]);
    }
    Invocation::cargo(&workshop.project)
        .args(["run", "--quiet", "--release", "-p", "ringside-tests", "--bin", "swarm", "--"])
        .args(arguments)
        .run("Each seed that failed is named above, with the command that repeats it.")
}

/// Runs as many seeds as every check can afford.
pub(crate) fn check(workshop: &Workshop) -> Outcome {
    swarm(workshop, &SwarmOptions { seeds: SEEDS_IN_TEST, from: 0, journal: None })
}
