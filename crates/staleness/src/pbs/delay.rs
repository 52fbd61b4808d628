//! Distributions of one-way delays, from which the predictor draws.

use ringside_random::{Latency, LatencyError};
use serde::{Deserialize, Serialize};

/// The longest delay, 1,000 days in milliseconds. Longer ones count as this one.
///
/// Infinite delays would make differences of delays no number. It is no cap in the statistical
/// sense: of LNKD-DISK's writes, one in 10^16 would be longer.
pub(super) const LONGEST_MS: f64 = 86_400e6;

/// The greatest depth of nested mixtures: as deep as those of a [`Latency`].
const DEEPEST: u32 = 4;

/// A distribution of one-way delays, in fractional milliseconds.
///
/// The families are those of the paper's fits (Bailis et al., VLDB 2012, section 5.5, table 3), the
/// plain ones that a class begins with, and measured values.
///
/// It is not a [`Latency`], which a simulated channel has: that one is in whole microseconds, so that
/// the fits and the delays of a file would be rounded, and has no tables, which may be parts of a
/// mixture here. [`Delay::from`] and [`Delay::to_latency`] convert one to the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Delay {
    /// Always the same delay.
    Constant {
        /// The delay.
        ms: f64,
    },
    /// Any delay between two bounds, equally likely.
    Uniform {
        /// The shortest delay.
        min_ms: f64,
        /// The longest delay.
        max_ms: f64,
    },
    /// Memoryless delays.
    Exponential {
        /// The mean delay: one over the paper's rate lambda.
        mean_ms: f64,
    },
    /// A heavy tail: the chance of exceeding `x` is `(scale / x)^shape`.
    Pareto {
        /// The shortest delay, the paper's `x_m`.
        scale_ms: f64,
        /// The tail index, the paper's alpha: the smaller, the heavier the tail.
        shape: f64,
    },
    /// Several distributions, one of which is chosen for each delay in proportion to its weight.
    Mixture(Vec<(f64, Delay)>),
    /// Measured delays in milliseconds, in any order, each one equally likely.
    Table(Vec<f64>),
}

/// The reason why a distribution of delays is impossible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DelayError {
    /// A channel with such a latency would be impossible as well.
    #[error(transparent)]
    Latency(#[from] LatencyError),
    /// A delay is negative, no number, or above 1,000 days.
    #[error("{field} is {value} ms, but must be from zero to 1,000 days")]
    NotADelay {
        /// The name of the delay.
        field: &'static str,
        /// Its value, in milliseconds.
        value: f64,
    },
    /// A table has no delays.
    #[error("a table needs at least one part")]
    EmptyTable,
}

impl Delay {
    /// Checks that the distribution can be drawn from.
    ///
    /// # Errors
    ///
    /// Names the first number that is impossible, with the reason.
    pub fn check(&self) -> Result<(), DelayError> {
        self.check_at(0)
    }

    fn check_at(&self, depth: u32) -> Result<(), DelayError> {
        match self {
            Self::Constant { ms } => delay("the delay", *ms),
            Self::Uniform { min_ms, max_ms } => {
                delay("min", *min_ms)?;
                delay("max", *max_ms)?;
                if min_ms > max_ms { Err(LatencyError::BoundsReversed.into()) } else { Ok(()) }
            }
            Self::Exponential { mean_ms } => {
                positive("mean", *mean_ms)?;
                delay("mean", *mean_ms)
            }
            Self::Pareto { scale_ms, shape } => {
                positive("scale", *scale_ms)?;
                delay("scale", *scale_ms)?;
                positive("shape", *shape)
            }
            Self::Mixture(_) if depth >= DEEPEST => Err(LatencyError::TooDeep.into()),
            Self::Mixture(parts) if parts.is_empty() => Err(LatencyError::EmptyMixture.into()),
            Self::Mixture(parts) => {
                let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
                positive("the sum of the weights", total)?;
                parts.iter().try_for_each(|(weight, part)| {
                    positive("weight", *weight)?;
                    part.check_at(depth + 1)
                })
            }
            Self::Table(values) if values.is_empty() => Err(DelayError::EmptyTable),
            Self::Table(values) => {
                values.iter().try_for_each(|&value| delay("a delay of the table", value))
            }
        }
    }

    /// Returns the chance that a delay exceeds a time in milliseconds.
    pub fn chance_above(&self, ms: f64) -> f64 {
        match self {
            _ if ms < 0.0 => 1.0,
            Self::Uniform { min_ms, max_ms } if max_ms > min_ms => {
                ((max_ms - ms) / (max_ms - min_ms)).clamp(0.0, 1.0)
            }
            Self::Constant { ms: max_ms } | Self::Uniform { max_ms, .. } => {
                f64::from(u8::from(*max_ms > ms))
            }
            Self::Exponential { mean_ms } => libm::exp(-ms / mean_ms),
            Self::Pareto { scale_ms, shape } => libm::pow((scale_ms / ms).min(1.0), *shape),
            Self::Mixture(parts) => {
                let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
                parts.iter().map(|(weight, part)| weight / total * part.chance_above(ms)).sum()
            }
            Self::Table(values) => {
                let above = values.iter().filter(|value| **value > ms).count();
                above as f64 / values.len() as f64
            }
        }
    }

    /// Returns the mean delay in milliseconds, or infinity if the tail is too heavy to have one.
    pub fn mean_ms(&self) -> f64 {
        match self {
            Self::Constant { ms } => *ms,
            Self::Uniform { min_ms, max_ms } => f64::midpoint(*min_ms, *max_ms),
            Self::Exponential { mean_ms } => *mean_ms,
            Self::Pareto { shape, .. } if *shape <= 1.0 => f64::INFINITY,
            Self::Pareto { scale_ms, shape } => scale_ms * shape / (shape - 1.0),
            Self::Mixture(parts) => {
                let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
                parts.iter().map(|(weight, part)| weight / total * part.mean_ms()).sum()
            }
            Self::Table(values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }
}

impl Delay {
    /// Returns the latency model of a simulated channel with these delays, or `None` if it has a table,
    /// which channels do not have.
    pub fn to_latency(&self) -> Option<Latency> {
        let us = |ms: &f64| (ms * 1e3).round() as u64;
        Some(match self {
            Self::Constant { ms } => Latency::Constant { us: us(ms) },
            Self::Uniform { min_ms, max_ms } => {
                Latency::Uniform { min_us: us(min_ms), max_us: us(max_ms) }
            }
            Self::Exponential { mean_ms } => Latency::Exponential { mean_us: mean_ms * 1e3 },
            Self::Pareto { scale_ms, shape } => {
                Latency::Pareto { scale_us: scale_ms * 1e3, shape: *shape }
            }
            Self::Mixture(parts) => {
                let part = |(weight, part): &(f64, Self)| Some((*weight, part.to_latency()?));
                Latency::Mixture(parts.iter().map(part).collect::<Option<_>>()?)
            }
            Self::Table(_) => return None,
        })
    }
}

/// Converts the latency model of a simulated channel, to predict what that cluster will do. The channel
/// rounds to whole microseconds; the prediction does not.
impl From<&Latency> for Delay {
    fn from(latency: &Latency) -> Self {
        match latency {
            Latency::Constant { us } => Self::Constant { ms: *us as f64 / 1e3 },
            Latency::Uniform { min_us, max_us } => {
                Self::Uniform { min_ms: *min_us as f64 / 1e3, max_ms: *max_us as f64 / 1e3 }
            }
            Latency::Exponential { mean_us } => Self::Exponential { mean_ms: mean_us / 1e3 },
            Latency::Pareto { scale_us, shape } => {
                Self::Pareto { scale_ms: scale_us / 1e3, shape: *shape }
            }
            Latency::Mixture(parts) => Self::Mixture(
                parts.iter().map(|(weight, part)| (*weight, Self::from(part))).collect(),
            ),
        }
    }
}

fn positive(field: &'static str, value: f64) -> Result<(), DelayError> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(LatencyError::NotPositive { field, value }.into())
    }
}

fn delay(field: &'static str, value: f64) -> Result<(), DelayError> {
    if (0.0..=LONGEST_MS).contains(&value) {
        Ok(())
    } else {
        Err(DelayError::NotADelay { field, value })
    }
}

#[cfg(test)]
mod tests {
    use ringside_random::Seed;

    use super::*;
    use crate::pbs::Preset;

    #[test]
    fn mixtures_may_be_as_deep_as_those_of_channels() {
        for depth in 0..8 {
            let constant = Latency::Constant { us: 1 };
            let channel = (0..depth).fold(constant, |part, _| Latency::Mixture(vec![(1.0, part)]));
            assert_eq!(Delay::from(&channel).check(), channel.check().map_err(DelayError::from));
        }
    }

    #[test]
    fn impossible_distributions_are_refused_with_the_reason() {
        let nested =
            (0..6).fold(Delay::Constant { ms: 1.0 }, |it, _| Delay::Mixture(vec![(1.0, it)]));
        let refused = [
            (Delay::Constant { ms: -1.0 }, "the delay is -1 ms"),
            (Delay::Constant { ms: f64::NAN }, "must be from zero to 1,000 days"),
            (Delay::Uniform { min_ms: 2.0, max_ms: 1.0 }, "min is above max"),
            (Delay::Exponential { mean_ms: 0.0 }, "mean is 0, but must be a number above zero"),
            (Delay::Exponential { mean_ms: 1e300 }, "mean is 1"),
            (Delay::Pareto { scale_ms: 1.0, shape: -1.0 }, "shape is -1"),
            (Delay::Mixture(vec![]), "a mixture needs at least one part"),
            (Delay::Mixture(vec![(1e308, Delay::Table(vec![1.0])); 2]), "the sum of the weights"),
            (Delay::Table(vec![]), "a table needs at least one part"),
            (Delay::Table(vec![1.0, f64::INFINITY]), "a delay of the table is inf ms"),
            (nested, "more than 4 deep"),
        ];
        for (delay, reason) in refused {
            let error = delay.check().expect_err("an impossible distribution").to_string();
            assert!(error.contains(reason), "{error:?} does not say {reason:?}");
        }
    }

    #[test]
    fn a_channels_model_is_converted_to_milliseconds() {
        let channel = Latency::Mixture(vec![
            (9.0, Latency::Exponential { mean_us: 5_000.0 }),
            (1.0, Latency::Pareto { scale_us: 2_000.0, shape: 4.0 }),
        ]);
        let delay = Delay::from(&channel);
        assert_eq!(delay.check(), Ok(()));
        assert!((delay.mean_ms() - channel.mean_us() / 1e3).abs() < 1e-12);
        assert_eq!(delay.to_latency(), Some(channel));
    }

    /// The chances come from the formulas above, and the delays from the channels' own sampler.
    #[test]
    fn a_channel_with_a_presets_delays_draws_from_its_distribution() {
        let count = 150_000_u64;
        for preset in Preset::ALL {
            let legs = preset.legs();
            for leg in [&legs.w, &legs.s] {
                let channel = leg.to_latency().expect("no table");
                let seed = Seed::new(6);
                let delays: Vec<u64> =
                    (0..count).map(|id| channel.sample_us(&mut seed.child(id).draws())).collect();
                for us in [240, 300, 700, 1_200, 2_000, 3_500, 9_000, 20_000, 400_000] {
                    let above = delays.iter().filter(|delay| **delay > us).count();
                    // Channels round to the nearest microsecond.
                    let chance = leg.chance_above((us as f64 + 0.5) / 1e3);
                    let bound = 4.0 * libm::sqrt(chance * (1.0 - chance) / count as f64) + 1e-4;
                    let share = above as f64 / count as f64;
                    assert!((share - chance).abs() < bound, "{preset} {us} us: {share} {chance}");
                }
            }
        }
    }

    #[test]
    fn all_distributions_but_tables_convert_to_channels() {
        let there_and_back = [
            Latency::Constant { us: 3 },
            Latency::Uniform { min_us: 1, max_us: 2_001 },
            Latency::Exponential { mean_us: 500.0 },
            Latency::Pareto { scale_us: 250.0, shape: 1.5 },
        ];
        for latency in there_and_back {
            assert_eq!(Delay::from(&latency).to_latency(), Some(latency));
        }
        let table = Delay::Table(vec![1.0]);
        assert_eq!(Delay::Mixture(vec![(1.0, table)]).to_latency(), None);
    }
}
