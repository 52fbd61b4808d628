//! The cost of the simulator: the same run measured as a whole, and as its bare pushes and pops.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ringside_lab::scenario::{Distribution, LatencyModel, Load};
use ringside_lab::{BuiltIn, Duration, Scenario};
use ringside_sim::{Cluster, EntryKind};
use ringside_store::Instant;

/// Returns the measured scenario: five nodes under a load of `rate` operations per second, with
/// latencies that keep some hundred messages in flight.
///
/// # Panics
///
/// If the healthy scenario can't be opened, which a test of the lab rules out.
pub fn scenario(rate: f64) -> Scenario {
    let scenario = BuiltIn::find("healthy").map(BuiltIn::scenario);
    let mut scenario: Scenario =
        scenario.expect("it is built in").expect("a test reads every built-in scenario");
    scenario.network.latency = LatencyModel::Exponential { mean: Duration::from_ms(10) };
    scenario.load = Load {
        on: true,
        rate,
        read_share: 0.5,
        keys: 1_000,
        distribution: Distribution::Uniform,
        clients: 8,
        ..Load::default()
    };
    scenario
}

/// Builds the cluster of that scenario, without observers.
///
/// # Panics
///
/// The same as [`scenario`].
pub fn cluster(rate: f64) -> Cluster {
    let config = scenario(rate).to_config().expect("the scenario is possible");
    Cluster::new(config).expect("the load is possible")
}

/// Runs the cluster for `seconds` of virtual time, dropping its journal in batches, and returns the
/// number of handled queue events.
pub fn run(cluster: &mut Cluster, seconds: u64) -> u64 {
    let until = Instant::from_us(seconds * 1_000_000);
    while !cluster.advance(until, 512) {
        let written = cluster.journal().written();
        cluster.journal_mut().forget_before(written);
    }
    cluster.handled()
}

/// A push of a due time, or a pop.
#[derive(Clone, Copy, Debug)]
pub enum HeapStep {
    /// An event is due at this time, in microseconds.
    Push(u64),
    /// The event that is due first is removed.
    Pop,
}

/// Returns the pushes and pops of messages in the first `seconds` of the run.
pub fn trace(mut cluster: Cluster, seconds: u64) -> Vec<HeapStep> {
    cluster.advance(Instant::from_us(seconds * 1_000_000), u64::MAX);
    let steps = cluster.journal().since(0).filter_map(|entry| match &entry.kind {
        EntryKind::Sent { arrives, .. } => Some(HeapStep::Push(arrives.as_us())),
        EntryKind::Delivered { .. } | EntryKind::Lost { .. } => Some(HeapStep::Pop),
        _ => None,
    });
    steps.collect()
}

/// Repeats the pushes and pops on a bare binary heap of small keys, and returns a sum over the popped
/// keys, so that no work can be optimised away, and the number of pops.
pub fn replay(steps: &[HeapStep]) -> (u64, u64) {
    let mut heap: BinaryHeap<Reverse<(u64, u64, u32)>> = BinaryHeap::new();
    let (mut order, mut sum, mut pops) = (0_u64, 0_u64, 0_u64);
    for step in steps {
        match *step {
            HeapStep::Push(at) => {
                heap.push(Reverse((at, order, order as u32)));
                order += 1;
            }
            HeapStep::Pop => {
                let Some(Reverse((at, order, _))) = heap.pop() else { continue };
                sum = sum.wrapping_add(at ^ order);
                pops += 1;
            }
        }
    }
    (sum, pops)
}
