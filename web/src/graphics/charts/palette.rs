//! The stylesheet's colours and face, as a chart needs them.

use plotters::style::RGBColor;
use web_sys::Element;

use super::plot::Ink;

/// The colours and fonts of a chart.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    /// The ground that it lies on, as CSS writes it.
    pub(super) ground: String,
    /// Words, as CSS writes it.
    pub(super) words: String,
    /// Thresholds.
    pub(super) limit: RGBColor,
    /// The lines at the ticks.
    pub(super) rule: RGBColor,
    /// Measured points.
    pub(super) marks: RGBColor,
    /// The size of words, in CSS pixels.
    pub(super) size_px: f64,
    /// The face of words.
    pub(super) face: String,
    inks: [RGBColor; 4],
}

impl Palette {
    /// Reads the computed style of a canvas.
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

/// Reads a colour as the stylesheet's tokens write it, `#1f5fc4`; grey where it is written otherwise.
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
    fn colours_are_read_as_tokens_write_them() {
        assert_eq!(parse("#1f5fc4"), RGBColor(0x1f, 0x5f, 0xc4));
        assert_eq!(parse("#1c212722"), RGBColor(0x1c, 0x21, 0x27));
        for odd in ["", "#12", "red", "#gggggg", "#é12345"] {
            assert_eq!(parse(odd), RGBColor(128, 128, 128), "{odd}");
        }
    }
}
