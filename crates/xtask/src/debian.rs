//! Debian's packages, installed where xtask may.

use std::path::Path;

use anyhow::Result;

use crate::invocation::Invocation;
use crate::program;
use crate::project::Project;

/// Finds a program, or installs packages and finds it then. Returns `None` if it is missing and this is no Debian
/// system, or one where xtask may not install.
///
/// # Errors
///
/// If `find` fails, or apt-get does.
pub(crate) fn find_or_install<T>(
    project: &Project,
    find: impl Fn() -> Result<Option<T>>,
    packages: &[&str],
) -> Result<Option<T>> {
    if let Some(found) = find()? {
        return Ok(Some(found));
    }
    let Some(prefix) = installer() else { return Ok(None) };
    install(project, prefix, packages)?;
    find()
}

/// The words before apt-get on a Debian system: none for root, and sudo if it asks for no password; or
/// `None` where xtask may not install.
fn installer() -> Option<&'static [&'static str]> {
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

/// Installs packages by apt-get.
fn install(project: &Project, prefix: &[&str], packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    println!("Missing, and installed now: Debian's {names}.");
    let advice = format!(
        "Debian's packages could not be installed. Check the network and run `apt-get install \
         {names}` as root."
    );
    let update: &[&str] = &["apt-get", "update"];
    let install: &[&str] = &["apt-get", "install", "--yes", "--no-install-recommends"];
    for (words, packages) in [(update, [].as_slice()), (install, packages)] {
        let words: Vec<&str> = [prefix, words, packages].concat();
        Invocation::new(project, words[0])
            .args(&words[1..])
            .quiet_env("DEBIAN_FRONTEND", "noninteractive")
            .run(&advice)?;
    }
    Ok(())
}
