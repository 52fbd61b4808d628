//! The stylesheet's colours, read once per theme.

use crate::graphics::kinds::Family;

/// The colours that the painter needs, as CSS writes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Colours {
    /// The background of the dots.
    pub(super) ground: String,
    /// The colour of rings and marks around a dot.
    pub(super) ink: String,
    /// The colour of the mark around the picked message.
    pub(super) accent: String,
    families: [String; Family::ALL.len()],
}

impl Colours {
    /// Reads the custom properties of the page's root; all colours are empty if the browser offers none.
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

    /// Returns the colour of a family.
    pub(super) fn family(&self, family: Family) -> &str {
        &self.families[family as usize]
    }
}
