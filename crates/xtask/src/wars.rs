//! The cluster, run under the assumptions of WARS and compared with the predictor.
//!
//! The measurement is `tests/src/wars`, and its program `tests/src/bin/wars.rs`.

use anyhow::Result;

use crate::context::Context;
use crate::invocation::Invocation;

/// The part of the 0.3 allowed points that sampling noise may take: half a minute on two cores.
const NOISE_POINTS: &str = "0.15";

/// Measures every setup with the number of trials of `cargo xtask test`.
pub(crate) fn check(context: &Context) -> Result<()> {
    Invocation::cargo(&context.project)
        .args(["run", "--quiet", "--release", "-p", "ringside-tests", "--bin", "wars", "--"])
        .args(["--noise", NOISE_POINTS, "--fewest", "5000"])
        .run("The table above shows the setups that differ too much.")
}
