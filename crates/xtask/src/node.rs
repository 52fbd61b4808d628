//! Node and npm, which the browser tests and the WebAssembly tests need.

use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::invocation::Invocation;
use crate::program;
use crate::project::Project;

/// The oldest node that Playwright runs on.
const OLDEST: u32 = 20;

/// Says what to install; ends every message about node.
const ADVICE: &str = "Install Node 20 or newer with npm from https://nodejs.org.";

/// Makes sure that a new enough node is here.
pub(crate) fn ensure() -> Outcome {
    let answer = program::find("node").and_then(|node| program::version(&node));
    judge(answer.as_deref())
}

/// Judges what `node --version` answered.
fn judge(answer: Option<&str>) -> Outcome {
    let Some(answer) = answer else {
        return Err(Failure::new(format!("Node was not found. {ADVICE}")));
    };
    match major(answer) {
        Some(major) if major >= OLDEST => Ok(()),
        _ => Err(Failure::new(format!("Node {answer} is too old. {ADVICE}"))),
    }
}

/// Reads the 20 of "v20.11.1".
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs the locked packages of tests/, unless they are there already.
pub(crate) fn install_packages(project: &Project) -> Outcome {
    let lock = project.path("tests/package-lock.json");
    // npm writes this file last, so a broken install counts as none.
    let stamp = project.path("tests/node_modules/.package-lock.json");
    if is_newer(&stamp, &lock) {
        return Ok(());
    }
    // On Windows npm is a script, which the search for programs does not find.
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if cfg!(not(windows)) && program::find(npm).is_none() {
        return Err(Failure::new(format!("Node is here, but its npm was not found. {ADVICE}")));
    }
    Invocation::new(project, npm)
        .args(["ci", "--no-audit", "--no-fund"])
        .in_folder(project, "tests")
        // The tests drive the browser of this machine; Playwright's own is 150 MB.
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
    fn node_20_and_newer_will_do() {
        assert!(judge(Some("v20.0.0")).is_ok());
        assert!(judge(Some("v24.1.3")).is_ok());
    }

    #[test]
    fn older_or_no_node_will_not() {
        for answer in [Some("v18.19.0"), Some("nonsense"), None] {
            let message = judge(answer).unwrap_err().to_string();
            assert!(message.contains("Install Node 20"), "{message}");
        }
    }
}
