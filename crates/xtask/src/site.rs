//! The static site: the page, compiled and bundled into dist/.

use std::path::PathBuf;

use anyhow::Result;

use crate::context::Context;
use crate::invocation::Invocation;
use crate::packages::WASM;
use crate::tools::Tools;

/// The profile in which the page is compiled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Profile {
    /// Small and fast, for users.
    Release,
    /// Fast to compile, for developers.
    Dev,
}

impl Profile {
    /// The argument of cargo and trunk, or `None` for their default.
    pub(crate) fn argument(self) -> Option<&'static str> {
        (self == Self::Release).then_some("--release")
    }
}

/// Builds the site into dist/; any web server can serve it from any path.
pub(crate) fn build(context: &Context) -> Result<()> {
    let tools = context.tools()?;
    bundle(context, tools)?;
    println!("The site is in {}.", dist(context).display());
    Ok(())
}

/// Compiles the page without trunk, so that cargo's own progress and messages are visible.
pub(crate) fn compile(context: &Context, profile: Profile) -> Result<()> {
    Invocation::cargo(&context.project)
        .args(["build", "--target", WASM, "-p", &context.packages()?.page()?.name])
        .args(profile.argument())
        .run(
            "The page did not compile, and cargo's message above says why. If cargo could not \
             download, check the network and run the command again.",
        )
}

/// Compiles the page in release mode and has trunk bundle the site.
fn bundle(context: &Context, tools: &Tools) -> Result<()> {
    compile(context, Profile::Release)?;
    tools
        .trunk(&context.project)
        .args(["build", "--release"])
        .run("The page compiled, but trunk could not bundle the site: see its message above.")
}

/// The folder with the site.
pub(crate) fn dist(context: &Context) -> PathBuf {
    context.project.path("dist")
}
