//! The dependencies between the crates: which crate may depend on which.

use toml::{Table, Value};

use super::Finding;
use super::manifest::member;
use crate::project::TextFile;

/// The crates of the project that each crate may depend on. A crate that is not listed may depend on
/// none.
///
/// `staleness` and `checker` depend on neither `store` nor `sim`, because an instrument that shares code
/// with the system that it measures inherits its bugs. `lab` may use the crates below `sim` and the
/// instruments directly; the two front ends, `cli` and `web`, may not.
const ARROWS: [(&str, &[&str]); 5] = [
    ("staleness", &["random"]),
    ("sim", &["store", "random"]),
    ("lab", &["sim", "store", "random", "staleness", "checker"]),
    ("cli", &["lab"]),
    ("web", &["lab"]),
];

/// The packages that test or measure the whole system, and so may depend on every crate.
const WHOLE_SYSTEM: [&str; 2] = ["tests", "benches"];

/// The part of a crate's name before the name of its folder.
const PREFIX: &str = "ringside-";

/// Finds the dependencies that are not allowed.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let (Some(member), Ok(manifest)) = (member(file), file.text.parse::<Table>()) else {
        return Vec::new();
    };
    if WHOLE_SYSTEM.contains(&member) {
        return Vec::new();
    }
    let allowed = ARROWS.iter().find(|(name, _)| *name == member).map_or(&[][..], |(_, it)| *it);
    let forbidden = |name: &String| !allowed.contains(&name.as_str());
    let finding = |name: String| {
        let message = format!(
            "{member} may not depend on {name}: the arrows are in ARCHITECTURE.md and in xtask's \
             tidy/arrows.rs."
        );
        Finding::new(file, line_of(&file.text, &name), message)
    };
    own_crates(&manifest).into_iter().filter(forbidden).map(finding).collect()
}

/// The project's crates in a manifest's dependencies, of any kind and for any target, by folder name.
fn own_crates(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for table in [manifest].into_iter().chain(targets) {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = table.get(kind).and_then(Value::as_table);
            for (key, value) in dependencies.into_iter().flatten() {
                // A renamed dependency has its real name as its `package`.
                let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
                found.extend(package.strip_prefix(PREFIX).map(str::to_owned));
            }
        }
    }
    found
}

/// The first line that names a crate of the project.
fn line_of(text: &str, name: &str) -> usize {
    let full = format!("{PREFIX}{name}");
    text.lines().position(|line| line.contains(&full)).map_or(1, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn an_allowed_dependency_passes() {
        let text = "[dependencies]\nringside-store.workspace = true\nserde = \"1\"\n";
        assert!(check(&file("crates/sim/Cargo.toml", text)).is_empty());
        assert!(check(&file("tests/Cargo.toml", text)).is_empty());
        assert!(check(&file("benches/Cargo.toml", text)).is_empty());
    }

    #[test]
    fn a_forbidden_dependency_is_found_on_its_line() {
        let text = "[dependencies]\nserde = \"1\"\nringside-sim.workspace = true\n";
        let findings = check(&file("crates/store/Cargo.toml", text));
        assert_eq!(findings[0].line, 3);
        assert!(findings[0].message.starts_with("store may not depend on sim"));
    }

    #[test]
    fn a_front_end_depends_on_the_lab_only() {
        let text = "[dependencies]\nringside-lab.workspace = true\nringside-sim.workspace = true\n";
        assert_eq!(check(&file("web/Cargo.toml", text)).len(), 1);
    }

    #[test]
    fn renamed_target_and_development_dependencies_count() {
        let text = "[dev-dependencies]\na = { package = \"ringside-sim\", path = \"../sim\" }\n\
                    [target.'cfg(unix)'.dependencies]\nringside-lab.workspace = true\n";
        assert_eq!(check(&file("crates/checker/Cargo.toml", text)).len(), 2);
    }
}
