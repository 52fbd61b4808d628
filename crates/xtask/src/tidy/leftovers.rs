//! No macro that belongs to work in progress: `todo!`, `unimplemented!`, `dbg!`.

use proc_macro2::{Spacing, TokenStream, TokenTree};

use super::Finding;
use crate::project::TextFile;

/// The macros that don't stay.
const LEFTOVERS: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Finds the calls of such macros, wherever they stand.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.is_rust()
        && let Ok(tokens) = file.text.parse::<TokenStream>()
    {
        collect(file, tokens, &mut findings);
    }
    findings
}

/// Adds the findings at and below one level of tokens.
fn collect(file: &TextFile, tokens: TokenStream, findings: &mut Vec<Finding>) {
    let mut before: Option<(String, usize)> = None;
    for token in tokens {
        let name = before.take();
        match token {
            TokenTree::Ident(word) if LEFTOVERS.iter().any(|it| word == it) => {
                before = Some((word.to_string(), word.span().start().line));
            }
            // Joint, it would be the first half of `!=`.
            TokenTree::Punct(punct)
                if punct.as_char() == '!' && punct.spacing() == Spacing::Alone =>
            {
                if let Some((name, line)) = name {
                    let message = format!("{name}! is left over: finish this or take it out.");
                    findings.push(Finding::new(file, line, message));
                }
            }
            TokenTree::Group(group) => collect(file, group.stream(), findings),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn leftovers_are_found_in_any_depth() {
        let text = "fn a() {\n    vec![b(|| {\n        dbg!(1)\n    })];\n    todo!()\n}";
        let findings = check(&file("tests/tests/a.rs", text));
        assert_eq!(findings.iter().map(|it| it.line).collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn the_words_alone_are_no_leftovers() {
        let text = "fn todo() { let dbg = todo; \"todo!()\"; /* todo!() */ dbg != todo }";
        assert!(check(&file("tests/tests/a.rs", text)).is_empty());
    }
}
