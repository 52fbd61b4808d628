//! The colours and fonts of charts, read from the stylesheet.

use plotters::style::RGBColor;
use web_sys::Element;

use super::plot::Ink;

/// The colours and fonts of a chart.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    /// The background colour, in CSS notation.
    pub(super) ground: String,
    /// The colour of text, in CSS notation.
    pub(super) words: String,
    /// The colour of thresholds and of the cursor.
    pub(super) limit: RGBColor,
    /// The colour of the grid lines at the ticks.
    pub(super) rule: RGBColor,
    /// The colour of measured points.
    pub(super) marks: RGBColor,
    /// The font size, in CSS pixels.
    pub(super) size_px: f64,
    /// The font family.
    pub(super) face: String,
    inks: [RGBColor; 4],
}

impl Palette {
    /// Reads the palette from the computed style of a canvas, or returns `None` if the browser has no style
    /// for it.
    pub(super) fn of(canvas: &Element) -> Option<Self> {
        let style = gloo::utils::window().get_computed_style(canvas).ok().flatten()?;
        let read = |name: &str| {
            style.get_property_value(name).map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let colour = |name: &str| parse(&read(name));
        let inks = ["--chart-blue", "--chart-vermilion", "--chart-green", "--chart-purple"];
        let size = read("font-size");
        Some(Self {
            ground: read("--surface"),
            words: read("--ink-soft"),
            limit: colour("--chart-limit"),
            rule: colour("--rule"),
            marks: colour("--chart-vermilion"),
            size_px: size.trim_end_matches("px").parse().unwrap_or(12.0),
            face: read("font-family"),
            inks: inks.map(colour),
        })
    }

    /// Returns the colour of an ink.
    pub(super) const fn ink(&self, ink: Ink) -> RGBColor {
        self.inks[ink as usize]
    }
}

/// Parses a colour in the notation of the stylesheet's tokens, `#1f5fc4`. Returns grey for other notations.
fn parse(text: &str) -> RGBColor {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let part = |from: usize| {
        let pair = digits.get(from..from + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    match (part(0), part(2), part(4)) {
        (Some(red), Some(green), Some(blue)) => RGBColor(red, green, blue),
        _ => RGBColor(128, 128, 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_parsed_in_the_notation_of_the_tokens() {
        assert_eq!(parse("#1f5fc4"), RGBColor(0x1f, 0x5f, 0xc4));
        assert_eq!(parse("#1c212722"), RGBColor(0x1c, 0x21, 0x27));
        for odd in ["", "#12", "red", "#gggggg", "#é12345"] {
            assert_eq!(parse(odd), RGBColor(128, 128, 128), "{odd}");
        }
    }
}
