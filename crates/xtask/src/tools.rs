//! The tools that build the page, installed if missing: the WebAssembly target, trunk and wasm-bindgen.
//!
//! They are installed into .tools/, which git ignores, so that nothing outside the project changes.
//! They are compiled without optimisation and without TLS, which they don't need here because they
//! never download.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::invocation::Invocation;
use crate::packages::WASM;
use crate::program;
use crate::project::Project;

/// The folder that the tools are installed into.
const FOLDER: &str = ".tools";

/// A tool that cargo can install.
#[derive(Debug)]
struct Tool {
    /// The package that contains it.
    package: &'static str,
    /// The one version that is known to work.
    version: &'static str,
    /// The programs of the package that are used here.
    programs: &'static [&'static str],
}

const TRUNK: Tool = Tool { package: "trunk", version: "0.21.14", programs: &["trunk"] };

/// Must equal the version of the library in the root Cargo.toml; a test below checks that.
const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.126",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
};

impl Tool {
    /// Whether the folder contains all its programs, at the right version.
    fn is_in(&self, folder: &Path) -> bool {
        self.programs.iter().all(|name| {
            let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            program::version(&program).is_some_and(|text| text == self.answer(name))
        })
    }

    /// Finds a folder with all its programs at the right version: the project's, or one on the PATH.
    fn folder(&self, own: &Path) -> Option<PathBuf> {
        let on_path = program::find(self.programs[0]).and_then(|it| Some(it.parent()?.to_owned()));
        [Some(own.to_owned()), on_path].into_iter().flatten().find(|folder| self.is_in(folder))
    }

    /// The output of a program's `--version` at the right version.
    fn answer(&self, program: &str) -> String {
        format!("{program} {}", self.version)
    }

    /// Installs it with cargo.
    fn install(&self, project: &Project) -> Result<()> {
        let advice = "Cargo's message above says why. If it could not download, check the network \
                      and run the same command again: it continues where it stopped.";
        Invocation::cargo(project)
            .args(["install", "--locked", "--debug", "--no-default-features", "--root", FOLDER])
            .arg(format!("{}@{}", self.package, self.version))
            // One build folder for both tools, because they share a third of their dependencies.
            .quiet_env("CARGO_TARGET_DIR", project.path(FOLDER).join("build"))
            .quiet_env("CARGO_PROFILE_DEV_DEBUG", "0")
            .quiet_env("CARGO_INCREMENTAL", "0")
            .run(advice)
    }
}

/// The installed tools.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The folder with trunk.
    trunk: PathBuf,
    /// The folder with wasm-bindgen and its test runner.
    wasm_bindgen: PathBuf,
}

impl Tools {
    /// Creates an invocation of trunk, which finds wasm-bindgen on the PATH and must not download it.
    pub(crate) fn trunk(&self, project: &Project) -> Invocation {
        let trunk = Invocation::new(project, self.trunk.join("trunk"))
            .quiet_env("PATH", program::path_with_first(&self.wasm_bindgen))
            .quiet_env("TRUNK_OFFLINE", "true");
        // Trunk reads this variable as a boolean and refuses the usual "1".
        match std::env::var_os("NO_COLOR") {
            Some(_) => trunk.quiet_env("NO_COLOR", "true"),
            None => trunk,
        }
    }

    /// The program that turns a compiled module into one that JavaScript can load.
    pub(crate) fn wasm_bindgen(&self) -> PathBuf {
        self.wasm_bindgen.join("wasm-bindgen")
    }

    /// The program that runs a test module under node.
    pub(crate) fn test_runner(&self) -> OsString {
        self.wasm_bindgen.join("wasm-bindgen-test-runner").into()
    }
}

/// Installs the tools that are missing; fast if none is.
pub(crate) fn set_up(project: &Project) -> Result<Tools> {
    ensure_wasm_target(project)?;
    let own = project.path(FOLDER).join("bin");
    let missing: Vec<_> =
        [TRUNK, WASM_BINDGEN].into_iter().filter(|tool| tool.folder(&own).is_none()).collect();
    if !missing.is_empty() {
        println!("Installing the tools that build the page, once: about 3 minutes on two cores.");
        for tool in &missing {
            tool.install(project)?;
        }
        // Kept until now so that an aborted installation can continue; useless afterwards, and large.
        let _ = fs::remove_dir_all(project.path(FOLDER).join("build"));
    }
    let folder = |tool: &Tool| {
        tool.folder(&own).with_context(|| {
            format!(
                "{} {} was installed but does not run. Delete the folder {FOLDER} and run the \
                 command again.",
                tool.package, tool.version
            )
        })
    };
    Ok(Tools { trunk: folder(&TRUNK)?, wasm_bindgen: folder(&WASM_BINDGEN)? })
}

/// Adds the WebAssembly target to the toolchain in use.
fn ensure_wasm_target(project: &Project) -> Result<()> {
    // The compiler itself is asked, because it need not have been installed by rustup.
    let advice = "Install Rust with rustup from https://rustup.rs.";
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let sysroot = Invocation::new(project, rustc).args(["--print", "sysroot"]).read(advice)?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    let advice = format!(
        "Check the network and run the command again; without rustup, add Rust's {WASM} target \
         the way that Rust was installed."
    );
    Invocation::new(project, "rustup").args(["target", "add", WASM]).run(&advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_and_the_library_have_the_same_version() {
        let manifest = include_str!("../../../Cargo.toml");
        let pin = format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version);
        assert!(manifest.contains(&pin), "Cargo.toml does not say {pin}");
    }

    #[test]
    fn a_tool_is_not_found_in_an_empty_folder() {
        assert!(!TRUNK.is_in(Path::new("no-such-folder")));
    }
}
