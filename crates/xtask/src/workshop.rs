//! What several checks share, found out once and only when first asked for.

use std::cell::OnceCell;

use crate::failure::Outcome;
use crate::packages::Packages;
use crate::project::Project;
use crate::tools::{self, Tools};

/// The project with its tools and its packages.
#[derive(Debug)]
pub(crate) struct Workshop {
    /// Where the files are.
    pub(crate) project: Project,
    tools: OnceCell<Tools>,
    packages: OnceCell<Packages>,
}

impl Workshop {
    /// Finds the project.
    pub(crate) fn open() -> Outcome<Self> {
        let project = Project::find()?;
        Ok(Self { project, tools: OnceCell::new(), packages: OnceCell::new() })
    }

    /// The WebAssembly target, trunk and wasm-bindgen, set up when they are missing.
    pub(crate) fn tools(&self) -> Outcome<&Tools> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let tools = tools::set_up(&self.project)?;
        Ok(self.tools.get_or_init(|| tools))
    }

    /// The workspace's packages.
    pub(crate) fn packages(&self) -> Outcome<&Packages> {
        if let Some(packages) = self.packages.get() {
            return Ok(packages);
        }
        let packages = Packages::read(&self.project)?;
        Ok(self.packages.get_or_init(|| packages))
    }
}
