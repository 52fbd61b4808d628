//! State that several tasks share, computed once and only on first use.

use std::cell::OnceCell;

use anyhow::Result;

use crate::packages::Packages;
use crate::project::Project;
use crate::tools::{self, Tools};

/// The project with its tools and its packages.
#[derive(Debug)]
pub(crate) struct Context {
    /// The folder of the project.
    pub(crate) project: Project,
    tools: OnceCell<Tools>,
    packages: OnceCell<Packages>,
}

impl Context {
    /// Finds the project.
    pub(crate) fn open() -> Result<Self> {
        let project = Project::find()?;
        Ok(Self { project, tools: OnceCell::new(), packages: OnceCell::new() })
    }

    /// The tools that build the page (the WebAssembly target, trunk and wasm-bindgen), installed if
    /// missing.
    pub(crate) fn tools(&self) -> Result<&Tools> {
        if let Some(tools) = self.tools.get() {
            return Ok(tools);
        }
        let tools = tools::set_up(&self.project)?;
        Ok(self.tools.get_or_init(|| tools))
    }

    /// The packages of the workspace.
    pub(crate) fn packages(&self) -> Result<&Packages> {
        if let Some(packages) = self.packages.get() {
            return Ok(packages);
        }
        let packages = Packages::read(&self.project)?;
        Ok(self.packages.get_or_init(|| packages))
    }
}
