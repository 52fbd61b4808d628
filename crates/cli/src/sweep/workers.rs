//! The threads of a sweep and its progress bar.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use ringside_lab::sweep::{Cell, Sweep};

use super::stop::Stop;
use crate::problem::Problem;

/// Runs cells on `jobs` threads, and passes each to `keep` as it is finished. Returns early if a stop is
/// requested; unfinished runs are then dropped. A problem with one cell stops all.
pub(super) fn run(
    sweep: &Sweep,
    cells: &[u64],
    jobs: NonZero<usize>,
    stop: &Stop,
    keep: &mut dyn FnMut(u64, Cell) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let next = AtomicUsize::new(0);
    let work = |sender: &mpsc::Sender<Result<(u64, Cell), Problem>>| {
        while let Some(&number) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = match sweep.run(number, &|| stop.is_requested()) {
                Ok(Some(cell)) => Ok((number, cell)),
                Ok(None) => return,
                Err(error) => Err(format!("{}: {error}", sweep.words(number))),
            };
            // The receiver is gone only if the program is ending.
            if sender.send(result).is_err() || stop.is_requested() {
                return;
            }
        }
    };
    let bar = new_bar(cells.len());
    bar.tick();
    let mut problem = None;
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..jobs.get().min(cells.len()) {
            let (work, sender) = (&work, sender.clone());
            scope.spawn(move || work(&sender));
        }
        drop(sender);
        for result in receiver {
            if let Err(error) = result.and_then(|(number, cell)| keep(number, cell)) {
                problem.get_or_insert(error);
                stop.request();
            }
            bar.inc(1);
        }
    });
    bar.finish_and_clear();
    problem.map_or(Ok(()), Err)
}

/// Creates a progress bar on the error stream, which is visible only on a terminal.
fn new_bar(cells: usize) -> ProgressBar {
    let bar = ProgressBar::new(cells as u64);
    match ProgressStyle::with_template("{bar:40} {percent:>3}%  {pos} of {len} runs  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
