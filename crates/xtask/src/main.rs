//! `cargo xtask`: the build, the checks and the benchmarks of Ringside, in one program that needs only
//! cargo.
//!
//! It does not depend on the store; it starts other programs (cargo, trunk, node, browsers), and it
//! reads the project's files to check the house rules. Every error is one or two sentences that say
//! what is wrong and what to do, so that no bare `?` passes on an error of the system.

mod arguments;
mod bench;
mod browser;
mod checks;
mod context;
mod debian;
mod engines;
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

use std::process::ExitCode;

use anyhow::Result;
use arguments::{Arguments, Task};
use clap::Parser;
use context::Context;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task that the command line names, and returns whether everything that it checked passed.
fn run(arguments: &Arguments) -> Result<bool> {
    let context = Context::open()?;
    match &arguments.task {
        Task::Serve(options) => serve::serve(&context, options)?,
        Task::Build => site::build(&context)?,
        Task::Test(options) => return checks::test(&context, options),
        Task::Swarm(options) => swarm::swarm(&context, options)?,
        Task::Bench(options) => bench::bench(&context, options)?,
        Task::Picture => picture::picture(&context)?,
        Task::Tidy => tidy::tidy(&context.project)?,
    }
    Ok(true)
}
