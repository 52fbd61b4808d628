//! `ringside`: the lab without a screen.
//!
//! What the page can do, this can: it opens scenarios, runs them and tells what they came to, for
//! people and, with `--json`, for programs.

mod arguments;
mod output;
mod run;
mod scenarios;
mod source;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Task};

/// The exit status of a bad scenario or option, which is also clap's for bad usage.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Run(arguments) => run::run(&arguments),
        Task::Scenarios(arguments) => scenarios::list(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("ringside: {problem}");
            ExitCode::from(BAD_INPUT)
        }
    }
}
