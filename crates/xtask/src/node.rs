//! Node and npm, needed by the browser tests and the WebAssembly tests.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::invocation::Invocation;
use crate::program;
use crate::project::Project;

/// The oldest node that Playwright runs on.
const OLDEST: u32 = 20;

/// The advice at the end of every error about node.
const ADVICE: &str = "Install Node 20 or newer with npm from https://nodejs.org.";

/// Checks that a node that is new enough is installed.
pub(crate) fn ensure() -> Result<()> {
    let answer = program::find("node").and_then(|node| program::version(&node));
    check(answer.as_deref())
}

/// Checks the output of `node --version`.
fn check(answer: Option<&str>) -> Result<()> {
    let Some(answer) = answer else { bail!("Node was not found. {ADVICE}") };
    match major(answer) {
        Some(major) if major >= OLDEST => Ok(()),
        _ => bail!("Node {answer} is too old. {ADVICE}"),
    }
}

/// The 20 of "v20.11.1".
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs the locked packages of tests/, unless they are installed already.
pub(crate) fn install_packages(project: &Project) -> Result<()> {
    let lock = project.path("tests/package-lock.json");
    // npm writes this file last, so that an aborted install does not count.
    let stamp = project.path("tests/node_modules/.package-lock.json");
    if is_newer(&stamp, &lock) {
        return Ok(());
    }
    let npm = program::find("npm")
        .with_context(|| format!("Node is installed, but its npm was not found. {ADVICE}"))?;
    Invocation::new(project, npm)
        .args(["ci", "--no-audit", "--no-fund"])
        .in_folder(project, "tests")
        // The tests use the browser of this machine; Playwright's own is 150 MB.
        .quiet_env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .run("npm's message above says why. Check the network and run the command again.")
}

/// Whether a file exists and is at least as new as another.
fn is_newer(file: &Path, than: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    time(file).is_some_and(|file| time(than).is_some_and(|than| file >= than))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_20_and_newer_pass() {
        assert!(check(Some("v20.0.0")).is_ok());
        assert!(check(Some("v24.1.3")).is_ok());
    }

    #[test]
    fn an_older_node_or_none_fails() {
        for answer in [Some("v18.19.0"), Some("nonsense"), None] {
            let message = check(answer).unwrap_err().to_string();
            assert!(message.contains("Install Node 20"), "{message}");
        }
    }
}
