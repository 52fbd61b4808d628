//! Conversion of real time into virtual time, and a measure of whether the run keeps up.

use crate::state::pace::Pace;

/// The longest real time that one frame may stand for. After a longer one (the tab was in the background, the
/// machine slept) the run continues where it was and does not catch up.
const LONGEST_STRETCH_MS: f64 = 100.0;

/// The real time that is averaged before the run counts as slow.
const WINDOW_MS: f64 = 800.0;

/// Below this share of the chosen speed the run counts as behind.
const TOLERANCE: f64 = 0.9;

/// Converts real time into whole microseconds of virtual time, and measures how many of them were run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pacer {
    last_ms: Option<f64>,
    carry_us: f64,
    real_ms: f64,
    wanted_us: f64,
    ran_us: f64,
    pace: Pace,
}

impl Pacer {
    /// Restarts: time was stopped, or the speed was changed.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Returns the virtual microseconds that are due by `now_ms` of real time.
    pub(super) fn due_us(&mut self, now_ms: f64, ratio: f64) -> u64 {
        let stretch = now_ms - self.last_ms.unwrap_or(now_ms);
        let stretch = stretch.clamp(0.0, LONGEST_STRETCH_MS);
        self.last_ms = Some(now_ms);
        let due = stretch * 1e3 * ratio + self.carry_us;
        self.real_ms += stretch;
        self.wanted_us += stretch * 1e3 * ratio;
        self.carry_us = due.fract();
        due as u64
    }

    /// Records how many of the due microseconds were run. The rest is dropped, not owed.
    pub(super) fn ran(&mut self, ran_us: u64, ratio: f64) {
        self.ran_us += ran_us as f64;
        if self.real_ms >= WINDOW_MS {
            let behind = self.ran_us < self.wanted_us * TOLERANCE;
            let achieved = ratio * self.ran_us / self.wanted_us.max(1.0);
            self.pace = if behind { Pace::Behind(achieved) } else { Pace::Full };
            (self.real_ms, self.wanted_us, self.ran_us) = (0.0, 0.0, 0.0);
        }
    }

    /// Whether the run keeps up.
    pub(super) const fn pace(&self) -> Pace {
        self.pace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_motion_loses_no_time_to_rounding() {
        let mut pacer = Pacer::default();
        let due: u64 = (0..=600).map(|frame| pacer.due_us(f64::from(frame) * 16.7, 1e-3)).sum();
        assert_eq!(due, 10_020, "ten seconds at a thousandth are ten milliseconds");
    }

    #[test]
    fn a_long_absence_is_not_caught_up() {
        let mut pacer = Pacer::default();
        assert_eq!(pacer.due_us(1_000.0, 1.0), 0);
        assert_eq!(pacer.due_us(61_000.0, 1.0), 100_000);
    }

    #[test]
    fn a_run_that_falls_behind_is_reported_and_recovers() {
        let mut pacer = Pacer::default();
        let mut run = |share: f64| {
            for frame in 0..400 {
                let due = pacer.due_us(f64::from(frame) * 10.0, 100.0);
                pacer.ran((due as f64 * share) as u64, 100.0);
            }
            pacer.pace()
        };
        assert_eq!(run(1.0), Pace::Full);
        assert!(matches!(run(0.25), Pace::Behind(ratio) if (24.0..26.0).contains(&ratio)));
        assert_eq!(run(1.0), Pace::Full);
    }
}
