//! Files of at most 600 lines, functions of at most 70.

use proc_macro2::TokenStream;

use super::Finding;
use super::functions::functions;
use crate::project::TextFile;

/// The most lines that a file may have.
const FILE: usize = 600;

/// The most lines that a function may have: what a screen shows without scrolling.
const FUNCTION: usize = 70;

/// Holds a Rust file to its length.
pub(super) fn check_file(file: &TextFile) -> Vec<Finding> {
    let lines = file.text.lines().count();
    if !file.is_rust() || lines <= FILE {
        return Vec::new();
    }
    let message = format!("The file has {lines} lines, above {FILE}: give a noun its own file.");
    vec![Finding::new(file, FILE + 1, message)]
}

/// Holds a Rust file's functions to their length.
pub(super) fn check_functions(file: &TextFile) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let Ok(tokens) = file.text.parse::<TokenStream>() else {
        return vec![Finding::new(file, 1, "This is not Rust: make it compile first.")];
    };
    let long = functions(&tokens).into_iter().filter(|function| function.lines() > FUNCTION);
    let finding = |function: super::functions::Function| {
        let (name, lines) = (&function.name, function.lines());
        let message =
            format!("The function {name} has {lines} lines, above {FUNCTION}: take a part out.");
        Finding::new(file, function.first, message)
    };
    long.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn a_file_may_have_600_lines() {
        let text = "// A.\n".repeat(FILE);
        assert!(check_file(&file("web/src/a.rs", &text)).is_empty());
        let longer = text + "// A.\n";
        assert_eq!(check_file(&file("web/src/a.rs", &longer))[0].line, 601);
        assert!(check_file(&file("static/lesson.md", &longer)).is_empty());
    }

    #[test]
    fn a_function_may_have_70_lines() {
        let of_lines = |lines| format!("\nfn a() {{{}}}\n", "\n".repeat(lines - 1));
        assert!(check_functions(&file("crates/a/src/a.rs", &of_lines(FUNCTION))).is_empty());
        let findings = check_functions(&file("crates/a/src/a.rs", &of_lines(FUNCTION + 1)));
        assert_eq!(findings[0].line, 2);
        assert!(findings[0].message.contains("a has 71 lines"), "{findings:?}");
    }

    #[test]
    fn what_does_not_parse_is_a_finding() {
        assert_eq!(check_functions(&file("tests/src/lib.rs", "fn a( {")).len(), 1);
    }
}
