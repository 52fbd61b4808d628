//! The static site: the page compiled, bound and gathered into dist/.

use std::path::PathBuf;

use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::packages::WASM;
use crate::tools::Tools;
use crate::workshop::Workshop;

/// How the page is compiled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Profile {
    /// For people who look at it.
    Release,
    /// For people who change it.
    Dev,
}

impl Profile {
    /// The argument that cargo and trunk both take.
    pub(crate) fn argument(self) -> Option<&'static str> {
        (self == Self::Release).then_some("--release")
    }
}

/// Builds the site into dist/, where any web server can serve it from any path.
pub(crate) fn build(workshop: &Workshop) -> Outcome {
    let tools = workshop.tools()?;
    bundle(workshop, tools)?;
    println!("The site is in {}.", dist(workshop).display());
    Ok(())
}

/// Compiles the page, so that what is wrong shows as cargo's own message and progress.
pub(crate) fn compile(workshop: &Workshop, profile: Profile) -> Outcome {
    Invocation::cargo(&workshop.project)
        .args(["build", "--target", WASM, "-p", &workshop.packages()?.page()?.name])
        .args(profile.argument())
        .run(
            "The page did not compile, and cargo's message above says why. If cargo could not \
             download, check the network and run the command again.",
        )
}

/// Compiles the page in release and has trunk gather the site.
fn bundle(workshop: &Workshop, tools: &Tools) -> Outcome {
    compile(workshop, Profile::Release)?;
    tools
        .trunk(&workshop.project)
        .args(["build", "--release"])
        .run("The page compiled, but trunk could not gather the site: see its message above.")
}

/// The folder with the site.
pub(crate) fn dist(workshop: &Workshop) -> PathBuf {
    workshop.project.path("dist")
}
