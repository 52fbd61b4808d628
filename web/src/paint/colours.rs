//! The stylesheet's colours, read once a theme.

use crate::kinds::Look;
use ringside_lab::Kind;

/// The colours that the painter needs, as CSS writes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Colours {
    /// The ground on which dots lie.
    pub(super) ground: String,
    /// Rings and marks around a dot.
    pub(super) ink: String,
    /// The mark of what was picked.
    pub(super) accent: String,
    kinds: Vec<(&'static str, String)>,
}

impl Colours {
    /// Reads the custom properties of the page's root.
    pub(super) fn read() -> Self {
        let window = gloo::utils::window();
        let Some(root) = gloo::utils::document().document_element() else {
            return Self::default();
        };
        let Ok(Some(style)) = window.get_computed_style(&root) else {
            return Self::default();
        };
        let read = |name: &str| {
            style.get_property_value(name).map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let mut kinds: Vec<(&'static str, String)> = Vec::new();
        for kind in Kind::ALL {
            let name = Look::of(kind).colour;
            kinds.push((name, read(&format!("--kind-{name}"))));
        }
        Self { ground: read("--stage"), ink: read("--ink"), accent: read("--accent"), kinds }
    }

    /// Gives the colour of a kind by the name that its look has for it.
    pub(super) fn kind(&self, name: &str) -> &str {
        let found = self.kinds.iter().find(|(known, _)| *known == name);
        found.map_or(self.ink.as_str(), |(_, colour)| colour)
    }
}
