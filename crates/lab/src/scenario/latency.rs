//! Latency models, in the form of scenario files.

use ringside_random::Latency;
use ringside_store::Duration;
use serde::{Deserialize, Serialize};

use crate::error::ScenarioError;

/// A latency model, in the form of scenario files: `{"exponential": {"mean": "5ms"}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LatencyModel {
    /// A constant delay.
    Constant(Duration),
    /// A uniform distribution between two bounds.
    Uniform {
        /// The shortest delay.
        min: Duration,
        /// The longest delay.
        max: Duration,
    },
    /// An exponential distribution, which is memoryless.
    Exponential {
        /// The mean delay.
        mean: Duration,
    },
    /// A Pareto distribution, which is heavy-tailed: the probability of exceeding x is (scale / x)^shape.
    Pareto {
        /// The shortest delay.
        scale: Duration,
        /// The tail index: the smaller, the heavier the tail.
        shape: f64,
    },
    /// One of several models for each delay, by weight.
    Mixture(Vec<Part>),
}

/// One part of a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The weight of this part against the other parts.
    pub weight: f64,
    /// The model.
    pub latency: PartModel,
}

/// The model of a part of a mixture: any model but a mixture. Nested mixtures in a shared link could
/// otherwise overflow the stack that reads them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PartModel {
    /// See [`LatencyModel::Constant`].
    Constant(Duration),
    /// See [`LatencyModel::Uniform`].
    Uniform {
        /// The shortest delay.
        min: Duration,
        /// The longest delay.
        max: Duration,
    },
    /// See [`LatencyModel::Exponential`].
    Exponential {
        /// The mean delay.
        mean: Duration,
    },
    /// See [`LatencyModel::Pareto`].
    Pareto {
        /// The shortest delay.
        scale: Duration,
        /// The tail index.
        shape: f64,
    },
}

impl From<&PartModel> for LatencyModel {
    fn from(part: &PartModel) -> Self {
        match *part {
            PartModel::Constant(delay) => Self::Constant(delay),
            PartModel::Uniform { min, max } => Self::Uniform { min, max },
            PartModel::Exponential { mean } => Self::Exponential { mean },
            PartModel::Pareto { scale, shape } => Self::Pareto { scale, shape },
        }
    }
}

/// The most parts that a mixture may have.
const MOST_PARTS: usize = 16;

impl LatencyModel {
    /// Returns the distribution of the model, from which delays can be drawn.
    ///
    /// # Errors
    ///
    /// The part of the model that is invalid, and the reason.
    pub fn to_latency(&self) -> Result<Latency, ScenarioError> {
        let us = |duration: &Duration| duration.as_us() as f64;
        let (name, latency) = match self {
            Self::Constant(delay) => ("constant", Latency::Constant { us: delay.as_us() }),
            Self::Uniform { min, max } => {
                ("uniform", Latency::Uniform { min_us: min.as_us(), max_us: max.as_us() })
            }
            Self::Exponential { mean } => {
                ("exponential", Latency::Exponential { mean_us: us(mean) })
            }
            Self::Pareto { scale, shape } => {
                ("pareto", Latency::Pareto { scale_us: us(scale), shape: *shape })
            }
            Self::Mixture(parts) => return mixture(parts).map_err(|e| e.within("mixture")),
        };
        latency.check().map_err(|error| ScenarioError::new(name, error))?;
        Ok(latency)
    }

    /// Returns the mean delay in milliseconds, or `None` for an invalid model. The mean is infinite if the
    /// tail is too heavy.
    pub fn mean_ms(&self) -> Option<f64> {
        self.to_latency().ok().map(|latency| latency.mean_us() / 1e3)
    }
}

fn mixture(parts: &[Part]) -> Result<Latency, ScenarioError> {
    if parts.len() > MOST_PARTS {
        let reason = format!("{} parts, but {MOST_PARTS} is the most", parts.len());
        return Err(ScenarioError::new("", reason));
    }
    let part = |(index, part): (usize, &Part)| {
        let latency = LatencyModel::from(&part.latency).to_latency();
        let latency = latency.map_err(|error| error.within("latency").within(format!("[{index}]")));
        latency.map(|latency| (part.weight, latency))
    };
    let parts: Vec<(f64, Latency)> =
        parts.iter().enumerate().map(part).collect::<Result<_, _>>()?;
    let latency = Latency::Mixture(parts);
    latency.check().map_err(|error| ScenarioError::new("", error))?;
    Ok(latency)
}
