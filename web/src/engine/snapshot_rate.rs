//! When the rest of the page is due for a picture of the run.

/// The shortest time between two snapshots.
const SHORTEST_MS: f64 = 100.0;

/// How many journal entries make a snapshot that is full of news. It then comes as late as any: nobody reads
/// ten new pages a second, and drawing them would take the time that the dots need.
const MANY_ENTRIES: u64 = 300;

/// The longest time between two snapshots.
const LONGEST_MS: f64 = 500.0;

/// How many frames there are to a snapshot: six, at sixty frames a second.
const FRAMES: f64 = 6.0;

/// Decides which frames bring a snapshot: at most ten a second, and fewer where much happens or frames come
/// slowly, so that drawing panels does not keep a slow machine from moving the dots.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SnapshotRate {
    /// When the last frame was, in milliseconds, as all else here.
    last_frame: f64,
    last_snapshot: f64,
    /// How many journal entries there were at the last snapshot.
    last_written: u64,
    /// How long frames take, as a running mean.
    stride: f64,
}

impl SnapshotRate {
    /// Takes the time of a frame and how many journal entries there are by then, and tells whether it is to
    /// bring a snapshot.
    pub(super) fn is_due(&mut self, now_ms: f64, written: u64) -> bool {
        let gap = (now_ms - self.last_frame).clamp(0.0, LONGEST_MS);
        self.last_frame = now_ms;
        self.stride += (gap - self.stride) * 0.1;
        let crowded = written.abs_diff(self.last_written) > MANY_ENTRIES;
        let shortest = if crowded { LONGEST_MS } else { SHORTEST_MS };
        let interval = (self.stride * FRAMES).clamp(shortest, LONGEST_MS);
        let due = now_ms - self.last_snapshot >= interval;
        if due {
            (self.last_snapshot, self.last_written) = (now_ms, written);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the snapshots in ten seconds of frames of a length, between which so much happens.
    fn snapshots(frame_ms: f64, entries: u64) -> usize {
        let mut rhythm = SnapshotRate::default();
        let frames = (10_000.0 / frame_ms) as u32;
        let is_due =
            |frame: &u32| rhythm.is_due(f64::from(*frame) * frame_ms, u64::from(*frame) * entries);
        (1..=frames).filter(is_due).count()
    }

    #[test]
    fn there_are_at_most_ten_a_second_and_fewer_on_a_slow_machine() {
        assert!((80..=100).contains(&snapshots(16.7, 0)));
        assert!((90..=100).contains(&snapshots(8.0, 0)));
        assert!((20..=30).contains(&snapshots(90.0, 0)));
    }

    #[test]
    fn there_are_fewer_where_much_happens() {
        assert!((80..=100).contains(&snapshots(16.7, 40)));
        assert!((18..=20).contains(&snapshots(16.7, 60)));
        assert!((15..=25).contains(&snapshots(90.0, 1_000)));
    }
}
