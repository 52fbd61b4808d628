//! PBS predictions for a combination.

use serde::{Deserialize, Serialize};

use crate::lab::{Command, Lab};
use ringside_staleness::pbs::{Prediction, Quantile};

/// The number of trials between two calls of `stop`.
const SLICE: u32 = 20_000;

/// The PBS prediction for a combination, from its settings alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicted {
    /// The predicted figures, or `None` if nothing can be predicted.
    pub figures: Option<Figures>,
    /// The properties of the run that the model lacks, or the reason why nothing can be predicted.
    pub caveats: Vec<String>,
}

/// Predicted figures. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// The number of trials.
    pub trials: u32,
    /// The number of trials in which a read was fresh that began when the write was acknowledged.
    pub fresh_at_once: u32,
    /// The time after the acknowledgement from which 99.9% of the reads are fresh.
    pub t_visibility_ns: u64,
    /// The 99.9th percentile of the latency of reads.
    pub read_ns: u64,
    /// The 99.9th percentile of the latency of writes.
    pub write_ns: u64,
}

impl Predicted {
    /// Predicts a run with its present settings, or returns `None` if `stop` returns `true`.
    pub(super) fn of(lab: &Lab, trials: u32, stop: &dyn Fn() -> bool) -> Option<Self> {
        let model_parameters = match lab.model_parameters() {
            Ok(model_parameters) => model_parameters,
            Err(reason) => return Some(Self { figures: None, caveats: vec![reason] }),
        };
        let mut caveats = model_parameters.caveats;
        if lab.scenario().events.iter().any(|event| !is_request(&event.command)) {
            caveats.push("The schedule acts on the run; the model has it as it begins.".into());
        }
        // Each combination has the same seed, so that differences come from the settings.
        let Ok(mut prediction) = Prediction::new(model_parameters.wars, &[], 1) else {
            return Some(Self { figures: None, caveats });
        };
        for start in (0..trials).step_by(SLICE as usize) {
            if stop() {
                return None;
            }
            prediction.run(start..start.saturating_add(SLICE).min(trials));
        }
        Some(Self { figures: Figures::of(&prediction), caveats })
    }
}

/// Whether a command is a client's request, which changes no setting of the run.
const fn is_request(command: &Command) -> bool {
    matches!(command, Command::Put { .. } | Command::Get { .. } | Command::Delete { .. })
}

impl Figures {
    /// Returns the figures of a prediction, or `None` before its first trial.
    fn of(prediction: &Prediction) -> Option<Self> {
        let trials = prediction.trials();
        let ns = |quantile: Quantile| (quantile.value_ms * 1e6).round() as u64;
        Some(Self {
            trials,
            fresh_at_once: (prediction.p_at_once()?.value * f64::from(trials)).round() as u32,
            t_visibility_ns: ns(prediction.t_visibility(0.999)?),
            read_ns: ns(prediction.read_latency(0.999)?),
            write_ns: ns(prediction.write_latency(0.999)?),
        })
    }
}
