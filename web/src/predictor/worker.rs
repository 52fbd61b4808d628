//! The worker itself: what it has to do, a slice at a time.

use std::collections::VecDeque;

use gloo::timers::callback::Timeout;
use gloo::worker::{HandlerId, Worker, WorkerScope};

use crate::job::{Answer, Order, Part, Work};

/// Works on predictions, the curve's first, and looks for newer orders between slices.
#[derive(Debug)]
pub struct Predictor {
    /// The curve, and whether something of it was already posted.
    curve: Option<(Work, bool)>,
    rows: VecDeque<Work>,
    /// The receiver of the answers.
    asker: Option<HandlerId>,
    /// The next slice; none while there is nothing to do.
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
    /// Takes an order in the place of the older one of its sort.
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

    /// Runs a slice of the first job. Returns the answers to post: finished ones, and the first slice of the
    /// curve, so that a changed setting soon shows its effect.
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

    /// Sees to it that the next slice comes, after whatever has arrived meanwhile: messages are let in
    /// between two timers only.
    fn go_on(&mut self, scope: &WorkerScope<Self>) {
        let busy = self.curve.is_some() || !self.rows.is_empty();
        if busy && self.next.is_none() {
            let scope = scope.clone();
            self.next = Some(Timeout::new(0, move || scope.send_message(Slice)));
        }
    }
}
