//! Set-up: the WebAssembly target, trunk and wasm-bindgen.
//!
//! The tools go into .tools/, which git ignores, so that nothing of the user's is changed. They are
//! compiled without optimisation and without TLS, which they don't need here: they never download.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::invocation::Invocation;
use crate::packages::WASM;
use crate::program;
use crate::project::Project;

/// The folder that the tools go into.
const FOLDER: &str = ".tools";

/// A tool that cargo can install.
#[derive(Debug)]
struct Tool {
    /// The package that holds it.
    package: &'static str,
    /// The one version that is known to work.
    version: &'static str,
    /// The programs that the package installs and we use.
    programs: &'static [&'static str],
}

const TRUNK: Tool = Tool { package: "trunk", version: "0.21.14", programs: &["trunk"] };

/// Must equal the version of the library in the root Cargo.toml; a test below holds that.
const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.126",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
};

impl Tool {
    /// Whether all its programs are in the folder, at the right version.
    fn is_in(&self, folder: &Path) -> bool {
        self.programs.iter().all(|name| {
            let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            program::version(&program).is_some_and(|text| text == self.answer(name))
        })
    }

    /// Finds a folder with all its programs: ours, or one where the user has the same version.
    fn folder(&self, ours: &Path) -> Option<PathBuf> {
        let theirs = program::find(self.programs[0]).and_then(|it| Some(it.parent()?.to_owned()));
        [Some(ours.to_owned()), theirs].into_iter().flatten().find(|folder| self.is_in(folder))
    }

    /// What a program answers to `--version` when it is the one we want.
    fn answer(&self, program: &str) -> String {
        format!("{program} {}", self.version)
    }

    /// Has cargo install it.
    fn install(&self, project: &Project) -> Outcome {
        let advice = "Cargo's message above says why. If it could not download, check the network \
                      and run the same command again: it goes on where it stopped.";
        Invocation::cargo(project)
            .args(["install", "--locked", "--debug", "--no-default-features", "--root", FOLDER])
            .arg(format!("{}@{}", self.package, self.version))
            // One build folder for both tools, since they share a third of their dependencies.
            .quiet_env("CARGO_TARGET_DIR", project.path(FOLDER).join("build"))
            .quiet_env("CARGO_PROFILE_DEV_DEBUG", "0")
            .quiet_env("CARGO_INCREMENTAL", "0")
            .run(advice)
    }
}

/// The tools, ready to be called.
#[derive(Debug)]
pub(crate) struct Tools {
    /// The folder with trunk.
    trunk: PathBuf,
    /// The folder with wasm-bindgen and its test runner.
    wasm_bindgen: PathBuf,
}

impl Tools {
    /// Starts trunk, which finds wasm-bindgen on the PATH and must not look for it elsewhere.
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

/// Sets up what is missing; does nothing, and quickly, when nothing is.
pub(crate) fn set_up(project: &Project) -> Outcome<Tools> {
    ensure_wasm_target(project)?;
    let ours = project.path(FOLDER).join("bin");
    let missing: Vec<_> =
        [TRUNK, WASM_BINDGEN].into_iter().filter(|tool| tool.folder(&ours).is_none()).collect();
    if !missing.is_empty() {
        println!("Setting up what builds the page, once: 3 minutes or so on two cores.");
        for tool in &missing {
            tool.install(project)?;
        }
        // Kept until now so that a set-up that broke off can go on; useless afterwards, and large.
        let _ = fs::remove_dir_all(project.path(FOLDER).join("build"));
    }
    let place = |tool: &Tool| {
        tool.folder(&ours).ok_or_else(|| {
            Failure::new(format!(
                "{} {} was installed but does not run. Delete the folder {FOLDER} and run the \
                 command again.",
                tool.package, tool.version
            ))
        })
    };
    Ok(Tools { trunk: place(&TRUNK)?, wasm_bindgen: place(&WASM_BINDGEN)? })
}

/// Adds the WebAssembly target to the toolchain in use.
fn ensure_wasm_target(project: &Project) -> Outcome {
    // The compiler itself is asked, because it need not have come by rustup.
    let advice = "Install Rust with rustup from https://rustup.rs.";
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let sysroot = Invocation::new(project, rustc).args(["--print", "sysroot"]).read(advice)?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    let advice = format!(
        "Check the network and run the command again; without rustup, add Rust's {WASM} target the \
         way that Rust was installed."
    );
    Invocation::new(project, "rustup").args(["target", "add", WASM]).run(&advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_and_the_library_have_one_version() {
        let manifest = include_str!("../../../Cargo.toml");
        let pin = format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version);
        assert!(manifest.contains(&pin), "Cargo.toml does not say {pin}");
    }

    #[test]
    fn a_tool_is_not_found_in_an_empty_folder() {
        assert!(!TRUNK.is_in(Path::new("no-such-folder")));
    }
}
