//! The rate of snapshots of the run for the page's panels.

/// The shortest time between two snapshots.
const SHORTEST_MS: f64 = 100.0;

/// The number of new journal entries from which snapshots come at the longest interval: more would be
/// unreadable, and rendering them would take the time that the dots need.
const MANY_ENTRIES: u64 = 300;

/// The longest time between two snapshots.
const LONGEST_MS: f64 = 500.0;

/// Frames per snapshot: six, at sixty frames a second.
const FRAMES: f64 = 6.0;

/// Decides which frames bring a snapshot: at most ten a second, and fewer if much happens or frames are slow,
/// so that drawing panels does not keep a slow machine from moving the dots.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SnapshotRate {
    /// The time of the last frame, in milliseconds like all times here.
    last_frame: f64,
    last_snapshot: f64,
    /// The number of journal entries at the last snapshot.
    last_written: u64,
    /// The running mean of the time between frames.
    stride: f64,
}

impl SnapshotRate {
    /// Whether a frame at `now_ms`, with `written` journal entries so far, is to bring a snapshot.
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

    /// Counts the snapshots in ten seconds of frames of `frame_ms`, with `entries` new journal entries each.
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
