//! What the instruments cost: a run with all of them on, against the bare cluster.

use ringside_lab::Lab;
use ringside_store::Instant;
use ringside_tests::throughput;

use crate::comparison::Comparison;

/// What the table calls this part.
pub(crate) const GROUP: &str = "instruments";

const ROUNDS: u32 = 5;
/// The load, in operations a second, and for how many seconds it runs.
const RATE: f64 = 20_000.0;
const SECONDS: u64 = 5;

/// Makes the contest: the plain path, watched and not.
pub(crate) fn comparisons() -> Vec<Comparison> {
    assert_eq!(watched(), unwatched(), "instruments change nothing");
    vec![
        Comparison::new(GROUP, "a queue event, every instrument on", ROUNDS, watched)
            .against("the bare cluster", unwatched),
    ]
}

/// Runs it as the page does.
fn watched() -> u64 {
    let mut lab = Lab::open(throughput::scenario(RATE)).expect("the scenario is possible");
    lab.advance_to(Instant::from_us(SECONDS * 1_000_000));
    lab.cluster().handled()
}

/// Runs it with nobody to look.
fn unwatched() -> u64 {
    throughput::run(&mut throughput::cluster(RATE), SECONDS)
}
