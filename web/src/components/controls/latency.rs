//! Latency models as a person sets them: a form and a mean.

use ringside_lab::Duration;
use ringside_lab::scenario::{LatencyModel, Part, PartModel};

/// The form of a latency model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Always the same.
    Constant,
    /// Equally likely between two bounds.
    Uniform,
    /// Memoryless.
    Exponential,
    /// Heavy-tailed.
    Pareto,
    /// One of several, as only a scenario's file can have it.
    Mixture,
}

impl Form {
    /// The forms that a person can choose.
    pub(crate) const CHOICE: [Self; 4] =
        [Self::Constant, Self::Uniform, Self::Exponential, Self::Pareto];

    /// Gives the form of a model.
    pub(crate) const fn of(model: &LatencyModel) -> Self {
        match model {
            LatencyModel::Constant(_) => Self::Constant,
            LatencyModel::Uniform { .. } => Self::Uniform,
            LatencyModel::Exponential { .. } => Self::Exponential,
            LatencyModel::Pareto { .. } => Self::Pareto,
            LatencyModel::Mixture(_) => Self::Mixture,
        }
    }

    /// Gives the form's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Uniform => "uniform",
            Self::Exponential => "exponential",
            Self::Pareto => "Pareto",
            Self::Mixture => "mixture",
        }
    }

    /// Finds the form of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::CHOICE.into_iter().find(|form| form.name() == name)
    }

    /// Makes a model of this form with a mean; a mixture cannot be made of a mean alone.
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

/// The tail index of a Pareto model that is made here: heavy enough to be seen, with a finite
/// variance.
const PARETO_SHAPE: f64 = 2.5;

/// The mean that is assumed of a model that has none, because its tail is too heavy.
const MEAN_OF_NONE_MS: f64 = 10.0;

/// Gives a model's mean in milliseconds, or a usual one where it has none.
pub(crate) fn mean_ms(model: &LatencyModel) -> f64 {
    model.mean_ms().filter(|mean| mean.is_finite() && *mean > 0.0).unwrap_or(MEAN_OF_NONE_MS)
}

/// Stretches a model until it has this mean, and keeps its form.
pub(crate) fn stretched(model: &LatencyModel, to_mean_ms: f64) -> LatencyModel {
    let factor = to_mean_ms / mean_ms(model);
    let stretch = |it: Duration| duration(it.as_ms() * factor);
    match model {
        LatencyModel::Constant(delay) => LatencyModel::Constant(stretch(*delay)),
        LatencyModel::Uniform { min, max } => {
            LatencyModel::Uniform { min: stretch(*min), max: stretch(*max) }
        }
        LatencyModel::Exponential { mean } => LatencyModel::Exponential { mean: stretch(*mean) },
        LatencyModel::Pareto { scale, shape } => {
            LatencyModel::Pareto { scale: stretch(*scale), shape: *shape }
        }
        LatencyModel::Mixture(parts) => {
            let stretch = |part: &Part| Part {
                weight: part.weight,
                latency: match part.latency {
                    PartModel::Constant(delay) => PartModel::Constant(stretch(delay)),
                    PartModel::Uniform { min, max } => {
                        PartModel::Uniform { min: stretch(min), max: stretch(max) }
                    }
                    PartModel::Exponential { mean } => {
                        PartModel::Exponential { mean: stretch(mean) }
                    }
                    PartModel::Pareto { scale, shape } => {
                        PartModel::Pareto { scale: stretch(scale), shape }
                    }
                },
            };
            LatencyModel::Mixture(parts.iter().map(stretch).collect())
        }
    }
}

/// Makes a duration of at least a microsecond: no model accepts a mean of zero.
fn duration(ms: f64) -> Duration {
    Duration::from_us((ms * 1e3).round().max(1.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_keeps_the_mean_that_it_was_given() {
        for form in Form::CHOICE {
            let model = form.with_mean(10.0).expect("a form that can be chosen");
            assert_eq!(Form::of(&model), form);
            assert_eq!(Form::named(form.name()), Some(form));
            assert!((mean_ms(&model) - 10.0).abs() < 0.01, "{model:?}");
            let longer = stretched(&model, 25.0);
            assert_eq!(Form::of(&longer), form);
            assert!((mean_ms(&longer) - 25.0).abs() < 0.01, "{longer:?}");
        }
    }

    #[test]
    fn a_mixture_is_stretched_part_by_part() {
        let ms = Duration::from_ms;
        let part = |weight, latency| Part { weight, latency };
        let model = LatencyModel::Mixture(vec![
            part(1.0, PartModel::Constant(ms(5))),
            part(1.0, PartModel::Exponential { mean: ms(15) }),
        ]);
        let longer = stretched(&model, 20.0);
        assert!((mean_ms(&longer) - 20.0).abs() < 0.01);
        assert!(Form::Mixture.with_mean(1.0).is_none());
    }

    #[test]
    fn a_tail_without_a_mean_is_no_trouble() {
        let model = LatencyModel::Pareto { scale: Duration::from_ms(1), shape: 0.5 };
        assert!((mean_ms(&model) - MEAN_OF_NONE_MS).abs() < 1e-9);
        assert_eq!(Form::of(&stretched(&model, 20.0)), Form::Pareto);
    }
}
