//! Chrome or Chromium: the one on this machine, or Debian's where we may install it.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::invocation::Invocation;
use crate::program;
use crate::project::Project;

/// The variable that names the browser to use.
pub(crate) const VARIABLE: &str = "RINGSIDE_CHROMIUM";

/// The names that the browser goes by on the PATH.
const NAMES: [&str; 4] = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];

/// Where macOS and Windows keep it, which is not on the PATH. A leading `%NAME%` stands for an
/// environment variable.
const PLACES: [&str; 6] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "%HOME%/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
];

/// Finds the browser, and on a Debian system where we may, installs it when it is missing.
pub(crate) fn ensure(project: &Project) -> Outcome<PathBuf> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    let missing = || {
        Failure::new(format!(
            "Neither Chrome nor Chromium was found. Install one of them, or set {VARIABLE} to the \
             path of one."
        ))
    };
    let Some(prefix) = debian_installer() else { return Err(missing()) };
    install_on_debian(project, prefix)?;
    find()?.ok_or_else(missing)
}

/// Finds the browser that the user named, or else one where they usually are.
fn find() -> Outcome<Option<PathBuf>> {
    if let Some(named) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        return if named.is_file() {
            Ok(Some(named))
        } else {
            Err(Failure::new(format!(
                "{VARIABLE} names {}, which is not a file. Set it to the path of Chrome or \
                 Chromium, or unset it.",
                named.display()
            )))
        };
    }
    let on_path = NAMES.iter().find_map(|name| program::find(name));
    let in_place = || PLACES.iter().filter_map(|place| expand(place)).find(|path| path.is_file());
    Ok(on_path.or_else(in_place))
}

/// Puts an environment variable's value in the place of a leading `%NAME%`.
fn expand(place: &str) -> Option<PathBuf> {
    let Some((name, rest)) = place.strip_prefix('%').and_then(|it| it.split_once('%')) else {
        return Some(PathBuf::from(place));
    };
    let mut path = env::var_os(name)?;
    path.push(rest);
    Some(PathBuf::from(path))
}

/// What must stand before apt-get on a Debian system where we may install: nothing for root, and
/// sudo where it asks no password. None where we may not.
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

/// Whether we are root.
fn is_root() -> bool {
    cfg!(unix) && Path::new("/usr/bin/id").exists() && {
        let id = std::process::Command::new("/usr/bin/id").arg("-u").output();
        id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
    }
}

/// Installs Debian's Chromium with its sandbox, and a font, since a page without one has no text.
fn install_on_debian(project: &Project, prefix: &[&str]) -> Outcome {
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
    fn a_place_without_a_variable_is_itself() {
        assert_eq!(expand("/Applications/it"), Some(PathBuf::from("/Applications/it")));
    }

    #[test]
    fn a_place_whose_variable_is_unset_is_no_place() {
        assert_eq!(expand("%RINGSIDE_NO_SUCH_VARIABLE%/it"), None);
    }

    #[test]
    fn a_place_takes_its_variable_from_the_environment() {
        let path = env::var("PATH").unwrap();
        assert_eq!(expand("%PATH%/it"), Some(PathBuf::from(format!("{path}/it"))));
    }
}
