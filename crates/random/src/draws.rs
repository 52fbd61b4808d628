//! Seeds, which are split by identity, and streams of draws, one for each identity.

/// The increment of `SplitMix64`: the golden ratio in 64 bits, made odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Scrambles 64 bits so that each input bit flips each output bit with probability one half.
///
/// This is the finalizer of `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014; Stafford's variant
/// 13).
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The root of a tree of independent streams of draws.
///
/// A seed is not consumed: it is split by [`Seed::child`] into the seed of a purpose, then of an
/// identity, and read by [`Seed::draws`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// Creates the root seed of a run from the number in its scenario.
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(GOLDEN)))
    }

    /// Returns the seed of one purpose or identity.
    ///
    /// The order of splits counts: `child(1).child(2)` is unrelated to `child(2).child(1)`.
    #[must_use]
    pub const fn child(self, identity: u64) -> Self {
        Self(mix(mix(self.0 ^ GOLDEN).wrapping_add(identity.wrapping_mul(GOLDEN))))
    }

    /// Returns the stream of draws of this identity, always from its start.
    pub const fn draws(self) -> Draws {
        Draws { state: self.0 }
    }
}

/// A stream of draws of one identity: the generator `SplitMix64`.
#[derive(Clone, Debug)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// Draws 64 uniform bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Draws a number from the half-open interval (0, 1], so that its logarithm is finite.
    pub const fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Draws a whole number below `bound`, without bias (Lemire, 2019).
    ///
    /// # Panics
    ///
    /// Panics when `bound` is zero: there is no number below it.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "no number is below zero");
        loop {
            let product = u128::from(self.bits()) * u128::from(bound);
            // The low half is the draw's position in its bucket; the first `2^64 mod bound`
            // positions would make some numbers likelier than others, so they are drawn again.
            if product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }

    /// Draws whether an event of the given probability happens; 0 never does, 1 always does.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() <= probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the mean of `draw` over the first `count` identities of one purpose.
    fn mean_over_identities(count: u64, mut draw: impl FnMut(&mut Draws) -> f64) -> f64 {
        let purpose = Seed::new(1).child(2);
        (0..count).map(|id| draw(&mut purpose.child(id).draws())).sum::<f64>() / count as f64
    }

    #[test]
    fn draws_of_neighbouring_identities_are_uncorrelated() {
        let mean = mean_over_identities(100_000, Draws::unit);
        assert!((mean - 0.5).abs() < 0.005, "first draws of 100,000 identities average {mean}");

        let purpose = Seed::new(1).child(2);
        let units: Vec<f64> = (0..100_000).map(|id| purpose.child(id).draws().unit()).collect();
        let lag_one = units.windows(2).map(|w| (w[0] - 0.5) * (w[1] - 0.5)).sum::<f64>();
        let correlation = lag_one / units.len() as f64 * 12.0;
        assert!(correlation.abs() < 0.02, "neighbours correlate by {correlation}");
    }

    #[test]
    fn the_order_of_splits_counts() {
        let root = Seed::new(9);
        assert_ne!(root.child(1).child(2), root.child(2).child(1));
        assert_ne!(root.child(0), root);
    }

    #[test]
    fn below_draws_every_number_about_equally_often() {
        let mut counts = [0_u32; 7];
        let mut draws = Seed::new(3).draws();
        for _ in 0..70_000 {
            counts[draws.below(7) as usize] += 1;
        }
        assert!(counts.iter().all(|&count| (9_500..10_500).contains(&count)), "{counts:?}");
    }

    #[test]
    fn probability_one_always_happens_and_zero_never() {
        let mut draws = Seed::new(4).draws();
        assert!((0..10_000).all(|_| draws.happens(1.0)));
        assert!((0..10_000).all(|_| !draws.happens(0.0)));
    }
}
