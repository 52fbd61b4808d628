//! The layers of the page: which folder of `web/src` may use which.
//!
//! The compiler lets the modules of a crate use each other in circles. Here every path that begins with
//! `crate`, `super` or `self` is resolved by the file's place in the tree, and a path up to a higher
//! layer is a finding. Paths are read from tokens and not from a syntax tree, because inside a macro
//! call, such as `html! { ... }`, there are only tokens.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree, token_stream};

use super::Finding;
use crate::project::TextFile;

/// The folder of the page's modules.
const ROOT: &str = "web/src/";

/// The layers, from the lowest to the highest. A module may use those of lower rows and itself; modules
/// of one row may not use each other.
const LAYERS: [&[&str]; 9] = [
    &["format"],
    &["graphics"],
    &["state"],
    &["keys", "browser"],
    &["engine"],
    &["components"],
    &["shortcuts"],
    &["app"],
    &[CRATE_ROOT],
];

/// The module of `main.rs`, with all items that are not in a file of their own.
const CRATE_ROOT: &str = "main";

/// The folder of components that every other folder of components may use, and that uses none of them.
const WIDGETS: [&str; 2] = ["components", "widgets"];

/// The folder of the web worker, which is a library crate of its own: the compiler keeps it apart, and
/// every layer may use it.
const WORKER: &str = "predictor";

/// Finds the paths of the page's modules that lead up.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let Some(module) = module(file) else { return Vec::new() };
    if module.first().is_some_and(|first| first == WORKER) {
        return Vec::new();
    }
    let layer = layer_of(&module);
    if height(layer).is_none() {
        let message = format!("{layer} is in no layer: add it to the table in tidy/layers.rs.");
        return vec![Finding::new(file, 1, message)];
    }
    let Ok(tokens) = file.text.parse::<TokenStream>() else {
        return vec![Finding::new(file, 1, "This is not Rust: make it compile first.")];
    };
    let mut paths = Vec::new();
    collect(tokens, &module, &mut paths);
    let finding = |path: UsedPath| {
        let message = forbidden(&module, &path.segments)?;
        Some(Finding::new(file, path.line, message))
    };
    let mut findings: Vec<_> = paths.into_iter().filter_map(finding).collect();
    // A brace group on one line is one place.
    findings.dedup();
    findings
}

/// The path of a file's module, such as `["state", "gossip"]`, or `None` if it is no module of the page.
fn module(file: &TextFile) -> Option<Vec<String>> {
    let path = file.path.strip_prefix(ROOT)?.strip_suffix(".rs")?;
    let mut module: Vec<String> = path.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod") || module == [CRATE_ROOT] {
        module.pop();
    }
    Some(module)
}

/// The layer of a module or an item, by its path: the first name, or that of `main.rs`.
fn layer_of(path: &[String]) -> &str {
    path.first().map_or(CRATE_ROOT, String::as_str)
}

/// The row of a layer in the table, from the lowest up, or `None` for other names.
fn height(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&layer))
}

/// The message about a path that a module may not use, or `None` if it may.
fn forbidden(module: &[String], path: &[String]) -> Option<String> {
    let (from, to) = (layer_of(module), layer_of(path));
    let is_layer = height(to).is_some() || to == WORKER;
    // A name in no layer is an item of main.rs.
    let layer = if is_layer { to } else { CRATE_ROOT };
    if from != layer && height(from) <= height(layer) {
        let origin = if is_layer { "" } else { ", an item of main.rs" };
        return Some(format!(
            "{from} may not use {to}{origin}: the layers of the page are in ARCHITECTURE.md and in \
             xtask's tidy/layers.rs."
        ));
    }
    let is_inside = |path: &[String]| path.starts_with(&WIDGETS.map(str::to_owned));
    if is_inside(module) && from == layer && !is_inside(path) {
        let name = path.get(1).map_or("the root of components", String::as_str);
        return Some(format!(
            "widgets may not use {name}: other components use the widgets, and not the reverse."
        ));
    }
    None
}

/// A path in a file, from the root of the crate, with the line of its beginning.
///
/// It ends where a brace group begins: each branch of the group is a path of its own.
#[derive(Debug)]
struct UsedPath {
    segments: Vec<String>,
    line: usize,
}

/// Adds the paths in some tokens of a module, and in all groups of them.
fn collect(tokens: TokenStream, module: &[String], paths: &mut Vec<UsedPath>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut inline_module = None;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "mod" => {
                inline_module = tokens.next_if(|it| matches!(it, TokenTree::Ident(_)));
            }
            TokenTree::Ident(word) => {
                if let Some(start) = start(&word, module) {
                    follow(&mut tokens, start, word.span().start().line, paths);
                }
            }
            TokenTree::Group(group) => {
                let mut module = module.to_vec();
                module.extend(inline_module.take().map(|name| name.to_string()));
                collect(group.stream(), &module, paths);
            }
            _ => inline_module = None,
        }
    }
}

/// The module that a path with this first word begins at, or `None` if the word is an ordinary name.
fn start(word: &Ident, module: &[String]) -> Option<Vec<String>> {
    match word.to_string().as_str() {
        "crate" => Some(Vec::new()),
        "self" => Some(module.to_vec()),
        "super" => Some(parent(module)),
        _ => None,
    }
}

/// The module above a module.
fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

/// Adds the path that goes on from a module, or its branches if a brace group follows.
fn follow(
    tokens: &mut Peekable<token_stream::IntoIter>,
    mut segments: Vec<String>,
    line: usize,
    paths: &mut Vec<UsedPath>,
) {
    let mut is_path = false;
    while skip_colons(tokens) {
        match tokens.next() {
            Some(TokenTree::Ident(word)) if word == "super" => segments = parent(&segments),
            Some(TokenTree::Ident(word)) => {
                is_path = true;
                segments.push(word.to_string());
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                branches(group.stream(), &segments, paths);
                return;
            }
            // A glob, or the generic arguments of a type.
            _ => {
                is_path = true;
                break;
            }
        }
    }
    if is_path {
        paths.push(UsedPath { segments, line });
    }
}

/// Adds the paths of a brace group after a prefix.
fn branches(tokens: TokenStream, prefix: &[String], paths: &mut Vec<UsedPath>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let line = token.span().start().line;
        let mut segments = prefix.to_vec();
        match token {
            TokenTree::Ident(word) if word == "super" => segments = parent(&segments),
            TokenTree::Ident(word) if word == "self" => {}
            TokenTree::Ident(word) => segments.push(word.to_string()),
            // A glob.
            TokenTree::Punct(punct) if punct.as_char() == '*' => {}
            _ => continue,
        }
        if tokens.peek().is_some_and(is_colon) {
            follow(&mut tokens, segments, line, paths);
        } else {
            paths.push(UsedPath { segments, line });
        }
        // What is left of the branch, such as `as Name`.
        while tokens.next_if(|token| !is_comma(token)).is_some() {}
    }
}

/// Skips a `::`, and returns whether there was one.
fn skip_colons(tokens: &mut Peekable<token_stream::IntoIter>) -> bool {
    // A single colon, as in `self: &Self`, stays.
    let mut ahead = tokens.clone();
    let is_there = ahead.next().is_some_and(|it| is_colon(&it))
        && ahead.next().is_some_and(|it| is_colon(&it));
    if is_there {
        *tokens = ahead;
    }
    is_there
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    /// The lines and the first words of the findings in a file.
    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let findings = check(&file(path, text)).into_iter();
        let place = |finding: Finding| {
            let words = finding.message.split(':').next().unwrap_or_default();
            (finding.line, words.to_owned())
        };
        findings.map(place).collect()
    }

    fn one(line: usize, message: &str) -> Vec<(usize, String)> {
        vec![(line, message.to_owned())]
    }

    #[test]
    fn a_path_down_passes() {
        let text = "use crate::{format, state::{self, State}};\nuse ringside_predictor::Forecast;\n\
                    fn a() -> crate::graphics::Point { crate::keys::table() }\n";
        assert!(found("web/src/engine/mod.rs", text).is_empty());
        assert!(found("web/src/main.rs", "use crate::app::App;").is_empty());
        assert!(found("web/src/app.rs", "use super::shortcuts;").is_empty());
        assert!(found("crates/lab/src/lab.rs", "use crate::engine::Engine;").is_empty());
    }

    #[test]
    fn a_path_up_is_found_on_its_line() {
        let text = "use crate::format;\n\nuse crate::components::Ring;\n";
        assert_eq!(found("web/src/state/mod.rs", text), one(3, "state may not use components"));
    }

    #[test]
    fn keys_and_browser_do_not_use_each_other() {
        let text = "use crate::keys::Key;";
        assert_eq!(found("web/src/browser/file.rs", text), one(1, "browser may not use keys"));
        let text = "use crate::browser::storage;";
        assert_eq!(found("web/src/keys.rs", text), one(1, "keys may not use browser"));
    }

    #[test]
    fn an_inline_path_is_found_in_code_types_and_macros() {
        let text =
            "fn a(b: crate::app::App) {\n  html! {\n    <crate::components::ring::Ring />\n  }\n}";
        let expected = [one(1, "state may not use app"), one(3, "state may not use components")];
        assert_eq!(found("web/src/state/mod.rs", text), expected.concat());
        let text = "macro_rules! a { () => { $crate::engine::start() } }";
        assert_eq!(found("web/src/graphics/mod.rs", text), one(1, "graphics may not use engine"));
    }

    #[test]
    fn super_is_resolved_by_the_place_of_the_file() {
        let up = "use super::engine::Engine;";
        assert_eq!(found("web/src/state/mod.rs", up), one(1, "state may not use engine"));
        assert_eq!(found("web/src/keys.rs", up), one(1, "keys may not use engine"));
        assert!(found("web/src/state/time.rs", up).is_empty());
        let up = "use super::super::engine::Engine;";
        assert_eq!(found("web/src/state/time.rs", up), one(1, "state may not use engine"));
        assert!(found("web/src/state/time/mark.rs", up).is_empty());
        let up = "use self::super::super::engine::Engine;";
        assert_eq!(found("web/src/state/time.rs", up), one(1, "state may not use engine"));
    }

    #[test]
    fn super_in_an_inline_module_is_the_file_itself() {
        let text = "fn engine() {}\nmod tests {\n  use super::*;\n  use super::engine;\n}";
        assert!(found("web/src/keys.rs", text).is_empty());
        let text = "mod tests {\n  use super::super::engine;\n}";
        assert_eq!(found("web/src/keys.rs", text), one(2, "keys may not use engine"));
    }

    #[test]
    fn each_branch_of_a_brace_group_is_a_path() {
        let text = "use crate::{\n  engine::{Engine as E, Pace},\n  state::Y,\n  app,\n};";
        let expected = [one(2, "keys may not use engine"), one(4, "keys may not use app")];
        assert_eq!(found("web/src/keys.rs", text), expected.concat());
        let text = "use super::{super::engine::{self}, time};";
        assert_eq!(found("web/src/state/a.rs", text), one(1, "state may not use engine"));
    }

    #[test]
    fn an_item_or_a_glob_of_the_root_is_a_path_up() {
        let item = "format may not use Page, an item of main.rs";
        assert_eq!(found("web/src/format.rs", "use crate::Page;"), one(1, item));
        for text in ["use crate::*;", "use super::{*};"] {
            assert_eq!(found("web/src/format.rs", text), one(1, "format may not use main"));
        }
    }

    #[test]
    fn comments_strings_and_visibilities_do_not_count() {
        let text = "/// See [`crate::app::App`].\n// use crate::app::App;\n\
                    pub(crate) const A: &str = \"crate::app::App\";\npub(super) fn a(self: &B) {}\n\
                    impl A { fn b(self) { self.b; b(self, crate_::app) } }";
        assert!(found("web/src/format.rs", text).is_empty());
    }

    #[test]
    fn widgets_use_no_other_components() {
        let text =
            "use super::button::Button;\nuse crate::components::ring::Ring;\nuse crate::engine::A;";
        assert_eq!(
            found("web/src/components/widgets/select.rs", text),
            one(2, "widgets may not use ring")
        );
        let text = "use crate::components::widgets::Select;\nuse super::diagram::Diagram;";
        assert!(found("web/src/components/ring/mod.rs", text).is_empty());
    }

    #[test]
    fn a_module_in_no_layer_is_found() {
        assert_eq!(found("web/src/words.rs", ""), one(1, "words is in no layer"));
        assert!(found("web/src/predictor/worker.rs", "use crate::job::Job;").is_empty());
    }

    #[test]
    fn a_file_that_does_not_parse_is_a_finding() {
        assert_eq!(found("web/src/app.rs", "fn a( {"), one(1, "This is not Rust"));
    }
}
