//! A pseudorandom number generator with the same numbers in each run.

/// A generator that is cheap for every side of a comparison: two multiplications per number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    /// Draws 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        // Knuth's linear congruential generator; its upper half, twice, because the lower bits have
        // short periods.
        let half = |state: &mut u64| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *state >> 32
        };
        half(&mut self.0) << 32 | half(&mut self.0)
    }
}
