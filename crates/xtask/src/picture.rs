//! `cargo xtask picture`: the animation of the page in the README.

use anyhow::Result;

use crate::browser;
use crate::context::Context;
use crate::invocation::Invocation;
use crate::node;
use crate::site;

/// The animation, by its path from the root.
const ANIMATION: &str = "docs/ringside.gif";

/// Builds the page and records it.
pub(crate) fn picture(context: &Context) -> Result<()> {
    let project = &context.project;
    node::ensure()?;
    let chromium = browser::ensure(project)?;
    node::install_packages(project)?;
    site::build(context)?;
    Invocation::new(project, "node")
        .arg("picture/film.mjs")
        .arg(project.path(ANIMATION))
        .in_folder(project, "tests")
        .env(browser::VARIABLE, chromium)
        .run("The message above says which step on the page failed.")
}
