//! The packages of the workspace, and which kinds of test each contains.
//!
//! Four fields of cargo's answer are read, without `cargo_metadata`, whose dependencies would be compiled
//! before every other command of a fresh clone.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::invocation::Invocation;
use crate::project::{Project, TextFile};

/// The name of the WebAssembly target.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// A package of the workspace.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its name in Cargo.toml.
    pub(crate) name: String,
    /// Its folder from the root.
    pub(crate) folder: String,
    /// Whether it contains tests that run natively.
    pub(crate) has_native_tests: bool,
    /// Whether it contains tests that run in WebAssembly: it then depends on their library.
    pub(crate) has_wasm_tests: bool,
}

/// All packages, and cargo's target folder.
#[derive(Debug)]
pub(crate) struct Packages {
    /// The packages in cargo's order.
    pub(crate) all: Vec<Package>,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Packages {
    /// Asks cargo for the packages, and searches their sources for tests.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        let advice = "A Cargo.toml is wrong: cargo's message above names it.";
        let metadata = Invocation::cargo(project)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .read(advice)?;
        Self::parse(&metadata, project.root(), &project.text_files()?)
            .context("The answer of cargo metadata lists no packages.")
    }

    /// Parses cargo's answer, or returns `None` if a field is missing.
    fn parse(metadata: &str, root: &Path, files: &[TextFile]) -> Option<Self> {
        let metadata: Value = serde_json::from_str(metadata).ok()?;
        let mut all = Vec::new();
        for package in metadata["packages"].as_array()? {
            let manifest = Path::new(package["manifest_path"].as_str()?);
            let folder = manifest.parent()?.strip_prefix(root).ok()?;
            let folder = folder.to_string_lossy().replace('\\', "/");
            let inside = format!("{folder}/");
            let own = files.iter().filter(|it| it.is_rust() && it.path.starts_with(&inside));
            let mut dependencies = package["dependencies"].as_array()?.iter();
            all.push(Package {
                name: package["name"].as_str()?.to_owned(),
                has_native_tests: own.flat_map(|it| it.text.lines()).any(is_native_test),
                has_wasm_tests: dependencies.any(|it| it["name"] == "wasm-bindgen-test"),
                folder,
            });
        }
        Some(Self { all, target: PathBuf::from(metadata["target_directory"].as_str()?) })
    }

    /// The page: the one package that is compiled for the browser only.
    pub(crate) fn page(&self) -> Result<&Package> {
        self.all
            .iter()
            .find(|package| package.folder == "web")
            .context("The workspace has no web/ package, so there is no page.")
    }

    /// The arguments that select the packages for native checks: all but the page, which would need Yew
    /// compiled for this machine too, and is included only `with_tested_page` if it contains native
    /// tests.
    pub(crate) fn native(&self, with_tested_page: bool) -> Vec<String> {
        let mut arguments = vec!["--workspace".to_owned()];
        let left_out = |package: &&Package| {
            package.folder == "web" && !(with_tested_page && package.has_native_tests)
        };
        for package in self.all.iter().filter(left_out) {
            arguments.extend(["--exclude".to_owned(), package.name.clone()]);
        }
        arguments
    }

    /// The arguments that select the packages for wasm checks: the page and the packages with wasm tests.
    ///
    /// Always both, because cargo compiles a dependency again for each selection of packages that enables
    /// other features of it.
    pub(crate) fn in_wasm(&self) -> Result<Vec<String>> {
        let page = ["-p".to_owned(), self.page()?.name.clone()];
        Ok(page.into_iter().chain(self.with_wasm_tests()).collect())
    }

    /// The arguments that select the packages with tests for WebAssembly.
    pub(crate) fn with_wasm_tests(&self) -> Vec<String> {
        let tested = self.all.iter().filter(|package| package.has_wasm_tests);
        tested.flat_map(|package| ["-p".to_owned(), package.name.clone()]).collect()
    }
}

/// Whether a line marks a test that runs natively.
fn is_native_test(line: &str) -> bool {
    line.trim() == "#[test]"
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "packages": [
            { "name": "ringside-web", "manifest_path": "/project/web/Cargo.toml",
              "dependencies": [{ "name": "yew" }] },
            { "name": "ringside-tests", "manifest_path": "/project/tests/Cargo.toml",
              "dependencies": [{ "name": "wasm-bindgen-test" }] }
        ],
        "target_directory": "/project/target"
    }"#;

    fn packages(web: &str) -> Packages {
        let file = |path: &str, text: &str| TextFile { path: path.into(), text: text.into() };
        let files = [file("web/src/main.rs", web), file("tests/tests/digest.rs", "#[test]\n")];
        Packages::parse(METADATA, Path::new("/project"), &files).unwrap()
    }

    #[test]
    fn native_checks_exclude_a_page_without_native_tests() {
        let packages = packages("fn main() {}\n");
        assert_eq!(packages.in_wasm().unwrap(), ["-p", "ringside-web", "-p", "ringside-tests"]);
        assert_eq!(packages.native(true), ["--workspace", "--exclude", "ringside-web"]);
    }

    #[test]
    fn native_tests_include_a_page_with_native_tests() {
        let packages = packages("mod tests {\n    #[test]\n    fn a() {}\n}\n");
        assert_eq!(packages.native(true), ["--workspace"]);
        assert_eq!(packages.native(false), ["--workspace", "--exclude", "ringside-web"]);
    }

    #[test]
    fn wasm_tests_are_in_the_packages_that_depend_on_their_library() {
        assert_eq!(packages("").with_wasm_tests(), ["-p", "ringside-tests"]);
    }
}
