//! The request to stop a sweep, from a signal or from a failed run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::problem::Problem;

/// The exit status of a sweep that was stopped: that of a program that Ctrl-C ended.
pub(super) const STOPPED: u8 = 130;

/// A shared flag that is set when the sweep should stop.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens for Ctrl-C, and for the signal with which a batch engine ends a job. A second signal
    /// ends the program at once.
    pub(super) fn on_signals() -> Result<Self, Problem> {
        let stop = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // Actions run in the order of registration: at the first signal the shutdown still finds
            // the flag unset.
            flag::register_conditional_shutdown(signal, i32::from(STOPPED), Arc::clone(&stop.0))
                .and_then(|_| flag::register(signal, Arc::clone(&stop.0)))
                .map_err(|error| format!("cannot listen for Ctrl-C: {error}"))?;
        }
        Ok(stop)
    }

    /// Whether the sweep should stop.
    pub(super) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks the sweep to stop.
    pub(super) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
