//! The lints of the workspace, which every member must inherit.

use toml::Table;

use super::Finding;
use crate::project::TextFile;

/// Finds a member that does not inherit the workspace's lints.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    if member(file).is_none() {
        return Vec::new();
    }
    let Ok(manifest) = file.text.parse::<Table>() else {
        return vec![Finding::new(file, 1, "This is not TOML: make cargo read it first.")];
    };
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace"));
    if inherits.and_then(toml::Value::as_bool) == Some(true) {
        return Vec::new();
    }
    let message = "The workspace's lints are not inherited: add `[lints]` with `workspace = true`.";
    vec![Finding::new(file, 1, message)]
}

/// The folder of the member with this Cargo.toml ("store" for crates/store, "web", "tests"), or `None`
/// for other files.
pub(super) fn member(file: &TextFile) -> Option<&str> {
    let folder = file.path.strip_suffix("/Cargo.toml")?;
    let name = folder.strip_prefix("crates/").unwrap_or(folder);
    (!name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn a_member_with_the_lints_passes() {
        let text = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
        assert!(check(&file("crates/a/Cargo.toml", text)).is_empty());
    }

    #[test]
    fn a_member_without_the_lints_is_found() {
        assert_eq!(check(&file("web/Cargo.toml", "[package]\nname = \"a\"\n")).len(), 1);
        assert_eq!(check(&file("web/Cargo.toml", "[package\n")).len(), 1);
    }

    #[test]
    fn the_root_and_other_workspaces_are_skipped() {
        assert!(check(&file("Cargo.toml", "[workspace]\n")).is_empty());
        assert!(check(&file("tests/peers/bench/Cargo.toml", "[package]\n")).is_empty());
    }
}
