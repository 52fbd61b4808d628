//! Jobs of the predictor and their forecasts, as plain data.

use ringside_lab::pbs::{
    Coordinator, Legs, Point, Prediction, PredictionReport, Quantile, ReadsTo, Share, Wars,
};
use serde::{Deserialize, Serialize};

/// A prediction to compute: the model's parameters, the times and the trials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The number of replicas of a key.
    pub n: u16,
    /// The number of answers that a read needs.
    pub r: u16,
    /// The number of acknowledgements that a write needs.
    pub w: u16,
    /// The replicas that a read is sent to.
    pub reads_to: ReadsTo,
    /// The choice of coordinators.
    pub coordinator: Coordinator,
    /// The distributions of the delays of the four legs.
    pub legs: Legs,
    /// The times after the commit at which to predict the chance of a fresh read, in milliseconds.
    pub times_ms: Vec<f64>,
    /// The number of trials.
    pub trials: u32,
    /// The seed of the trials.
    pub seed: u64,
}

/// The part of the page that a prediction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The line of the staleness curve.
    Curve,
    /// A row of the playbook, as the index of its job in the order.
    Row(u32),
}

/// An order of the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// The job of the staleness curve, with the number of the order, which the answer repeats. The job
    /// replaces an unfinished one.
    Curve(u32, Box<Job>),
    /// The jobs of the playbook's rows, with the number of the order, which the answers repeat. The jobs
    /// replace unfinished ones, and wait while a curve is being computed.
    Rows(u32, Vec<Job>),
}

/// An answer of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The number of the order.
    pub order: u32,
    /// The part of the page that the answer is for.
    pub part: Part,
    /// The forecast, or the reason why the job is impossible.
    pub outcome: Result<Forecast, String>,
}

/// The result of a prediction, final or so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The number of trials so far.
    pub trials: u32,
    /// The chance of a fresh read at each time in milliseconds after the commit, ascending.
    pub fresh: Vec<(f64, Share)>,
    /// The times after the commit at which 99% and 99.9% of the reads are fresh.
    pub t_visibility_ms: Vec<Quantile>,
    /// The latency of reads: median, 99% and 99.9%.
    pub read_ms: Vec<Quantile>,
    /// The latency of writes: median, 99% and 99.9%.
    pub write_ms: Vec<Quantile>,
}

impl From<PredictionReport> for Forecast {
    fn from(report: PredictionReport) -> Self {
        let fresh = |point: Point| (point.t_ms, point.share);
        Self {
            trials: report.trials,
            fresh: report.p_consistent.into_iter().map(fresh).collect(),
            t_visibility_ms: report.t_visibility_ms,
            read_ms: report.read_ms,
            write_ms: report.write_ms,
        }
    }
}

/// The number of trials of the first slice, which is small so that the page soon shows a result.
const FIRST_SLICE: u32 = 50_000;

/// The number of trials of each further slice. Between slices the worker handles the messages that have
/// arrived. Browsers delay a timer by four milliseconds once timers are nested five deep; a million trials
/// end before that.
const SLICE: u32 = 240_000;

/// A job in progress.
#[derive(Debug)]
pub(crate) struct Work {
    /// The number of the job's order.
    order: u32,
    part: Part,
    job: Job,
    /// The prediction so far, or the reason why the job is impossible. `None` before the first slice, because
    /// a prediction takes more than a megabyte.
    prediction: Option<Result<Prediction, String>>,
}

impl Work {
    /// Wraps a job, without starting it.
    pub(crate) const fn new(order: u32, part: Part, job: Job) -> Self {
        Self { order, part, job, prediction: None }
    }

    /// Runs the next slice. Returns whether the job is finished, which an impossible job is at once.
    pub(crate) fn slice(&mut self) -> bool {
        let job = &self.job;
        let Ok(prediction) = self.prediction.get_or_insert_with(|| job.prediction()) else {
            return true;
        };
        let done = prediction.trials();
        let slice = if done == 0 { FIRST_SLICE } else { SLICE };
        prediction.run(done..done.saturating_add(slice).min(job.trials));
        prediction.trials() >= job.trials
    }

    /// Returns the answer so far, or `None` before the first slice.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let forecast = |prediction: &Prediction| prediction.report().into();
        let outcome = self.prediction.as_ref()?.as_ref().map(forecast).map_err(Clone::clone);
        Some(Answer { order: self.order, part: self.part, outcome })
    }
}

impl Job {
    /// Builds the prediction, with no trials yet.
    ///
    /// # Errors
    ///
    /// Returns the reason if the model or a time is impossible.
    fn prediction(&self) -> Result<Prediction, String> {
        let wars = Wars::new(self.n, self.r, self.w, self.reads_to, self.legs.clone())
            .map_err(|error| error.to_string())?;
        let wars = wars.with_coordinator(self.coordinator);
        Prediction::new(wars, &self.times_ms, self.seed).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use ringside_lab::pbs::Preset;

    use super::*;

    fn job() -> Job {
        Job {
            n: 3,
            r: 1,
            w: 1,
            reads_to: ReadsTo::All,
            coordinator: Coordinator::Replica,
            legs: Preset::LnkdDisk.legs(),
            times_ms: vec![0.0, 10.0],
            trials: FIRST_SLICE + SLICE + 7,
            seed: 1,
        }
    }

    #[test]
    fn slices_give_the_same_result_as_one_run() {
        let job = job();
        let mut work = Work::new(5, Part::Curve, job.clone());
        assert_eq!(work.answer(), None);
        let slices = (1..9).find(|_| work.slice());
        assert_eq!(slices, Some(3));
        let mut at_once = job.prediction().expect("a possible job");
        at_once.run(0..job.trials);
        let expected = Answer { order: 5, part: Part::Curve, outcome: Ok(at_once.report().into()) };
        assert_eq!(work.answer(), Some(expected));
    }

    #[test]
    fn a_prediction_uses_the_model_of_its_job() {
        let job = job();
        let wars = Wars::new(3, 1, 1, ReadsTo::All, Preset::LnkdDisk.legs()).expect("a model");
        let wars = wars.with_coordinator(Coordinator::Replica);
        assert_eq!(job.prediction().map(|it| it.wars().clone()), Ok(wars));
    }

    #[test]
    fn an_impossible_job_is_answered_with_the_reason() {
        let mut work = Work::new(1, Part::Row(3), Job { r: 4, ..job() });
        assert!(work.slice());
        let reason = work.answer().map(|answer| answer.outcome.expect_err("R above N"));
        assert_eq!(reason.as_deref(), Some("r is 4, but must be from 1 to 3"));
    }

    #[test]
    fn orders_and_answers_survive_encoding_and_decoding() {
        let order = Order::Rows(7, vec![job(), Job { legs: Preset::Wan.legs(), ..job() }]);
        let bytes = postcard::to_allocvec(&order).expect("bytes");
        assert_eq!(postcard::from_bytes(&bytes), Ok(order));
        let mut work = Work::new(7, Part::Row(1), job());
        work.slice();
        let answer = work.answer().expect("a slice has run");
        let bytes = postcard::to_allocvec(&answer).expect("bytes");
        assert_eq!(postcard::from_bytes(&bytes), Ok(answer));
    }
}
