//! Two simulators that only schedule and fire events.
//!
//! Both keep a given number of events pending: each event that fires schedules the next, until a given
//! number have fired.

use std::cell::Cell;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use simrs::{Component, ComponentId, Scheduler, Simulation, State};

use crate::rng::Rng;

/// The number of events that fire, and of those that are pending at any time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    /// All events.
    pub(crate) events: u64,
    /// Events that are pending at any time.
    pub(crate) pending: u64,
}

/// Draws the delay of the next event: 10 ms on average, like a message of the cluster.
fn delay(rng: &mut Rng) -> Duration {
    Duration::from_micros(1 + rng.bits() % 20_000)
}

/// Fires events in `simrs` and returns their number.
pub(crate) fn simrs(workload: Workload) -> u64 {
    let mut simulation = Simulation::default();
    let left = Cell::new(workload.events - workload.pending);
    let chain = simulation.add_component(SimrsChain { left, rng: Cell::new(Rng(1)) });
    let mut rng = Rng(2);
    for number in 0..workload.pending {
        simulation.schedule(delay(&mut rng), chain, Fire(number));
    }
    let mut fired = 0;
    while simulation.step() {
        fired += 1;
    }
    fired
}

/// An event for `simrs`.
#[derive(Debug)]
struct Fire(u64);

/// A component of `simrs` that schedules one event for each that fires.
struct SimrsChain {
    left: Cell<u64>,
    rng: Cell<Rng>,
}

impl Component for SimrsChain {
    type Event = Fire;

    fn process_event(
        &self,
        self_id: ComponentId<Fire>,
        event: &Fire,
        scheduler: &mut Scheduler,
        _state: &mut State,
    ) {
        if self.left.get() > 0 {
            self.left.set(self.left.get() - 1);
            let mut rng = self.rng.get();
            scheduler.schedule(delay(&mut rng), self_id, Fire(event.0));
            self.rng.set(rng);
        }
    }
}

/// Fires events in `nexosim`, on one thread, and returns their number.
///
/// # Panics
///
/// If the simulation can't be built or run.
pub(crate) fn nexosim(workload: Workload) -> u64 {
    let left = workload.events - workload.pending;
    let model = NexosimChain { left, pending: workload.pending, rng: 1 };
    let bench = SimInit::with_num_threads(1).add_model(model, Mailbox::new(), "chain");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("one model fits");
    simulation.run().expect("nothing stops it");
    workload.events
}

/// A model of `nexosim` that schedules one event for each that fires.
#[derive(Deserialize, Serialize)]
struct NexosimChain {
    left: u64,
    pending: u64,
    rng: u64,
}

#[Model]
impl NexosimChain {
    /// Schedules the first events.
    #[nexosim(init)]
    #[expect(clippy::unused_async, reason = "nexosim awaits it")]
    async fn init(&mut self, context: &Context<Self>) {
        for number in 0..self.pending {
            self.schedule(number, context);
        }
    }

    /// Handles an event.
    #[nexosim(schedulable)]
    fn fire(&mut self, number: u64, context: &Context<Self>) {
        if self.left > 0 {
            self.left -= 1;
            self.schedule(number, context);
        }
    }

    fn schedule(&mut self, number: u64, context: &Context<Self>) {
        let mut rng = Rng(self.rng);
        let delay = delay(&mut rng);
        self.rng = rng.0;
        context
            .schedule_event(delay, schedulable!(Self::fire), number)
            .expect("the delay is positive");
    }
}
