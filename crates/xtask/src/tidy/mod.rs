//! `cargo xtask tidy`: the house rules that a program can check.
//!
//! Each rule is a function from files to findings, so that its tests need no files on a disk.

mod arrows;
mod colours;
mod layers;
mod length;
mod manifest;
mod portable;

use std::fmt;

use anyhow::{Result, bail};

use crate::project::{Project, TextFile};

/// A place that breaks a house rule.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    /// Creates a finding; the message says what is wrong and what to do.
    fn new(file: &TextFile, line: usize, message: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// The rules. Each checks one file at a time, and skips the files that it does not apply to.
const RULES: [fn(&TextFile) -> Vec<Finding>; 6] =
    [length::check, portable::check, colours::check, manifest::check, arrows::check, layers::check];

/// Applies every rule to every text file of the project.
pub(crate) fn tidy(project: &Project) -> Result<()> {
    let files = project.text_files()?;
    let findings = check(&files);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("{} files keep the house rules.", files.len());
            Ok(())
        }
        1 => bail!("One place breaks a house rule; it is named above."),
        count => bail!("{count} places break a house rule; they are named above."),
    }
}

/// All findings, in order of path and line.
fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings: Vec<_> =
        files.iter().flat_map(|file| RULES.iter().flat_map(|rule| rule(file))).collect();
    findings.sort();
    findings
}

/// Creates a file for the tests of the rules.
#[cfg(test)]
fn file(path: &str, text: &str) -> TextFile {
    TextFile { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_path_and_line() {
        let finding = Finding::new(&file("web/src/main.rs", ""), 3, "It is wrong: correct it.");
        assert_eq!(finding.to_string(), "web/src/main.rs:3: It is wrong: correct it.");
    }

    #[test]
    fn findings_come_in_order_of_path_and_line() {
        let bad = ".a {\n  color: #fff;\n  fill: #000;\n}\n";
        let findings = check(&[file("static/b.css", bad), file("static/a.css", bad)]);
        let places: Vec<_> = findings.iter().map(|it| (it.path.as_str(), it.line)).collect();
        let expected =
            [("static/a.css", 2), ("static/a.css", 3), ("static/b.css", 2), ("static/b.css", 3)];
        assert_eq!(places, expected);
    }
}
