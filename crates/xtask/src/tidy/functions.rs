//! Finding the functions of a file by its tokens.
//!
//! Not by its syntax tree, because the functions inside a macro call, such as `proptest! { ... }`,
//! are only tokens there, and they are read by people all the same.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A function's name and the lines that it stands on, from its `fn` to its closing brace.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Function {
    /// Its name.
    pub(super) name: String,
    /// The line of the `fn`.
    pub(super) first: usize,
    /// The line of the closing brace.
    pub(super) last: usize,
}

impl Function {
    /// How many lines it takes to read.
    pub(super) fn lines(&self) -> usize {
        self.last + 1 - self.first
    }
}

/// All the functions in a file's tokens that have a body.
pub(super) fn functions(tokens: &TokenStream) -> Vec<Function> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

/// Adds the functions at and below one level of tokens.
fn collect(tokens: &TokenStream, found: &mut Vec<Function>) {
    // The function whose signature is being read: its name and first line.
    let mut open: Option<(String, usize)> = None;
    let mut after_fn: Option<usize> = None;
    for token in tokens.clone() {
        let fn_line = after_fn.take();
        match &token {
            TokenTree::Ident(word) if word == "fn" => after_fn = Some(word.span().start().line),
            // A `fn` without a name after it is a type.
            TokenTree::Ident(name) => {
                if let Some(line) = fn_line {
                    open = Some((name.to_string(), line));
                }
            }
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Brace
                    && let Some((name, first)) = open.take()
                {
                    found.push(Function { name, first, last: group.span_close().end().line });
                }
                collect(&group.stream(), found);
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => open = None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, usize)> {
        let functions = functions(&text.parse().unwrap());
        functions.into_iter().map(|it| (it.name.clone(), it.lines())).collect()
    }

    #[test]
    fn a_function_runs_from_its_fn_to_its_brace() {
        assert_eq!(found("/// A.\n\npub fn a(\n) -> u8 {\n    0\n}\n"), [("a".to_owned(), 4)]);
    }

    #[test]
    fn functions_in_impls_functions_and_macros_count() {
        let text = "impl A { fn a() { fn b() {} } }\nproptest! { #[test] fn c(x in 0..3) {\n} }";
        let names: Vec<_> = found(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn a_type_and_a_signature_without_body_are_no_functions() {
        assert!(found("type A = fn(u8) -> u8; trait B { fn b(&self); }").is_empty());
    }
}
