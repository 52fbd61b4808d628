//! When the rest of the page is due for a picture of the run.

/// The shortest time between two snapshots.
const SHORTEST_MS: f64 = 100.0;

/// The longest time between two snapshots.
const LONGEST_MS: f64 = 500.0;

/// How many frames there are to a snapshot: six, at sixty frames a second.
const FRAMES: f64 = 6.0;

/// Decides which frames bring a snapshot: at most ten a second, and fewer where frames come slowly,
/// so that drawing panels does not keep a slow machine from moving the dots.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rhythm {
    /// When the last frame was, in milliseconds, as all else here.
    last_frame: f64,
    last_snapshot: f64,
    /// How long frames take, as a running mean.
    stride: f64,
}

impl Rhythm {
    /// Takes the time of a frame, and tells whether it is to bring a snapshot.
    pub(super) fn is_due(&mut self, now_ms: f64) -> bool {
        let gap = (now_ms - self.last_frame).clamp(0.0, LONGEST_MS);
        self.last_frame = now_ms;
        self.stride += (gap - self.stride) * 0.1;
        let interval = (self.stride * FRAMES).clamp(SHORTEST_MS, LONGEST_MS);
        let due = now_ms - self.last_snapshot >= interval;
        if due {
            self.last_snapshot = now_ms;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshots(frame_ms: f64, seconds: f64) -> usize {
        let mut rhythm = Rhythm::default();
        let frames = (seconds * 1e3 / frame_ms) as u32;
        (1..=frames).filter(|frame| rhythm.is_due(f64::from(*frame) * frame_ms)).count()
    }

    #[test]
    fn there_are_at_most_ten_a_second_and_fewer_on_a_slow_machine() {
        assert!((80..=100).contains(&snapshots(16.7, 10.0)));
        assert!((90..=100).contains(&snapshots(8.0, 10.0)));
        assert!((20..=30).contains(&snapshots(90.0, 10.0)));
    }
}
