//! The numpy that the predictor is measured against, in a folder of its own below target/.
//!
//! Nothing but `cargo xtask bench` asks for it, and without it nothing but its rows is missing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::invocation::Invocation;
use crate::program;
use crate::project::{self, Project};

/// What is installed, with its version.
const REQUIREMENTS: &str = "benches/peers/requirements.txt";
/// The folder below target/.
const FOLDER: &str = "numpy";

/// Gives a Python that has the numpy we want; says on the screen why there is none.
pub(crate) fn python(project: &Project, target: &Path) -> Option<PathBuf> {
    match set_up(project, &target.join(FOLDER)) {
        Ok(python) => Some(python),
        Err(failure) => {
            println!("The rows against numpy are left out. {failure}");
            None
        }
    }
}

/// Installs what is missing; does nothing when nothing is.
fn set_up(project: &Project, folder: &Path) -> Outcome<PathBuf> {
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = project::read(&project.path(REQUIREMENTS))?;
    // Written last, so that an install that broke off counts as none.
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let any = ["python3", "python"].into_iter().find_map(program::find);
    let any = any.ok_or_else(|| Failure::new("Python was not found on the PATH."))?;
    Invocation::new(project, any)
        .args([OsStr::new("-m"), OsStr::new("venv"), folder.as_os_str()])
        .run("Python's message above says why.")?;
    // No compiler is asked for: where there is no wheel for this Python there are no rows.
    Invocation::new(project, &python)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps"])
        .args(["--only-binary", ":all:", "-r", REQUIREMENTS])
        .run("pip's message above says why. Check the network.")?;
    fs::write(&stamp, &wanted).map_err(|error| {
        Failure::new(format!("{} can't be written ({error}).", stamp.display()))
    })?;
    Ok(python)
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_version_is_asked_for() {
        let wanted = include_str!("../../../../benches/peers/requirements.txt");
        let pins: Vec<_> = wanted.lines().filter_map(|line| line.split_once("==")).collect();
        let [(package, version)] = pins[..] else { panic!("{wanted}") };
        assert_eq!(package, "numpy");
        assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{version}");
    }
}
