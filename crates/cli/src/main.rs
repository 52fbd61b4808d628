//! `ringside`: the lab without a screen.
//!
//! It opens scenarios as the page does, runs them and prints a summary, for people or, with `--json`,
//! for programs. It also predicts staleness, checks histories and runs sweeps.

mod arguments;
mod check;
mod delay_table;
mod output;
mod predict;
mod problem;
mod run;
mod scenarios;
mod source;
mod sweep;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Task};

/// The exit status of a bad scenario, file or option, which is also clap's for bad usage.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Run(arguments) => run::run(&arguments).map(|()| ExitCode::SUCCESS),
        Task::Scenarios(arguments) => scenarios::list(&arguments).map(|()| ExitCode::SUCCESS),
        Task::Predict(arguments) => predict::predict(&arguments).map(|()| ExitCode::SUCCESS),
        Task::Check(arguments) => check::check(&arguments),
        Task::Sweep(arguments) => sweep::sweep(&arguments),
        Task::Merge(arguments) => sweep::merge(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("ringside: {problem}");
            ExitCode::from(BAD_INPUT)
        }
    }
}
