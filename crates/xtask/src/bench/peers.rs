//! Ringside's parts against other crates and programs that do the same, measured by the program in
//! benches/.
//!
//! benches/ is a workspace with its own lock file: only this step depends on the peers.

use anyhow::Result;

use crate::bench::numpy;
use crate::context::Context;
use crate::invocation::Invocation;

/// The manifest of the separate workspace.
pub(crate) const MANIFEST: &str = "benches/Cargo.toml";

/// Builds the program and runs it; it prints its own table.
pub(crate) fn compare(context: &Context) -> Result<()> {
    let project = &context.project;
    let run = Invocation::cargo(project).args(["run", "--release", "--manifest-path", MANIFEST]);
    let run = match numpy::python(project, &context.packages()?.target) {
        Some(python) => run.args(["--", "--python"]).arg(python),
        None => run,
    };
    run.run(
        "The message above says why. Nothing else depends on benches/: a peer that does not build \
         can be removed there.",
    )
}
