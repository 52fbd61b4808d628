//! The threads of a sweep, its progress bar, and how it is stopped.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use ringside_lab::sweep::{Cell, Sweep};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::STOPPED;
use crate::source::Problem;

/// What is set when somebody asks the sweep to stop.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens for Ctrl-C, and for the signal with which a batch engine ends a job. A second one ends
    /// the program on the spot.
    pub(super) fn on_signals() -> Result<Self, Problem> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // What is registered first is done first: the first signal finds the flag down.
            flag::register_conditional_shutdown(signal, i32::from(STOPPED), Arc::clone(&stop.0))
                .and_then(|_| flag::register(signal, Arc::clone(&stop.0)))
                .map_err(|error| format!("Ctrl-C can't be listened for: {error}"))?;
        }
        Ok(stop)
    }

    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs cells on so many threads, and gives each to `keep` as it is finished. Comes back early when
/// told to stop; runs that are not finished then are dropped. A problem with one stops all.
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
            let result = match sweep.run(number, &|| stop.is_asked()) {
                Ok(Some(cell)) => Ok((number, cell)),
                Ok(None) => return,
                Err(error) => Err(format!("{}: {error}", sweep.words(number))),
            };
            // Nobody listens only when the program is coming down.
            if sender.send(result).is_err() || stop.is_asked() {
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
                stop.ask();
            }
            bar.inc(1);
        }
    });
    bar.finish_and_clear();
    problem.map_or(Ok(()), Err)
}

/// Makes a bar on the error stream, which shows where that is a terminal.
fn new_bar(cells: usize) -> ProgressBar {
    let bar = ProgressBar::new(cells as u64);
    match ProgressStyle::with_template("{bar:40} {percent:>3}%  {pos} of {len} runs  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
