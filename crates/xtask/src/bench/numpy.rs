//! The numpy that the predictor is compared with, installed into its own folder below target/.
//!
//! Only `cargo xtask bench` needs it, and without it only its rows are missing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use crate::invocation::Invocation;
use crate::program;
use crate::project::{self, Project};

/// The packages to install, with their versions.
const REQUIREMENTS: &str = "benches/peers/requirements.txt";
/// The folder below target/.
const FOLDER: &str = "numpy";

/// Returns a Python with the pinned numpy, or prints why there is none and returns `None`.
pub(crate) fn python(project: &Project, target: &Path) -> Option<PathBuf> {
    match set_up(project, &target.join(FOLDER)) {
        Ok(python) => Some(python),
        Err(error) => {
            println!("The rows against numpy are left out. {error}");
            None
        }
    }
}

/// Installs Python's environment and numpy, unless they are installed already.
fn set_up(project: &Project, folder: &Path) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = project::read(&project.path(REQUIREMENTS))?;
    // Written last, so that an aborted installation does not count.
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let any = ["python3", "python"].into_iter().find_map(program::find);
    let any = any.context("Python was not found on the PATH.")?;
    Invocation::new(project, any)
        .args([OsStr::new("-m"), OsStr::new("venv"), folder.as_os_str()])
        .run("Python's message above says why.")?;
    // Without a compiler: if there is no wheel for this Python, there are no rows.
    Invocation::new(project, &python)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps"])
        .args(["--only-binary", ":all:", "-r", REQUIREMENTS])
        .run("pip's message above says why. Check the network.")?;
    fs::write(&stamp, &wanted)
        .map_err(|error| anyhow!("{} can't be written ({error}).", stamp.display()))?;
    Ok(python)
}

#[cfg(test)]
mod tests {
    #[test]
    fn exactly_one_version_is_pinned() {
        let wanted = include_str!("../../../../benches/peers/requirements.txt");
        let pins: Vec<_> = wanted.lines().filter_map(|line| line.split_once("==")).collect();
        let [(package, version)] = pins[..] else { panic!("{wanted}") };
        assert_eq!(package, "numpy");
        assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{version}");
    }
}
