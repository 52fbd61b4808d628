//! The cluster run as WARS assumes, held against the predictor.
//!
//! What is measured is `tests/src/wars`, and its program `tests/src/bin/wars.rs`.

use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::workshop::Workshop;

/// What luck alone may leave of the 0.3 points that are allowed, so that it takes half a minute on two
/// cores.
const LUCK_POINTS: &str = "0.15";

/// Measures every setup with as many trials as every check can afford.
pub(crate) fn check(workshop: &Workshop) -> Outcome {
    Invocation::cargo(&workshop.project)
        .args(["run", "--quiet", "--release", "-p", "ringside-tests", "--bin", "wars", "--"])
        .args(["--luck", LUCK_POINTS, "--fewest", "5000"])
        .run("The table above has the setups that are off.")
}
