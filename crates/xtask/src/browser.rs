//! Chrome or Chromium: the one on this machine, or Debian's, installed where xtask may.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::invocation::Invocation;
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

/// Finds the browser, or installs it on a Debian system where that is allowed.
pub(crate) fn ensure(project: &Project) -> Result<PathBuf> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    let missing = || {
        anyhow!(
            "Neither Chrome nor Chromium was found. Install one of them, or set {VARIABLE} to the \
             path of one."
        )
    };
    let Some(prefix) = debian_installer() else { return Err(missing()) };
    install_on_debian(project, prefix)?;
    find()?.with_context(missing)
}

/// Finds the browser that the user named, or else one on the PATH or in its usual folder.
fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        return if named.is_file() {
            Ok(Some(named))
        } else {
            bail!(
                "{VARIABLE} names {}, which is not a file. Set it to the path of Chrome or \
                 Chromium, or unset it.",
                named.display()
            )
        };
    }
    let on_path = NAMES.iter().find_map(|name| program::find(name));
    let installed = || PATHS.iter().filter_map(|path| expand(path)).find(|path| path.is_file());
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

/// The words before apt-get on a Debian system: none for root, and sudo if it asks for no password; or
/// `None` where xtask may not install.
fn debian_installer() -> Option<&'static [&'static str]> {
    if !Path::new("/etc/debian_version").exists() || program::find("apt-get").is_none() {
        None
    } else if is_root() {
        Some(&[])
    } else if program::succeeds("sudo", &["-n", "true"]) {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

/// Whether this process runs as root.
fn is_root() -> bool {
    cfg!(unix) && Path::new("/usr/bin/id").exists() && {
        let id = std::process::Command::new("/usr/bin/id").arg("-u").output();
        id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
    }
}

/// Installs Debian's Chromium with its sandbox, and a font, because a page without one shows no text.
fn install_on_debian(project: &Project, prefix: &[&str]) -> Result<()> {
    println!("Chromium is missing; installing Debian's.");
    let advice = format!(
        "Debian's chromium could not be installed. Check the network and run `apt-get install \
         chromium` as root, or set {VARIABLE} to the path of Chrome or Chromium."
    );
    let packages = ["chromium", "chromium-sandbox", "fonts-liberation"];
    let update: [&str; 2] = ["apt-get", "update"];
    let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
    for words in [update.to_vec(), install.into_iter().chain(packages).collect()] {
        let words: Vec<&str> = prefix.iter().copied().chain(words).collect();
        Invocation::new(project, words[0])
            .args(&words[1..])
            .quiet_env("DEBIAN_FRONTEND", "noninteractive")
            .run(&advice)?;
    }
    Ok(())
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
