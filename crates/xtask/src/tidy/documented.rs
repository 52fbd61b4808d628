//! Public items have doc comments, in private modules too, which rustc's own lint passes over.

use proc_macro2::Span;
use syn::{Attribute, Field, Fields, ImplItem, Item, TraitItem, Visibility};

use super::Finding;
use crate::project::TextFile;

/// Finds the public items without a doc comment in the source of a crate or of the page.
pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let is_source = file.path.starts_with("crates/") || file.path.starts_with("web/");
    if !(file.is_rust() && is_source && file.path.contains("/src/")) {
        return Vec::new();
    }
    let Ok(tree) = syn::parse_file(&file.text) else {
        // The rule on functions says so already, or else the compiler will.
        return Vec::new();
    };
    let mut search = Search { file, findings: Vec::new() };
    search.items(&tree.items);
    search.findings
}

/// A walk over a file's items.
struct Search<'file> {
    file: &'file TextFile,
    findings: Vec<Finding>,
}

impl Search<'_> {
    /// Looks at items, all but tests.
    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    /// Looks at an item and what is in it.
    ///
    /// A `pub mod a;` is not looked at, for its doc comment is in the other file; rustc's lint
    /// sees it. A `pub use` has the docs of what it names.
    fn item(&mut self, item: &Item) {
        match item {
            Item::Const(it) => self.public(&it.vis, &it.attrs, "constant", &it.ident),
            Item::Enum(it) => {
                self.public(&it.vis, &it.attrs, "enum", &it.ident);
                if is_public(&it.vis) {
                    for variant in &it.variants {
                        self.documented(&variant.attrs, "variant", &variant.ident);
                        self.fields(&variant.fields, |_| true);
                    }
                }
            }
            Item::Fn(it) => self.public(&it.vis, &it.attrs, "function", &it.sig.ident),
            Item::Impl(it) if it.trait_.is_none() => {
                for item in &it.items {
                    self.member(item);
                }
            }
            Item::Mod(it) if !is_test(&it.attrs) => {
                if let Some((_, items)) = &it.content {
                    self.items(items);
                }
            }
            Item::Static(it) => self.public(&it.vis, &it.attrs, "static", &it.ident),
            Item::Struct(it) => {
                self.public(&it.vis, &it.attrs, "struct", &it.ident);
                if is_public(&it.vis) {
                    self.fields(&it.fields, |field| is_public(&field.vis));
                }
            }
            Item::Trait(it) => {
                self.public(&it.vis, &it.attrs, "trait", &it.ident);
                if is_public(&it.vis) {
                    for item in &it.items {
                        self.trait_item(item);
                    }
                }
            }
            Item::Type(it) => self.public(&it.vis, &it.attrs, "type", &it.ident),
            Item::Union(it) => self.public(&it.vis, &it.attrs, "union", &it.ident),
            _ => {}
        }
    }

    /// Looks at a constant, function or type of an `impl` block.
    fn member(&mut self, item: &ImplItem) {
        match item {
            ImplItem::Const(it) => self.public(&it.vis, &it.attrs, "constant", &it.ident),
            ImplItem::Fn(it) => self.public(&it.vis, &it.attrs, "method", &it.sig.ident),
            ImplItem::Type(it) => self.public(&it.vis, &it.attrs, "type", &it.ident),
            _ => {}
        }
    }

    /// Looks at a constant, function or type of a public trait, which is as public.
    fn trait_item(&mut self, item: &TraitItem) {
        match item {
            TraitItem::Const(it) => self.documented(&it.attrs, "constant", &it.ident),
            TraitItem::Fn(it) => self.documented(&it.attrs, "method", &it.sig.ident),
            TraitItem::Type(it) => self.documented(&it.attrs, "type", &it.ident),
            _ => {}
        }
    }

    /// Looks at the public ones among named fields; a field without a name has its type's docs.
    fn fields(&mut self, fields: &Fields, is_public: impl Fn(&Field) -> bool) {
        let Fields::Named(fields) = fields else { return };
        for field in fields.named.iter().filter(|field| is_public(field)) {
            if let Some(name) = &field.ident {
                self.documented(&field.attrs, "field", name);
            }
        }
    }

    /// Notes an item that is public and not documented.
    fn public(&mut self, vis: &Visibility, attrs: &[Attribute], kind: &str, name: &syn::Ident) {
        if is_public(vis) {
            self.documented(attrs, kind, name);
        }
    }

    /// Notes an item that is not documented.
    fn documented(&mut self, attributes: &[Attribute], kind: &str, name: &syn::Ident) {
        if !attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
            let message = format!("The public {kind} {name} has no doc comment: say what it is.");
            self.findings.push(Finding::new(self.file, line(name.span()), message));
        }
    }
}

/// The line of a place.
fn line(span: Span) -> usize {
    span.start().line
}

/// Whether it is `pub` without further words: `pub(crate)` and the like are for this crate only.
fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether an item is compiled for tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    let is_it = |attribute: &Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    };
    attributes.iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    fn missing(text: &str) -> Vec<String> {
        let findings = check(&file("crates/store/src/ring.rs", text));
        let name = |finding: &Finding| {
            let words: Vec<_> = finding.message.split(' ').collect();
            words[2..4].join(" ")
        };
        findings.iter().map(name).collect()
    }

    #[test]
    fn documented_items_pass() {
        let text = "/// A.\npub struct A { /// B.\n pub b: u8, c: u8 }\n\
                    impl A { /// D.\n pub fn d() {} fn e() {} }\n\
                    /// F.\npub enum F { /// G.\n G { /// H.\n h: u8 }, /// I.\n I(u8) }";
        assert!(missing(text).is_empty());
    }

    #[test]
    fn undocumented_items_are_found_with_their_members() {
        let text = "pub struct A { pub b: u8 }\nimpl A { pub const C: u8 = 0; pub fn d() {} }\n\
                    pub enum E { F { g: u8 } }\npub trait H { fn i(); }\nmod j { pub fn k() {} }";
        let expected = [
            "struct A",
            "field b",
            "constant C",
            "method d",
            "enum E",
            "variant F",
            "field g",
            "trait H",
            "method i",
            "function k",
        ];
        assert_eq!(missing(text), expected);
    }

    #[test]
    fn private_items_tests_and_trait_implementations_pass() {
        let text = "fn a() {}\npub(crate) struct B { pub c: u8 }\nimpl D for B { fn e() {} }\n\
                    #[cfg(test)]\nmod tests { pub fn f() {} }";
        assert!(missing(text).is_empty());
    }

    #[test]
    fn a_finding_is_on_the_line_of_the_name() {
        let findings = check(&file("web/src/a.rs", "#[inline]\npub fn a() {}"));
        assert_eq!(findings[0].line, 2);
    }
}
