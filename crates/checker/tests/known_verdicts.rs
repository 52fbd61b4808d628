//! Histories with known verdicts: drawings in `histories/`, each with the checkers' verdicts.
//!
//! `RINGSIDE_BLESS=1 cargo test -p ringside-checker` rewrites the verdicts: read the changes before you
//! keep them. The names of the drawings say what they must be.

use std::fmt::Write;

use ringside_checker::register::{self, SearchLimits, Verdict};
use ringside_checker::sessions::{self, Judgement};
use ringside_checker::{Datum, History};

use crate::drawings;

const FILES: [(&str, &str); 4] = [
    ("registers.txt", include_str!("histories/registers.txt")),
    ("unknown_outcomes.txt", include_str!("histories/unknown_outcomes.txt")),
    ("cas.txt", include_str!("histories/cas.txt")),
    ("sessions.txt", include_str!("histories/sessions.txt")),
];

/// Returns the text of all verdicts on a history.
fn verdicts(history: &History<String, Datum>) -> String {
    let mut text = String::new();
    let report = register::check(history, &Datum::Nil, SearchLimits::default());
    for key in &report.keys {
        let name = if report.keys.len() > 1 { format!(" {}", key.key) } else { String::new() };
        match &key.verdict {
            Verdict::Linearizable => writeln!(text, "register{name}: linearizable"),
            Verdict::Violated(witness) => {
                let count = witness.operations.len();
                writeln!(text, "register{name}: broken by {count}: {}", witness.why)
            }
            Verdict::Unknown(exhausted) => writeln!(text, "register{name}: {exhausted}"),
        }
        .unwrap();
    }
    for (guarantee, judgement) in sessions::check(history, &Datum::Nil).judgements {
        let name = guarantee.name();
        match judgement {
            Judgement::Holds => Ok(()),
            Judgement::Broken(witness) => writeln!(text, "{name}: broken: {}", witness.why),
            Judgement::Contested(witness) => writeln!(text, "{name}: contested: {}", witness.why),
            Judgement::Ambiguous { write, .. } => {
                let write = history.get(write).unwrap().describe();
                writeln!(text, "{name}: ambiguous: {write} is not the only one")
            }
        }
        .unwrap();
    }
    text
}

/// Splits a case into its name with the drawing, and the expected verdicts.
fn case(text: &str) -> (String, String) {
    let is_drawn = |line: &&str| line.starts_with(|it: char| it.is_ascii_digit() || it == '#');
    let part = |drawn: bool| -> String {
        let lines = text.lines().filter(|line| is_drawn(line) == drawn);
        lines.fold(String::new(), |text, line| text + line + "\n")
    };
    (part(true), part(false))
}

#[test]
fn known_histories_have_their_verdicts() {
    let mut failures = Vec::new();
    for (file, text) in FILES {
        let mut blessed = Vec::new();
        for text in text.split("\n\n") {
            let (drawn, expected) = case(text);
            let drawing: Vec<&str> = drawn.lines().filter(|it| !it.starts_with('#')).collect();
            let history = drawings::history(&drawing.join("\n"));
            let found = verdicts(&history);
            let by_search =
                register::check_by_search(&history, &Datum::Nil, SearchLimits::default());
            let by_both = register::check(&history, &Datum::Nil, SearchLimits::default());
            assert_eq!(by_search.is_linearizable(), by_both.is_linearizable(), "{drawn}");
            if found != expected {
                failures.push(format!("{file}:\n{drawn}{found}instead of\n{expected}"));
            }
            blessed.push(drawn + &found);
        }
        #[cfg(not(target_arch = "wasm32"))]
        if std::env::var_os("RINGSIDE_BLESS").is_some() {
            let path = format!("{}/tests/histories/{file}", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path, blessed.join("\n")).unwrap();
            failures.clear();
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
