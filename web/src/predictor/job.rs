//! Jobs of the predictor and their forecasts, as plain data.

use ringside_lab::pbs::{
    Coordinator, Legs, Point, Prediction, PredictionReport, Quantile, ReadsTo, Share, Wars,
};
use serde::{Deserialize, Serialize};

/// A prediction that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The replicas of a key.
    pub n: u16,
    /// The answers that a read needs.
    pub r: u16,
    /// The acknowledgements that a write needs.
    pub w: u16,
    /// The replicas that a read asks.
    pub reads_to: ReadsTo,
    /// The choice of coordinators.
    pub coordinator: Coordinator,
    /// The delays of the four legs.
    pub legs: Legs,
    /// At which times after the commit the chance of a fresh read is wanted, in milliseconds.
    pub times_ms: Vec<f64>,
    /// The number of trials.
    pub trials: u32,
    /// The seed of the trials.
    pub seed: u64,
}

/// Which of the predictions that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The line of the staleness curve.
    Curve,
    /// A row of the playbook, by the place of its job in the order.
    Row(u32),
}

/// An order of the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// The curve, in place of the one that is being worked on. The number comes back with the answer.
    Curve(u32, Box<Job>),
    /// The rows of the playbook, in place of those that are being worked on. Curves go first.
    Rows(u32, Vec<Job>),
}

/// An answer of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The number of the order.
    pub order: u32,
    /// The part of the page that the answer is for.
    pub part: Part,
    /// The forecast, or why there can be none.
    pub outcome: Result<Forecast, String>,
}

/// A prediction.
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

/// The number of trials of the first slice, which is small so that there is soon something to see.
const FIRST_SLICE: u32 = 50_000;

/// The number of trials of the other slices. Between two of them the worker handles arrived messages, and
/// browsers let a timer wait for four milliseconds once five have called each other: a million trials are
/// over before that.
const SLICE: u32 = 240_000;

/// A job under way.
#[derive(Debug)]
pub(crate) struct Work {
    /// The number of its order.
    order: u32,
    part: Part,
    job: Job,
    /// The prediction so far, or `None` before the first slice, because it takes more than a megabyte.
    prediction: Option<Result<Prediction, String>>,
}

impl Work {
    /// Takes a job.
    pub(crate) const fn new(order: u32, part: Part, job: Job) -> Self {
        Self { order, part, job, prediction: None }
    }

    /// Runs a slice. Returns whether it was the last one.
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

    /// Returns the forecast so far, or `None` before the first slice.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let forecast = |prediction: &Prediction| prediction.report().into();
        let outcome = self.prediction.as_ref()?.as_ref().map(forecast).map_err(Clone::clone);
        Some(Answer { order: self.order, part: self.part, outcome })
    }
}

impl Job {
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
    fn slices_come_to_what_one_run_comes_to() {
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
    fn a_job_is_of_the_model_that_was_asked_for() {
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
    fn orders_and_answers_survive_the_border() {
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
