//! Latency models as the user sets them: a distribution and a mean.

use ringside_lab::Duration;
use ringside_lab::scenario::{LatencyModel, Part, PartModel};

/// The distribution of a latency model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LatencyForm {
    /// Always the same.
    Constant,
    /// Equally likely between two bounds.
    Uniform,
    /// Memoryless.
    Exponential,
    /// Heavy-tailed.
    Pareto,
    /// One of several at random; only a scenario file can define it.
    Mixture,
}

impl LatencyForm {
    /// The distributions that the user can choose.
    pub(crate) const CHOICE: [Self; 4] =
        [Self::Constant, Self::Uniform, Self::Exponential, Self::Pareto];

    /// Returns the distribution of a model.
    pub(crate) const fn of(model: &LatencyModel) -> Self {
        match model {
            LatencyModel::Constant(_) => Self::Constant,
            LatencyModel::Uniform { .. } => Self::Uniform,
            LatencyModel::Exponential { .. } => Self::Exponential,
            LatencyModel::Pareto { .. } => Self::Pareto,
            LatencyModel::Mixture(_) => Self::Mixture,
        }
    }

    /// The name of the distribution.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Uniform => "uniform",
            Self::Exponential => "exponential",
            Self::Pareto => "Pareto",
            Self::Mixture => "mixture",
        }
    }

    /// Returns the distribution with this name that the user can choose, or `None` if there is none.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::CHOICE.into_iter().find(|form| form.name() == name)
    }

    /// Returns a model with this distribution and mean, or `None` for a mixture.
    pub(crate) fn with_mean(self, mean_ms: f64) -> Option<LatencyModel> {
        Some(match self {
            Self::Constant => LatencyModel::Constant(duration(mean_ms)),
            Self::Uniform => {
                LatencyModel::Uniform { min: duration(mean_ms * 0.5), max: duration(mean_ms * 1.5) }
            }
            Self::Exponential => LatencyModel::Exponential { mean: duration(mean_ms) },
            Self::Pareto => LatencyModel::Pareto {
                scale: duration(mean_ms * (PARETO_SHAPE - 1.0) / PARETO_SHAPE),
                shape: PARETO_SHAPE,
            },
            Self::Mixture => return None,
        })
    }
}

/// The tail index of new Pareto models: a tail heavy enough to be seen, with a finite variance.
const PARETO_SHAPE: f64 = 2.5;

/// The mean assumed for a model that has none, because its tail is too heavy.
const ASSUMED_MEAN_MS: f64 = 10.0;

/// Returns the mean of a model in milliseconds, or an assumed one if it has none.
pub(crate) fn mean_ms(model: &LatencyModel) -> f64 {
    model.mean_ms().filter(|mean| mean.is_finite() && *mean > 0.0).unwrap_or(ASSUMED_MEAN_MS)
}

/// Scales a model to another mean and keeps its distribution.
pub(crate) fn scaled_to(model: &LatencyModel, to_mean_ms: f64) -> LatencyModel {
    let factor = to_mean_ms / mean_ms(model);
    let scale = |it: Duration| duration(it.as_ms() * factor);
    match model {
        LatencyModel::Constant(delay) => LatencyModel::Constant(scale(*delay)),
        LatencyModel::Uniform { min, max } => {
            LatencyModel::Uniform { min: scale(*min), max: scale(*max) }
        }
        LatencyModel::Exponential { mean } => LatencyModel::Exponential { mean: scale(*mean) },
        LatencyModel::Pareto { scale: least, shape } => {
            LatencyModel::Pareto { scale: scale(*least), shape: *shape }
        }
        LatencyModel::Mixture(parts) => {
            let scale_part = |part: &Part| Part {
                weight: part.weight,
                latency: match part.latency {
                    PartModel::Constant(delay) => PartModel::Constant(scale(delay)),
                    PartModel::Uniform { min, max } => {
                        PartModel::Uniform { min: scale(min), max: scale(max) }
                    }
                    PartModel::Exponential { mean } => PartModel::Exponential { mean: scale(mean) },
                    PartModel::Pareto { scale: least, shape } => {
                        PartModel::Pareto { scale: scale(least), shape }
                    }
                },
            };
            LatencyModel::Mixture(parts.iter().map(scale_part).collect())
        }
    }
}

/// Returns a duration of at least one microsecond: no model accepts a mean of zero.
fn duration(ms: f64) -> Duration {
    Duration::from_us((ms * 1e3).round().max(1.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_the_mean_it_was_given() {
        for form in LatencyForm::CHOICE {
            let model = form.with_mean(10.0).expect("a form that can be chosen");
            assert_eq!(LatencyForm::of(&model), form);
            assert_eq!(LatencyForm::named(form.name()), Some(form));
            assert!((mean_ms(&model) - 10.0).abs() < 0.01, "{model:?}");
            let longer = scaled_to(&model, 25.0);
            assert_eq!(LatencyForm::of(&longer), form);
            assert!((mean_ms(&longer) - 25.0).abs() < 0.01, "{longer:?}");
        }
    }

    #[test]
    fn a_mixture_is_scaled_part_by_part() {
        let ms = Duration::from_ms;
        let part = |weight, latency| Part { weight, latency };
        let model = LatencyModel::Mixture(vec![
            part(1.0, PartModel::Constant(ms(5))),
            part(1.0, PartModel::Exponential { mean: ms(15) }),
        ]);
        let longer = scaled_to(&model, 20.0);
        assert!((mean_ms(&longer) - 20.0).abs() < 0.01);
        assert!(LatencyForm::Mixture.with_mean(1.0).is_none());
    }

    #[test]
    fn a_tail_without_a_mean_can_be_scaled() {
        let model = LatencyModel::Pareto { scale: Duration::from_ms(1), shape: 0.5 };
        assert!((mean_ms(&model) - ASSUMED_MEAN_MS).abs() < 1e-9);
        assert_eq!(LatencyForm::of(&scaled_to(&model, 20.0)), LatencyForm::Pareto);
    }
}
