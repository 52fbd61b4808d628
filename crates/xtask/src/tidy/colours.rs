//! Colours in stylesheets: custom properties, whose values are in one file.
//!
//! `stylelint` has these rules too, but `tidy` runs without node and npm.

use super::Finding;
use crate::project::TextFile;

/// The only stylesheet with the values of colours.
const TOKENS: &str = "static/styles/tokens.css";

/// The CSS functions that return a colour.
const FUNCTIONS: [&str; 10] =
    ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(", "color("];

/// Finds the colours that are written as values in any other stylesheet.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    if !file.has_extension("css") || file.path == TOKENS {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for Declaration { line, text } in declarations(&file.text) {
        if let Some(colour) = colour(&text) {
            let message =
                format!("{colour} is a colour by value: define a custom property in {TOKENS}.");
            findings.push(Finding::new(file, line, message));
        }
    }
    findings
}

/// A declaration, "property: value", with the line of its beginning.
#[derive(Debug)]
struct Declaration {
    line: usize,
    text: String,
}

/// The declarations of a stylesheet. Text before a `{` is a selector, where `#add` is no colour.
fn declarations(css: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    let (mut line, mut start, mut text) = (1, 1, String::new());
    // A declaration does not end inside quotes or parentheses, which may contain a URL with any letters.
    let (mut quote, mut depth) = (None, 0_u32);
    for letter in without_comments(css).chars() {
        if letter == '\n' {
            line += 1;
        }
        if text.trim().is_empty() {
            start = line;
        }
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, '{') => text.clear(),
            (None, ';' | '}') if depth == 0 => {
                found.push(Declaration { line: start, text: std::mem::take(&mut text) });
            }
            _ => {}
        }
        if !(quote.is_none() && matches!(letter, '{' | ';' | '}') && depth == 0) {
            text.push(letter);
        }
    }
    found
}

/// The stylesheet without its comments, but with the line breaks in them.
fn without_comments(css: &str) -> String {
    let mut kept = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        kept.push_str(before);
        kept.extend(comment.chars().filter(|&letter| letter == '\n'));
        rest = after;
    }
    kept + rest
}

/// The first colour by value in a declaration, or `None` if there is none.
fn colour(declaration: &str) -> Option<String> {
    let (_, value) = declaration.split_once(':')?;
    let value = without_urls(&value.to_lowercase());
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    for (at, _) in value.match_indices('#') {
        let digits: String = value[at + 1..].chars().take_while(|&it| is_word(it)).collect();
        let is_hex = digits.chars().all(|it| it.is_ascii_hexdigit());
        if is_hex && matches!(digits.len(), 3 | 4 | 6 | 8) {
            return Some(format!("#{digits}"));
        }
    }
    let calls =
        |name: &&&str| value.match_indices(**name).any(|(at, _)| !value[..at].ends_with(is_word));
    FUNCTIONS.iter().find(calls).map(|name| format!("{name}...)"))
}

/// The value without each `url(...)`: `url(#fade)` refers to a picture.
fn without_urls(value: &str) -> String {
    let mut parts = value.split("url(");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(')').map_or("", |(_, after)| after));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    fn lines(css: &str) -> Vec<usize> {
        let findings = check(&file("static/styles/ring.css", css));
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_custom_property_passes() {
        let css = "#add a:hover { color: var(--ink); /* #fff */ mask: url(#fade) }\n\
                   @media (width < 600px) { #bed { border: 1px solid currentColor; } }\n";
        assert!(lines(css).is_empty());
    }

    #[test]
    fn a_colour_by_value_is_found_on_its_line() {
        let css = "/* a\n b */\n.a {\n  color: #1b2a41;\n  margin: 0;\n  \
                   background:\n    rgb(0 0 0 / 50%);\n}\n.b { fill: #FFF }\n";
        assert_eq!(lines(css), [4, 6, 9]);
    }

    #[test]
    fn a_name_that_ends_like_a_colour_function_passes() {
        assert!(lines(".a { color: var(--lab); width: my-rgb(1); }").is_empty());
        assert_eq!(lines(".a { color: oklab(1 0 0); }"), [1]);
    }

    #[test]
    fn the_tokens_file_may_have_values() {
        assert!(check(&file(TOKENS, ":root { --ink: #1b2a41; }")).is_empty());
    }
}
