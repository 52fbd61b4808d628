//! The grid of setups: sizes, and times at which each curve bends.

use ringside_lab::pbs::Preset;

/// N, R and W: the partial quorums of three replicas, an overlapping one, and one of five replicas, for
/// which WAN's three regions are too few.
pub const SIZES: [(u16, u16, u16); 5] = [(3, 1, 1), (3, 1, 2), (3, 2, 1), (3, 2, 2), (5, 2, 2)];

/// Returns the times after a write's quorum at which reads begin, in microseconds.
pub const fn times_us(preset: Preset) -> [u64; 6] {
    match preset {
        Preset::LnkdSsd => [0, 300, 600, 1_000, 2_000, 5_000],
        Preset::LnkdDisk => [0, 1_000, 3_000, 10_000, 30_000, 100_000],
        Preset::Ymmr => [0, 1_000, 10_000, 100_000, 300_000, 1_000_000],
        // A replica in another region gets the write at least 75 ms later.
        Preset::Wan => [0, 40_000, 74_000, 76_000, 80_000, 100_000],
    }
}
