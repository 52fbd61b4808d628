//! The time series: a whole run in a few hundred windows.

use std::sync::{Arc, OnceLock};

use super::bins::PackedBins;
use super::tally::Tally;
use crate::finding::Gauges;
use crate::report::Window;
use crate::units::SECOND_US;

/// The most windows, the open one included.
const WINDOWS_MAX: usize = 600;

/// Windows of equal length, from the beginning of a run on.
///
/// At first they are a second long. Whenever there are too many, each pair becomes one:
///
/// ```text
///   | 1 s | 1 s | 1 s | ... 600 of them ... | 1 s |
///   |    2 s    | ...  300 of them  ...   |   2 s   | open...
/// ```
///
/// Closed windows are shared by the clones of a series, for they don't change.
#[derive(Clone, Debug)]
pub(super) struct Series {
    length_s: u64,
    closed: Vec<Arc<ClosedWindow>>,
    from_s: u64,
    open: Tally,
}

/// A closed window.
#[derive(Clone, Debug)]
struct ClosedWindow {
    tally: Tally<PackedBins>,
    /// The gauges at its end.
    gauges: Gauges,
    /// Its figures, computed at the first request: each quantile takes a walk through a histogram.
    figures: OnceLock<Window>,
}

impl ClosedWindow {
    fn new(tally: &Tally, gauges: Gauges) -> Arc<Self> {
        Arc::new(Self { tally: tally.pack(), gauges, figures: OnceLock::new() })
    }
}

impl Series {
    pub(super) const fn new(open: Tally) -> Self {
        Self { length_s: 1, closed: Vec::new(), from_s: 0, open }
    }

    /// Adds a closed second, and closes the windows that ended at or before the second `ended_s`. There are
    /// no findings in between.
    pub(super) fn close(&mut self, second: &Tally, ended_s: u64, gauges: Gauges) {
        self.open.add(second);
        while self.from_s + self.length_s <= ended_s {
            self.closed.push(ClosedWindow::new(&self.open, gauges));
            self.open.clear();
            self.from_s += self.length_s;
            if self.closed.len() == WINDOWS_MAX {
                self.double();
            }
        }
    }

    /// Merges each pair of windows.
    fn double(&mut self) {
        let mut windows = std::mem::take(&mut self.closed).into_iter();
        while let (Some(first), Some(second)) = (windows.next(), windows.next()) {
            let mut tally = first.tally.unpack();
            tally.add(&second.tally.unpack());
            self.closed.push(ClosedWindow::new(&tally, second.gauges));
        }
        self.length_s *= 2;
    }

    /// Lists the windows up to now. The last one is open, and includes the open second.
    pub(super) fn windows(&self, second: &Tally, now_us: u64, gauges: Gauges) -> Vec<Window> {
        let length_us = self.length_s * SECOND_US;
        let mut windows: Vec<Window> = (0..)
            .zip(&self.closed)
            .map(|(number, window): (u64, _)| {
                let from_us = number * length_us;
                let ClosedWindow { tally, gauges, figures } = &**window;
                *figures
                    .get_or_init(|| tally.unpack().window(from_us, from_us + length_us, *gauges))
            })
            .collect();
        let from_us = self.from_s * SECOND_US;
        if now_us > from_us {
            let mut open = self.open.clone();
            open.add(second);
            windows.push(open.window(from_us, now_us, gauges));
        }
        windows
    }
}
