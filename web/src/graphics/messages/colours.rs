//! The stylesheet's colours, read once a theme.

use crate::graphics::kinds::Family;

/// The colours that the painter needs, as CSS writes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Colours {
    /// The ground on which dots lie.
    pub(super) ground: String,
    /// Rings and marks around a dot.
    pub(super) ink: String,
    /// The mark of what was picked.
    pub(super) accent: String,
    families: [String; Family::ALL.len()],
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
        Self {
            ground: read("--stage"),
            ink: read("--ink"),
            accent: read("--accent"),
            families: Family::ALL.map(|family| read(&format!("--kind-{}", family.colour()))),
        }
    }

    /// Gives the colour of a family.
    pub(super) fn family(&self, family: Family) -> &str {
        &self.families[family as usize]
    }
}
