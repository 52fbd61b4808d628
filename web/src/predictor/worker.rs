//! The worker: its queue of jobs, run one slice at a time.

use std::collections::VecDeque;

use gloo::timers::callback::Timeout;
use gloo::worker::{HandlerId, Worker, WorkerScope};

use crate::job::{Answer, Order, Part, Work};

/// The worker. It runs the curve's job before the rows' jobs, and receives newer orders between slices.
#[derive(Debug)]
pub struct Predictor {
    /// The curve's job, and whether an answer of it was already posted.
    curve: Option<(Work, bool)>,
    /// The unfinished jobs of the playbook's rows, in their order.
    rows: VecDeque<Work>,
    /// The receiver of the answers.
    asker: Option<HandlerId>,
    /// The timer of the next slice, or `None` while no job is unfinished.
    next: Option<Timeout>,
}

/// The worker's message to itself that the next slice is due.
#[derive(Debug)]
pub struct Slice;

impl Worker for Predictor {
    type Message = Slice;
    type Input = Order;
    type Output = Answer;

    fn create(_scope: &WorkerScope<Self>) -> Self {
        Self { curve: None, rows: VecDeque::new(), asker: None, next: None }
    }

    fn update(&mut self, scope: &WorkerScope<Self>, Slice: Slice) {
        self.next = None;
        if let (Some(answer), Some(asker)) = (self.slice(), self.asker) {
            scope.respond(asker, answer);
        }
        self.go_on(scope);
    }

    fn received(&mut self, scope: &WorkerScope<Self>, order: Order, asker: HandlerId) {
        self.asker = Some(asker);
        self.take(order);
        self.go_on(scope);
    }
}

impl Predictor {
    /// Accepts an order, which replaces the older one of its kind.
    fn take(&mut self, order: Order) {
        match order {
            Order::Curve(number, job) => {
                self.curve = Some((Work::new(number, Part::Curve, *job), false));
            }
            Order::Rows(number, jobs) => {
                let rows = (0..).map(Part::Row).zip(jobs);
                self.rows = rows.map(|(part, job)| Work::new(number, part, job)).collect();
            }
        }
    }

    /// Runs a slice of the first job. Returns the answer to post, or `None` if there is none: only the first
    /// slice of a curve and finished jobs are answered. The early answer lets a changed setting soon show its
    /// effect.
    fn slice(&mut self) -> Option<Answer> {
        if let Some((work, posted)) = &mut self.curve {
            let ready = work.slice();
            let answer = work.answer().filter(|_| ready || !*posted);
            *posted = true;
            if ready {
                self.curve = None;
            }
            return answer;
        }
        let work = self.rows.front_mut()?;
        if !work.slice() {
            return None;
        }
        self.rows.pop_front()?.answer()
    }

    /// Sets a timer for the next slice if a job is unfinished. A timer lets the worker first receive the
    /// messages that have arrived.
    fn go_on(&mut self, scope: &WorkerScope<Self>) {
        let busy = self.curve.is_some() || !self.rows.is_empty();
        if busy && self.next.is_none() {
            let scope = scope.clone();
            self.next = Some(Timeout::new(0, move || scope.send_message(Slice)));
        }
    }
}
