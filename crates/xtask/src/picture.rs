//! `cargo xtask picture`: films the page, in motion, for the README.

use crate::browser;
use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::node;
use crate::site;
use crate::workshop::Workshop;

/// The film, from the root.
const FILM: &str = "docs/ringside.gif";

/// Builds the page and films it.
pub(crate) fn picture(workshop: &Workshop) -> Outcome {
    let project = &workshop.project;
    node::ensure()?;
    let chromium = browser::ensure(project)?;
    node::install_packages(project)?;
    site::build(workshop)?;
    Invocation::new(project, "node")
        .arg("picture/film.mjs")
        .arg(project.path(FILM))
        .in_folder(project, "tests")
        .env(browser::VARIABLE, chromium)
        .run("The message above says what the page did not do.")
}
