//! Chrome or Chromium: the one on this machine, or Debian's, installed where xtask may.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::context::Context;
use crate::debian;
use crate::invocation::Invocation;
use crate::node;
use crate::program;
use crate::project::Project;

/// The environment variable with the path of the browser.
pub(crate) const VARIABLE: &str = "RINGSIDE_CHROMIUM";

/// The names of the browser on the PATH.
const NAMES: [&str; 4] = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];

/// The paths of the browser on macOS and Windows, where it is not on the PATH. A leading `%NAME%` stands
/// for an environment variable.
const PATHS: [&str; 6] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "%HOME%/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
];

/// Finds the browser, or installs Debian's with its sandbox, and a font, because a page without one shows no
/// text.
pub(crate) fn ensure(project: &Project) -> Result<PathBuf> {
    debian::find_or_install(project, find, &["chromium", "chromium-sandbox", "fonts-liberation"])?
        .with_context(|| {
            format!(
                "Neither Chrome nor Chromium was found. Install one of them, or set {VARIABLE} to \
                 the path of one."
            )
        })
}

/// Finds the browser that the user named, or else one on the PATH or in its usual folder.
fn find() -> Result<Option<PathBuf>> {
    find_program(VARIABLE, &NAMES, &PATHS)
}

/// Finds the program that the user named in a variable, or else one on the PATH or at one of the paths.
pub(crate) fn find_program(
    variable: &str,
    names: &[&str],
    paths: &[&str],
) -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os(variable).filter(|value| !value.is_empty()) {
        let program = PathBuf::from(named);
        return if program.is_file() {
            Ok(Some(program))
        } else {
            bail!(
                "{variable} names {}, which is not a file. Set it to the path of the program, or \
                 unset it.",
                program.display()
            )
        };
    }
    let on_path = names.iter().find_map(|name| program::find(name));
    let installed = || paths.iter().filter_map(|path| expand(path)).find(|path| path.is_file());
    Ok(on_path.or_else(installed))
}

/// Replaces a leading `%NAME%` by the value of that environment variable, or returns `None` if it is
/// unset.
fn expand(path: &str) -> Option<PathBuf> {
    let Some((name, rest)) = path.strip_prefix('%').and_then(|it| it.split_once('%')) else {
        return Some(PathBuf::from(path));
    };
    let mut value = env::var_os(name)?;
    value.push(rest);
    Some(PathBuf::from(value))
}

/// Runs one project of the browser tests, in Chromium and in what `with` adds.
pub(crate) fn playwright(
    context: &Context,
    name: &str,
    with: impl FnOnce(Invocation) -> Invocation,
) -> Result<()> {
    let project = &context.project;
    node::ensure()?;
    let chromium = ensure(project)?;
    node::install_packages(project)?;
    // Not npx: if a package is missing, npx downloads one instead of failing.
    let playwright = Invocation::new(project, "node")
        .arg(Path::new("node_modules").join("@playwright/test/cli.js"))
        .args(["test", "--project", name])
        .in_folder(project, "tests")
        .env(VARIABLE, chromium);
    with(playwright).run("The failures are above; traces and screenshots are in tests/results.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_a_variable_stays_the_same() {
        assert_eq!(expand("/Applications/it"), Some(PathBuf::from("/Applications/it")));
    }

    #[test]
    fn a_path_whose_variable_is_unset_is_none() {
        assert_eq!(expand("%RINGSIDE_NO_SUCH_VARIABLE%/it"), None);
    }

    #[test]
    fn a_path_takes_its_variable_from_the_environment() {
        let path = env::var("PATH").unwrap();
        assert_eq!(expand("%PATH%/it"), Some(PathBuf::from(format!("{path}/it"))));
    }
}
