//! Ringside's parts against other crates that do the same, by the program in benches/.
//!
//! That is a workspace of its own, with its own lock: nothing but this step depends on the peers.

use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::project::Project;

/// The manifest of the workspace apart.
pub(crate) const MANIFEST: &str = "benches/Cargo.toml";

/// Builds the program and runs it; it prints its own table.
pub(crate) fn compare(project: &Project) -> Outcome {
    Invocation::cargo(project).args(["run", "--release", "--manifest-path", MANIFEST]).run(
        "The message above says why. Nothing else depends on benches/: a peer that does not build \
         can be taken out there.",
    )
}
