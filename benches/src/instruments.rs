//! The cost of the instruments: a run with all of them on, against the bare cluster.

use ringside_lab::Lab;
use ringside_store::Instant;
use ringside_tests::throughput;

use crate::comparison::Comparison;

/// The name of this group in the table.
pub(crate) const GROUP: &str = "instruments";

const ROUNDS: u32 = 5;
/// The load in operations per second, and the seconds that it runs.
const RATE: f64 = 20_000.0;
const SECONDS: u64 = 5;

/// Creates the comparison: the plain path with and without instruments.
pub(crate) fn comparisons() -> Vec<Comparison> {
    assert_eq!(observed(), unobserved(), "instruments change nothing");
    vec![
        Comparison::new(GROUP, "a queue event, every instrument on", ROUNDS, observed)
            .against("the bare cluster", unobserved),
    ]
}

/// Runs it in the lab, like the page.
fn observed() -> u64 {
    let mut lab = Lab::open(throughput::scenario(RATE)).expect("the scenario is possible");
    lab.advance_to(Instant::from_us(SECONDS * 1_000_000));
    lab.cluster().handled()
}

/// Runs it without observers.
fn unobserved() -> u64 {
    throughput::run(&mut throughput::cluster(RATE), SECONDS)
}
