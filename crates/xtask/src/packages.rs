//! The workspace's packages, and what kinds of test each holds.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::{Failure, Outcome};
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
    /// Whether it holds tests that run on this machine as they are.
    pub(crate) has_native_tests: bool,
    /// Whether it holds tests that run in WebAssembly: it then depends on their library.
    pub(crate) has_wasm_tests: bool,
}

/// All the packages, and where cargo puts what it builds of them.
#[derive(Debug)]
pub(crate) struct Packages {
    /// The packages in cargo's order.
    pub(crate) all: Vec<Package>,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Packages {
    /// Asks cargo which packages there are, and their sources which tests they hold.
    pub(crate) fn read(project: &Project) -> Outcome<Self> {
        let advice = "A Cargo.toml is wrong: cargo's message above names it.";
        let metadata = Invocation::cargo(project)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .read(advice)?;
        Self::parse(&metadata, project.root(), &project.text_files()?)
            .ok_or_else(|| Failure::new("cargo metadata gave an answer that has no packages."))
    }

    /// Reads cargo's answer.
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
    pub(crate) fn page(&self) -> Outcome<&Package> {
        self.all
            .iter()
            .find(|package| package.folder == "web")
            .ok_or_else(|| Failure::new("The workspace has no web/ package, so there is no page."))
    }

    /// The arguments that choose what is checked natively: everything but the page, which would
    /// need Yew compiled for this machine too, and comes along only when it holds native tests.
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

    /// The arguments that choose what is checked for wasm: the page and the tests that run there.
    ///
    /// Always both, because cargo compiles a dependency anew for each choice of packages that gives
    /// it other features.
    pub(crate) fn in_wasm(&self) -> Outcome<Vec<String>> {
        let page = ["-p".to_owned(), self.page()?.name.clone()];
        Ok(page.into_iter().chain(self.with_wasm_tests()).collect())
    }

    /// The arguments that choose the packages with tests for WebAssembly.
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
    fn a_page_without_native_tests_stays_out_of_them() {
        let packages = packages("fn main() {}\n");
        assert_eq!(packages.in_wasm().unwrap(), ["-p", "ringside-web", "-p", "ringside-tests"]);
        assert_eq!(packages.native(true), ["--workspace", "--exclude", "ringside-web"]);
    }

    #[test]
    fn a_page_with_native_tests_is_among_them() {
        let packages = packages("mod tests {\n    #[test]\n    fn a() {}\n}\n");
        assert_eq!(packages.native(true), ["--workspace"]);
        assert_eq!(packages.native(false), ["--workspace", "--exclude", "ringside-web"]);
    }

    #[test]
    fn wasm_tests_are_where_their_library_is() {
        assert_eq!(packages("").with_wasm_tests(), ["-p", "ringside-tests"]);
    }
}
