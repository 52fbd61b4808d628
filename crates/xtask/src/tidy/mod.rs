//! `cargo xtask tidy`: the house rules that a program can hold.
//!
//! Each rule is a function from files to findings, so that its tests need no files on a disk.

mod arrows;
mod colours;
mod documented;
mod functions;
mod leftovers;
mod length;
mod manifest;
mod portable;

use std::fmt;

use crate::failure::{Failure, Outcome};
use crate::project::{Project, TextFile};

/// A place that breaks a house rule.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    /// Notes a place: what is wrong there, and what to do.
    fn new(file: &TextFile, line: usize, message: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// The rules that look at one file at a time; each passes over the files that it has no say in.
const RULES: [fn(&TextFile) -> Vec<Finding>; 8] = [
    length::check_file,
    length::check_functions,
    documented::check,
    leftovers::check,
    portable::check,
    colours::check,
    manifest::check,
    arrows::check,
];

/// Holds every rule over every text file of the project.
pub(crate) fn tidy(project: &Project) -> Outcome {
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
        1 => Err(Failure::new("One place breaks a house rule; it is named above.")),
        count => {
            Err(Failure::new(format!("{count} places break a house rule; they are named above.")))
        }
    }
}

/// All findings, in order of path and line.
fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings: Vec<_> =
        files.iter().flat_map(|file| RULES.iter().flat_map(|rule| rule(file))).collect();
    findings.sort();
    findings
}

/// A file for the rules' tests.
#[cfg(test)]
fn file(path: &str, text: &str) -> TextFile {
    TextFile { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_its_place() {
        let finding = Finding::new(&file("web/src/main.rs", ""), 3, "It is wrong: mend it.");
        assert_eq!(finding.to_string(), "web/src/main.rs:3: It is wrong: mend it.");
    }

    #[test]
    fn findings_come_in_order_of_path_and_line() {
        let bad = "/// A.\npub fn a() { todo!() }\npub fn b() {}\n";
        let findings = check(&[file("web/src/b.rs", bad), file("crates/store/src/a.rs", bad)]);
        let places: Vec<_> = findings.iter().map(|it| (it.path.as_str(), it.line)).collect();
        let expected = [("crates/store/src/a.rs", 2), ("crates/store/src/a.rs", 3)];
        assert_eq!(places[..2], expected);
        assert_eq!(places.len(), 4);
    }
}
