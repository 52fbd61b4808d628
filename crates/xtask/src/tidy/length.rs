//! The length of Rust files: at most 600 lines.
//!
//! The length of functions is clippy's: `too-many-lines-threshold` in each clippy.toml.

use super::Finding;
use crate::project::TextFile;

/// The most lines that a file may have.
const LINES_MAX: usize = 600;

/// Finds a Rust file that is too long.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let lines = file.text.lines().count();
    if !file.is_rust() || lines <= LINES_MAX {
        return Vec::new();
    }
    let message =
        format!("The file has {lines} lines, above {LINES_MAX}: move one noun to its own file.");
    vec![Finding::new(file, LINES_MAX + 1, message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn a_file_may_have_600_lines() {
        let text = "// A.\n".repeat(LINES_MAX);
        assert!(check(&file("web/src/a.rs", &text)).is_empty());
        let longer = text + "// A.\n";
        assert_eq!(check(&file("web/src/a.rs", &longer))[0].line, 601);
        assert!(check(&file("static/lesson.md", &longer)).is_empty());
    }
}
