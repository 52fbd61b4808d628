//! Latency models of a channel.

use std::fmt;

use serde::Serialize;

use crate::Draws;

/// The longest delay that a model can draw: 1,000 days in microseconds.
///
/// It keeps sums of instants far from overflow. It does not cap the distributions noticeably: less
/// than one part in 10^12 of the models' tails lies beyond it.
const MAX_US: f64 = 86_400e9;

/// The deepest nesting of mixtures.
const MAX_DEPTH: usize = 4;

/// A distribution of one-way delays, in microseconds.
///
/// The families are those that PBS (Bailis et al., VLDB 2012, section 5) fits to production
/// systems: an exponential or Pareto body, and mixtures of them for long tails.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Always the same delay.
    Constant {
        /// The delay.
        us: u64,
    },
    /// Any whole delay between two bounds, both included, equally likely.
    Uniform {
        /// The shortest delay.
        min_us: u64,
        /// The longest delay.
        max_us: u64,
    },
    /// Memoryless delays.
    Exponential {
        /// The mean delay, which is one over the rate.
        mean_us: f64,
    },
    /// A heavy tail: the chance of exceeding `x` is `(scale / x)^shape`.
    Pareto {
        /// The shortest delay, called `x_m` in the literature.
        scale_us: f64,
        /// The tail index, called alpha: the smaller, the heavier the tail.
        shape: f64,
    },
    /// One of several models, chosen for each delay in proportion to its weight.
    Mixture(Vec<(f64, Latency)>),
}

/// The reason why a latency model is impossible.
#[derive(Clone, Debug, PartialEq)]
pub enum LatencyError {
    /// A number that must be positive and finite is not.
    NotPositive {
        /// The field's name.
        field: &'static str,
        /// Its value.
        value: f64,
    },
    /// The bounds of a uniform model are in the wrong order.
    BoundsReversed,
    /// A delay is longer than 1,000 days.
    TooLong {
        /// The field's name.
        field: &'static str,
    },
    /// A mixture has no parts.
    EmptyMixture,
    /// Mixtures are nested too deeply.
    TooDeep,
}

impl fmt::Display for LatencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPositive { field, value } => {
                write!(f, "{field} is {value}, but must be a number above zero")
            }
            Self::BoundsReversed => write!(f, "min is above max"),
            Self::TooLong { field } => write!(f, "{field} is above 1,000 days"),
            Self::EmptyMixture => write!(f, "a mixture needs at least one part"),
            Self::TooDeep => write!(f, "mixtures are nested more than {MAX_DEPTH} deep"),
        }
    }
}

impl std::error::Error for LatencyError {}

impl Latency {
    /// Checks that delays can be drawn from the model.
    ///
    /// # Errors
    ///
    /// Names the first number that is impossible, and the reason.
    pub fn check(&self) -> Result<(), LatencyError> {
        self.check_at(0)
    }

    fn check_at(&self, depth: usize) -> Result<(), LatencyError> {
        match self {
            Self::Constant { us } => not_too_long("the delay", *us as f64),
            Self::Uniform { min_us, max_us } if min_us > max_us => {
                Err(LatencyError::BoundsReversed)
            }
            Self::Uniform { max_us, .. } => not_too_long("max", *max_us as f64),
            Self::Exponential { mean_us } => {
                positive("mean", *mean_us)?;
                not_too_long("mean", *mean_us)
            }
            Self::Pareto { scale_us, shape } => {
                positive("scale", *scale_us)?;
                not_too_long("scale", *scale_us)?;
                positive("shape", *shape)
            }
            Self::Mixture(_) if depth >= MAX_DEPTH => Err(LatencyError::TooDeep),
            Self::Mixture(parts) if parts.is_empty() => Err(LatencyError::EmptyMixture),
            Self::Mixture(parts) => parts.iter().try_for_each(|(weight, part)| {
                positive("weight", *weight)?;
                part.check_at(depth + 1)
            }),
        }
    }

    /// Draws one delay in whole microseconds, rounded to the nearest.
    ///
    /// A model that fails [`Latency::check`] yields an arbitrary delay, and never panics.
    pub fn sample_us(&self, draws: &mut Draws) -> u64 {
        match self {
            Self::Constant { us } => *us,
            Self::Uniform { min_us, max_us } => {
                min_us.saturating_add(draws.below(max_us.saturating_sub(*min_us).saturating_add(1)))
            }
            Self::Exponential { mean_us } => whole_us(-mean_us * libm::log(draws.unit())),
            Self::Pareto { scale_us, shape } => {
                whole_us(scale_us * libm::pow(draws.unit(), -1.0 / shape))
            }
            Self::Mixture(parts) => {
                let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
                let mut left = draws.unit() * total;
                let last = parts.last();
                let chosen = parts.iter().find(|(weight, _)| {
                    left -= weight;
                    left <= 0.0
                });
                // By rounding, the draw may exceed the sum of the weights; it belongs to the last
                // part then.
                chosen.or(last).map_or(0, |(_, part)| part.sample_us(draws))
            }
        }
    }

    /// Returns the mean delay in microseconds, or infinity if the tail is too heavy to have one.
    pub fn mean_us(&self) -> f64 {
        match self {
            Self::Constant { us } => *us as f64,
            Self::Uniform { min_us, max_us } => f64::midpoint(*min_us as f64, *max_us as f64),
            Self::Exponential { mean_us } => *mean_us,
            Self::Pareto { shape, .. } if *shape <= 1.0 => f64::INFINITY,
            Self::Pareto { scale_us, shape } => scale_us * shape / (shape - 1.0),
            Self::Mixture(parts) => {
                let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
                parts.iter().map(|(weight, part)| weight / total * part.mean_us()).sum()
            }
        }
    }
}

fn positive(field: &'static str, value: f64) -> Result<(), LatencyError> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(LatencyError::NotPositive { field, value })
    }
}

fn not_too_long(field: &'static str, us: f64) -> Result<(), LatencyError> {
    if us <= MAX_US { Ok(()) } else { Err(LatencyError::TooLong { field }) }
}

/// Rounds to whole microseconds, at most [`MAX_US`], which NaN becomes as well.
fn whole_us(us: f64) -> u64 {
    (us.min(MAX_US) + 0.5) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use proptest::prelude::*;

    fn sample_mean_us(latency: &Latency, count: u64) -> f64 {
        let seed = Seed::new(11);
        let total: u64 = (0..count).map(|id| latency.sample_us(&mut seed.child(id).draws())).sum();
        total as f64 / count as f64
    }

    #[test]
    fn sample_means_agree_with_the_models() {
        let exponential = Latency::Exponential { mean_us: 5_000.0 };
        let pareto = Latency::Pareto { scale_us: 2_000.0, shape: 4.0 };
        let models = [
            Latency::Constant { us: 1_234 },
            Latency::Uniform { min_us: 1_000, max_us: 9_000 },
            exponential.clone(),
            pareto.clone(),
            Latency::Mixture(vec![(9.0, exponential), (1.0, pareto)]),
        ];
        for model in models {
            let (sampled, exact) = (sample_mean_us(&model, 200_000), model.mean_us());
            assert!((sampled / exact - 1.0).abs() < 0.01, "{model:?}: {sampled} against {exact}");
        }
    }

    #[test]
    fn the_tail_of_a_pareto_sample_agrees_with_the_model() {
        // P(X > x) = (scale / x)^shape: at ten times the scale and shape 2, one in a hundred.
        let pareto = Latency::Pareto { scale_us: 1_000.0, shape: 2.0 };
        let seed = Seed::new(5);
        let beyond = (0..100_000_u64)
            .filter(|&id| pareto.sample_us(&mut seed.child(id).draws()) > 10_000)
            .count();
        assert!((900..1_100).contains(&beyond), "{beyond} of 100,000 are beyond");
    }

    #[test]
    fn impossible_models_are_refused_with_the_reason() {
        let refused = [
            (Latency::Uniform { min_us: 2, max_us: 1 }, "min is above max"),
            (Latency::Exponential { mean_us: 0.0 }, "mean is 0, but must be a number above zero"),
            (Latency::Exponential { mean_us: f64::NAN }, "mean is NaN"),
            (Latency::Pareto { scale_us: 1.0, shape: -1.0 }, "shape is -1"),
            (Latency::Constant { us: u64::MAX }, "above 1,000 days"),
            (Latency::Mixture(vec![]), "at least one part"),
        ];
        for (model, reason) in refused {
            let error = model.check().expect_err("an impossible model").to_string();
            assert!(error.contains(reason), "{error:?} does not say {reason:?}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_numbers_never_panic(a: f64, b: f64, min: u64, max: u64, seed: u64) {
            let models = vec![
                (a, Latency::Pareto { scale_us: a, shape: b }),
                (b, Latency::Exponential { mean_us: a }),
                (1.0, Latency::Uniform { min_us: min / 2, max_us: max / 2 }),
            ];
            let model = Latency::Mixture(models);
            let _ = model.check();
            let _ = model.sample_us(&mut Seed::new(seed).draws());
        }
    }
}
