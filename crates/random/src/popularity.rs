//! Popularity of keys: uniform or Zipf.

use std::fmt;

use crate::Draws;

/// The largest number of keys in a popularity table.
const MAX_KEYS: u32 = 1_000_000;

/// A distribution over the key numbers `0..keys`; number 0 is the most popular.
///
/// Zipf's law gives the key of rank `k` a weight of `1 / k^exponent`; an exponent of zero is the
/// uniform distribution. YCSB (Cooper et al., `SoCC` 2010) made 0.99 the usual choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Popularity {
    /// The weights of the numbers up to and including each index, summed. Empty for the uniform
    /// distribution, which needs no table.
    cumulative: Vec<f64>,
    keys: u32,
}

/// The reason why a popularity distribution is impossible.
#[derive(Clone, Debug, PartialEq)]
pub enum PopularityError {
    /// The number of keys is zero or above a million.
    Keys(u32),
    /// The exponent is negative, too large or NaN.
    Exponent(f64),
}

impl fmt::Display for PopularityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(keys) => write!(f, "{keys} keys, but it takes 1 to {MAX_KEYS}"),
            Self::Exponent(value) => write!(f, "exponent is {value}, but must be from 0 to 10"),
        }
    }
}

impl std::error::Error for PopularityError {}

impl Popularity {
    /// Creates the distribution in which every key is equally popular.
    ///
    /// # Errors
    ///
    /// Refuses zero keys, and more than a million.
    pub fn uniform(keys: u32) -> Result<Self, PopularityError> {
        if (1..=MAX_KEYS).contains(&keys) {
            Ok(Self { cumulative: Vec::new(), keys })
        } else {
            Err(PopularityError::Keys(keys))
        }
    }

    /// Creates the distribution in which the key of rank `k` (from 1) is `k^exponent` times less
    /// popular than the first.
    ///
    /// # Errors
    ///
    /// Refuses what [`Popularity::uniform`] does, and an exponent outside 0 to 10.
    pub fn zipf(keys: u32, exponent: f64) -> Result<Self, PopularityError> {
        let uniform = Self::uniform(keys)?;
        if !(0.0..=10.0).contains(&exponent) {
            return Err(PopularityError::Exponent(exponent));
        }
        let mut total = 0.0;
        let weight = |rank: u32| libm::pow(f64::from(rank), -exponent);
        let cumulative = (1..=keys).map(|rank| {
            total += weight(rank);
            total
        });
        Ok(Self { cumulative: cumulative.collect(), ..uniform })
    }

    /// Returns the probability of a key number.
    pub fn share(&self, key: u32) -> f64 {
        if key >= self.keys {
            return 0.0;
        }
        let Some(total) = self.cumulative.last() else { return 1.0 / f64::from(self.keys) };
        let up_to = |key: u32| self.cumulative.get(key as usize).copied().unwrap_or_default();
        let before = key.checked_sub(1).map_or(0.0, up_to);
        (up_to(key) - before) / total
    }

    /// Draws a key number.
    pub fn sample(&self, draws: &mut Draws) -> u32 {
        let Some(total) = self.cumulative.last() else {
            return draws.below(u64::from(self.keys)) as u32;
        };
        let point = draws.unit() * total;
        let index = self.cumulative.partition_point(|&sum| sum < point);
        (index as u32).min(self.keys - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;

    fn counts(popularity: &Popularity, keys: usize, draws: u64) -> Vec<u32> {
        let seed = Seed::new(21);
        let mut counts = vec![0; keys];
        for id in 0..draws {
            counts[popularity.sample(&mut seed.child(id).draws()) as usize] += 1;
        }
        counts
    }

    #[test]
    fn zipf_weights_fall_with_rank() {
        let popularity = Popularity::zipf(4, 1.0).expect("a possible distribution");
        // 1 + 1/2 + 1/3 + 1/4 = 25/12, so the first key has 12 in 25 of the draws.
        let counts = counts(&popularity, 4, 100_000);
        let expected = [48_000, 24_000, 16_000, 12_000];
        for (count, expected) in counts.iter().zip(expected) {
            assert!(count.abs_diff(expected) < 700, "{counts:?} against {expected:?}");
        }
    }

    #[test]
    fn uniform_draws_every_key() {
        let popularity = Popularity::uniform(10).expect("a possible distribution");
        let counts = counts(&popularity, 10, 50_000);
        assert!(counts.iter().all(|count| count.abs_diff(5_000) < 300), "{counts:?}");
    }

    #[test]
    fn shares_are_normalized_weights() {
        let shares = |popularity: Result<Popularity, PopularityError>| -> Vec<f64> {
            let popularity = popularity.expect("a possible distribution");
            (0..5).map(|key| popularity.share(key) * 25.0).collect()
        };
        let is_near = |shares: Vec<f64>, expected: [f64; 5]| {
            shares.iter().zip(expected).all(|(share, expected)| (share - expected).abs() < 1e-12)
        };
        assert!(is_near(shares(Popularity::zipf(4, 1.0)), [12.0, 6.0, 4.0, 3.0, 0.0]));
        assert!(is_near(shares(Popularity::uniform(4)), [6.25, 6.25, 6.25, 6.25, 0.0]));
    }

    #[test]
    fn impossible_distributions_are_refused() {
        assert_eq!(Popularity::uniform(0), Err(PopularityError::Keys(0)));
        assert_eq!(Popularity::zipf(5, -1.0), Err(PopularityError::Exponent(-1.0)));
        assert!(Popularity::zipf(5, f64::NAN).is_err());
        assert!(Popularity::zipf(MAX_KEYS + 1, 1.0).is_err());
    }
}
