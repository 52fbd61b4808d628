//! The arrows between the crates point one way: which crate may know which.

use toml::{Table, Value};

use super::Finding;
use super::manifest::member;
use crate::project::TextFile;

/// Which of our crates each one may depend on. A crate not listed here may know none.
///
/// `staleness` and `checker` know neither `store` nor `sim`: an instrument that shares code with
/// what it measures inherits its bugs. `lab` may name what its own crates are made of; the two
/// faces may not.
const ARROWS: [(&str, &[&str]); 5] = [
    ("staleness", &["random"]),
    ("sim", &["store", "random"]),
    ("lab", &["sim", "store", "random", "staleness", "checker"]),
    ("cli", &["lab"]),
    ("web", &["lab"]),
];

/// What tests or measures the whole system, and so may know every crate.
const OUTSIDE: [&str; 2] = ["tests", "benches"];

/// What every crate of ours is called before its folder's name.
const PREFIX: &str = "ringside-";

/// Finds the dependencies that point the wrong way.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let (Some(member), Ok(manifest)) = (member(file), file.text.parse::<Table>()) else {
        return Vec::new();
    };
    if OUTSIDE.contains(&member) {
        return Vec::new();
    }
    let allowed = ARROWS.iter().find(|(name, _)| *name == member).map_or(&[][..], |(_, it)| *it);
    let forbidden = |name: &String| !allowed.contains(&name.as_str());
    let finding = |name: String| {
        let message = format!(
            "{member} may not know {name}: the arrows are in ARCHITECTURE.md and in xtask's \
             tidy/arrows.rs."
        );
        Finding::new(file, line_of(&file.text, &name), message)
    };
    ours(&manifest).into_iter().filter(forbidden).map(finding).collect()
}

/// The crates of ours that a manifest depends on, for any target and in any way, by folder name.
fn ours(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for table in [manifest].into_iter().chain(targets) {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = table.get(kind).and_then(Value::as_table);
            for (key, value) in dependencies.into_iter().flatten() {
                // A dependency may be renamed; its package then says what it is.
                let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
                found.extend(package.strip_prefix(PREFIX).map(str::to_owned));
            }
        }
    }
    found
}

/// The first line that names a crate of ours.
fn line_of(text: &str, name: &str) -> usize {
    let full = format!("{PREFIX}{name}");
    text.lines().position(|line| line.contains(&full)).map_or(1, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn an_allowed_arrow_passes() {
        let text = "[dependencies]\nringside-store.workspace = true\nserde = \"1\"\n";
        assert!(check(&file("crates/sim/Cargo.toml", text)).is_empty());
        assert!(check(&file("tests/Cargo.toml", text)).is_empty());
        assert!(check(&file("benches/Cargo.toml", text)).is_empty());
    }

    #[test]
    fn an_arrow_back_is_found_on_its_line() {
        let text = "[dependencies]\nserde = \"1\"\nringside-sim.workspace = true\n";
        let findings = check(&file("crates/store/Cargo.toml", text));
        assert_eq!(findings[0].line, 3);
        assert!(findings[0].message.starts_with("store may not know sim"));
    }

    #[test]
    fn a_face_knows_the_lab_only() {
        let text = "[dependencies]\nringside-lab.workspace = true\nringside-sim.workspace = true\n";
        assert_eq!(check(&file("web/Cargo.toml", text)).len(), 1);
    }

    #[test]
    fn a_renamed_or_target_or_development_dependency_is_an_arrow_too() {
        let text = "[dev-dependencies]\na = { package = \"ringside-sim\", path = \"../sim\" }\n\
                    [target.'cfg(unix)'.dependencies]\nringside-lab.workspace = true\n";
        assert_eq!(check(&file("crates/checker/Cargo.toml", text)).len(), 2);
    }
}
