//! Ringside's parts against other crates and programs that do the same, by the program in benches/.
//!
//! That is a workspace of its own, with its own lock: nothing but this step depends on the peers.

use crate::bench::numpy;
use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::workshop::Workshop;

/// The manifest of the workspace apart.
pub(crate) const MANIFEST: &str = "benches/Cargo.toml";

/// Builds the program and runs it; it prints its own table.
pub(crate) fn compare(workshop: &Workshop) -> Outcome {
    let project = &workshop.project;
    let run = Invocation::cargo(project).args(["run", "--release", "--manifest-path", MANIFEST]);
    let run = match numpy::python(project, &workshop.packages()?.target) {
        Some(python) => run.args(["--", "--python"]).arg(python),
        None => run,
    };
    run.run(
        "The message above says why. Nothing else depends on benches/: a peer that does not build \
         can be taken out there.",
    )
}
