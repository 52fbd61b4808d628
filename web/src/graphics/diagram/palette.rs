//! The diagram's colours and font, read from the stylesheet.

use web_sys::Element;

use super::picture::Paint;
use crate::graphics::kinds::Family;

/// The diagram's colours and font, as CSS writes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Palette {
    /// The font family of words.
    pub(crate) face: String,
    /// The size of words, in CSS pixels.
    pub(crate) size_px: f64,
    others: [String; 10],
    families: [String; Family::ALL.len()],
}

/// The custom properties of the colours that belong to no family.
const OTHERS: [&str; 10] = [
    "--surface",
    "--ink",
    "--ink-soft",
    "--rule",
    "--sunken",
    "--accent",
    "--bad",
    "--bad-soft",
    "--warn",
    "--warm-soft",
];

/// The size of words if the page sets none.
const USUAL_SIZE_PX: f64 = 12.0;

impl Palette {
    /// Reads the computed style of an element.
    pub(crate) fn of(element: &Element) -> Self {
        let style = gloo::utils::window().get_computed_style(element).ok().flatten();
        Self::reading(|name| {
            let style = style.as_ref();
            let value = style.and_then(|style| style.get_property_value(name).ok());
            value.map(|text| text.trim().to_owned()).unwrap_or_default()
        })
    }

    /// Builds a palette from a function that returns the value of a CSS property.
    pub(crate) fn reading(read: impl Fn(&str) -> String) -> Self {
        let size = read("font-size");
        Self {
            face: read("font-family"),
            size_px: size.trim_end_matches("px").parse().unwrap_or(USUAL_SIZE_PX),
            others: OTHERS.map(&read),
            families: Family::ALL.map(|family| read(&format!("--kind-{}", family.colour()))),
        }
    }

    /// Returns a colour as CSS writes it.
    pub(crate) fn colour(&self, paint: Paint) -> &str {
        let place = match paint {
            Paint::Family(family) => return &self.families[family as usize],
            Paint::Ground => 0,
            Paint::Ink => 1,
            Paint::Soft => 2,
            Paint::Rule => 3,
            Paint::Sunken => 4,
            Paint::Accent => 5,
            Paint::Bad => 6,
            Paint::BadSoft => 7,
            Paint::Warn => 8,
            Paint::WarmSoft => 9,
        };
        &self.others[place]
    }
}
