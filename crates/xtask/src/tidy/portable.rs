//! Nothing that holds on one machine only: no path into somebody's folders, and no server in the
//! lock of the browser tests' packages.

use super::Finding;
use crate::project::TextFile;

/// How a path into somebody's own folders begins. In halves, so that this file passes.
const FOLDERS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!(r"C:\Us", "ers"),
];

/// Finds the lines that hold on one machine only.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, line) in file.text.lines().enumerate() {
        if let Some(folder) = FOLDERS.iter().find(|folder| has_path(line, folder)) {
            let message =
                format!("A path below {folder} is on one machine only: make it relative.");
            findings.push(Finding::new(file, place + 1, message));
        }
        if file.path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http") {
            let message = "The lock names a server: run npm in tests/, where .npmrc leaves it out.";
            findings.push(Finding::new(file, place + 1, message));
        }
    }
    findings
}

/// Whether a line has a path that begins like this. In an address, or further down a longer path,
/// the same words mean nothing.
fn has_path(line: &str, folder: &str) -> bool {
    let is_inside = |before: &str| {
        before.ends_with(|it: char| {
            it.is_alphanumeric() || matches!(it, '.' | '-' | '_' | '/' | '~' | '}')
        })
    };
    line.match_indices(folder).any(|(at, _)| !is_inside(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn a_path_of_one_machine_is_found() {
        let text = format!("first\nsee {}ada/ringside\n", FOLDERS[0]);
        let findings = check(&file("README.md", &text));
        assert_eq!(findings[0].line, 2);
    }

    #[test]
    fn an_address_is_no_path() {
        let text = format!("https://example.org{}index.html ../..{}", FOLDERS[0], FOLDERS[2]);
        assert!(check(&file("README.md", &text)).is_empty());
    }

    #[test]
    fn a_lock_names_no_server() {
        let text = "{\n\"resolved\": \"https://example.org/a.tgz\"\n}";
        assert_eq!(check(&file("tests/package-lock.json", text)).len(), 1);
        assert!(check(&file("tests/package-lock.json", "{\n\"integrity\": \"a\"\n}")).is_empty());
    }
}
