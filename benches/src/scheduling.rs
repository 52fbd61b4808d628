//! Two simulators that do nothing but schedule and fire.
//!
//! Both keep as many events pending as they are told, and each event that fires schedules the next, until
//! so many have fired.

use std::cell::Cell;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use simrs::{Component, ComponentId, Scheduler, Simulation, State};

use crate::luck::Luck;

/// How many events fire, and how many are pending all the while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Volume {
    /// Events in all.
    pub(crate) events: u64,
    /// Events pending at a time.
    pub(crate) pending: u64,
}

/// Draws how long the next event is off: 10 ms in the mean, as a message of the cluster's.
fn delay(luck: &mut Luck) -> Duration {
    Duration::from_micros(1 + luck.bits() % 20_000)
}

/// Fires events in `simrs`; gives how many.
pub(crate) fn simrs(volume: Volume) -> u64 {
    let mut simulation = Simulation::default();
    let left = Cell::new(volume.events - volume.pending);
    let hopper = simulation.add_component(Hopper { left, luck: Cell::new(Luck(1)) });
    let mut luck = Luck(2);
    for number in 0..volume.pending {
        simulation.schedule(delay(&mut luck), hopper, Fire(number));
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

/// Schedules an event for each that fires.
struct Hopper {
    left: Cell<u64>,
    luck: Cell<Luck>,
}

impl Component for Hopper {
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
            let mut luck = self.luck.get();
            scheduler.schedule(delay(&mut luck), self_id, Fire(event.0));
            self.luck.set(luck);
        }
    }
}

/// Fires events in `nexosim`, on one thread; gives how many.
///
/// # Panics
///
/// When the simulation can't be built or run.
pub(crate) fn nexosim(volume: Volume) -> u64 {
    let left = volume.events - volume.pending;
    let model = Bouncer { left, pending: volume.pending, luck: 1 };
    let bench = SimInit::with_num_threads(1).add_model(model, Mailbox::new(), "bouncer");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("one model fits");
    simulation.run().expect("nothing stops it");
    volume.events
}

/// Schedules an event for each that fires.
#[derive(Deserialize, Serialize)]
struct Bouncer {
    left: u64,
    pending: u64,
    luck: u64,
}

#[Model]
impl Bouncer {
    /// Schedules the first events.
    #[nexosim(init)]
    #[expect(clippy::unused_async, reason = "nexosim awaits it")]
    async fn init(&mut self, context: &Context<Self>) {
        for number in 0..self.pending {
            self.schedule(number, context);
        }
    }

    /// Fires.
    #[nexosim(schedulable)]
    fn fire(&mut self, number: u64, context: &Context<Self>) {
        if self.left > 0 {
            self.left -= 1;
            self.schedule(number, context);
        }
    }

    fn schedule(&mut self, number: u64, context: &Context<Self>) {
        let mut luck = Luck(self.luck);
        let delay = delay(&mut luck);
        self.luck = luck.0;
        context
            .schedule_event(delay, schedulable!(Self::fire), number)
            .expect("the delay is longer than nothing");
    }
}
