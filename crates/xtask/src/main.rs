//! `cargo xtask`: everything that is done to Ringside, by one program that needs only cargo.
//!
//! It knows nothing of the store; it starts other programs (cargo, trunk, node, Chromium), and it
//! reads the project's files to hold the house rules. Every failure reaches the user as one or two
//! sentences that say what is wrong and what to do.

mod arguments;
mod bench;
mod browser;
mod checks;
mod failure;
mod invocation;
mod node;
mod packages;
mod picture;
mod program;
mod project;
mod report;
mod serve;
mod site;
mod swarm;
mod tidy;
mod tools;
mod wars;
mod workshop;

use std::process::ExitCode;

use arguments::{Arguments, Task};
use clap::Parser;
use failure::Outcome;
use workshop::Workshop;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Does the task that the command line names, and says whether what it looked at is in order.
fn run(arguments: &Arguments) -> Outcome<bool> {
    let workshop = Workshop::open()?;
    match &arguments.task {
        Task::Serve(options) => serve::serve(&workshop, options)?,
        Task::Build => site::build(&workshop)?,
        Task::Test(options) => return checks::test(&workshop, options),
        Task::Swarm(options) => swarm::swarm(&workshop, options)?,
        Task::Bench(options) => bench::bench(&workshop, options)?,
        Task::Picture => picture::picture(&workshop)?,
        Task::Tidy => tidy::tidy(&workshop.project)?,
    }
    Ok(true)
}
