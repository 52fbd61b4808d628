//! Predictions of PBS for the run, computed in a web worker.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::worker::{Spawnable, WorkerBridge};
use ringside_lab::Quorum;
use ringside_lab::instruments::ModelParameters;
use ringside_lab::pbs::Wars;
use ringside_predictor::{Answer, Job, Order, Part, Postcard, Predictor};
use yew::{hook, use_effect_with, use_memo};

use super::Engine;
use crate::graphics::charts::times_ms;
use crate::state::prediction::Prediction;
use crate::state::{Action, playbook};

/// The script that starts the worker, beside the page: see `static/predictor_loader.js`.
const PROGRAM: &str = "predictor_loader.js";

/// Trials of the curve: its uncertainty is then a tenth of a percentage point.
const CURVE_TRIALS: u32 = 1_000_000;

/// Trials of a row of the playbook: its uncertainty is then a third of a percentage point.
const ROW_TRIALS: u32 = 100_000;

/// The seed of all predictions: two settings then share all draws that they have in common, and the
/// difference between two curves is caused by the setting.
const SEED: u64 = 1;

/// The page's end of the worker.
struct Worker {
    bridge: WorkerBridge<Predictor>,
    asked: Rc<Asked>,
}

/// The latest orders, to recognise answers to older ones.
#[derive(Default)]
struct Asked {
    curve: Cell<u32>,
    rows: Cell<u32>,
    /// The N, R and W of the rows of the latest order.
    quorums: RefCell<Vec<Quorum>>,
}

impl Asked {
    /// Accepts an answer to the latest order; an answer to an older one is dropped.
    fn take(&self, answer: Answer) -> Option<Prediction> {
        let Answer { order, part, outcome } = answer;
        let outcome = outcome.map(Rc::new);
        match part {
            Part::Curve if order == self.curve.get() => Some(Prediction::Curve(outcome)),
            Part::Row(place) if order == self.rows.get() => {
                let quorum = self.quorums.borrow().get(place as usize).copied()?;
                Some(Prediction::Row(quorum, outcome))
            }
            _ => None,
        }
    }
}

impl Worker {
    fn start(engine: &Engine) -> Self {
        let asked = Rc::new(Asked::default());
        let bridge = {
            let (engine, asked) = (engine.clone(), asked.clone());
            let on_answer = move |answer: Answer| {
                if let Some(prediction) = asked.take(answer) {
                    engine.dispatch(Action::Predicted(prediction));
                }
            };
            Predictor::spawner()
                .encoding::<Postcard>()
                .callback(on_answer)
                .spawn_with_loader(PROGRAM)
        };
        Self { bridge, asked }
    }

    fn ask_curve(&self, wars: &Wars) {
        let number = self.asked.curve.get().wrapping_add(1);
        self.asked.curve.set(number);
        let quorum = (wars.n(), wars.r(), wars.w());
        let job = job(wars, quorum, times_ms(), CURVE_TRIALS);
        self.bridge.send(Order::Curve(number, Box::new(job)));
    }

    fn ask_rows(&self, wars: &Wars, rows: &[Quorum]) {
        let number = self.asked.rows.get().wrapping_add(1);
        self.asked.rows.set(number);
        self.asked.quorums.replace(rows.to_vec());
        let of = |row: &Quorum| job(wars, (row.n(), row.r(), row.w()), vec![0.0], ROW_TRIALS);
        self.bridge.send(Order::Rows(number, rows.iter().map(of).collect()));
    }
}

fn job(wars: &Wars, (n, r, w): (u16, u16, u16), times_ms: Vec<f64>, trials: u32) -> Job {
    Job {
        n,
        r,
        w,
        reads_to: wars.reads_to(),
        coordinator: wars.coordinator(),
        legs: wars.legs().clone(),
        times_ms,
        trials,
        seed: SEED,
    }
}

/// Requests predictions for the model parameters of the run whenever these change. The worker starts at the
/// first request; nothing is requested while no prediction is shown.
#[hook]
pub(crate) fn use_predictions(
    engine: &Engine,
    model_parameters: Option<&Result<ModelParameters, String>>,
    in_force: Quorum,
) {
    let worker = use_memo((), |()| RefCell::new(None::<Worker>));
    let wars = model_parameters
        .map(|model_parameters| model_parameters.as_ref().map(|it| it.wars.clone()));
    let wars = wars.map(|wars| wars.map_err(Clone::clone));
    let conditions = wars.clone().and_then(Result::ok);
    {
        let worker = worker.clone();
        use_effect_with((engine.clone(), wars), move |(engine, wars)| match wars {
            None => {}
            Some(Err(reason)) => {
                let prediction = Prediction::Curve(Err(reason.clone()));
                engine.dispatch(Action::Predicted(prediction));
            }
            Some(Ok(wars)) => {
                let mut worker = worker.borrow_mut();
                worker.get_or_insert_with(|| Worker::start(engine)).ask_curve(wars);
            }
        });
    }
    // The rows differ in N, R and W alone.
    let rows = playbook::rows(in_force);
    let shared =
        conditions.as_ref().map(|wars| (wars.legs().clone(), wars.reads_to(), wars.coordinator()));
    use_effect_with((engine.clone(), shared, rows), move |(engine, _, rows)| {
        if let Some(wars) = &conditions {
            let mut worker = worker.borrow_mut();
            worker.get_or_insert_with(|| Worker::start(engine)).ask_rows(wars, rows);
        }
    });
}

#[cfg(test)]
mod tests {
    use ringside_predictor::Forecast;

    use super::*;
    use crate::state::prediction::Predictions;

    fn answer(order: u32, part: Part) -> Answer {
        Answer { order, part, outcome: Ok(Forecast { trials: order, ..Forecast::default() }) }
    }

    #[test]
    fn only_the_latest_order_is_answered() {
        let quorum = Quorum::new(3, 1, 1).expect("possible sizes");
        let asked = Asked::default();
        asked.curve.set(4);
        asked.rows.set(9);
        asked.quorums.replace(vec![quorum]);
        let mut predictions = Predictions::default();
        let answers = [
            (4, Part::Curve),
            (3, Part::Curve),
            (9, Part::Row(0)),
            (8, Part::Row(0)),
            (9, Part::Row(1)),
        ];
        for (order, part) in answers {
            if let Some(prediction) = asked.take(answer(order, part)) {
                predictions.store(prediction);
            }
        }
        assert_eq!(predictions.curve().map(|it| it.trials), Some(4));
        assert_eq!(predictions.row(quorum).map(|it| it.trials), Some(9));
    }
}
