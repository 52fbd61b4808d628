//! Text on a chart.

use plotters::style::RGBColor;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::palette::Palette;

/// The horizontal alignment of a text at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The text begins at the place.
    Left,
    /// The text is centred at the place.
    Middle,
    /// The text ends at the place.
    Right,
}

/// A writer of text on a canvas, in device pixels.
#[derive(Debug)]
pub(super) struct Words {
    context: CanvasRenderingContext2d,
    colour: String,
    ground: String,
    size: f64,
    rim: f64,
}

impl Words {
    /// Prepares to write on a canvas, or returns `None` if it has no 2D context.
    pub(super) fn on(canvas: &HtmlCanvasElement, palette: &Palette, density: f64) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        let size = palette.size_px * density;
        context.set_font(&format!("{size}px {}", palette.face));
        context.set_text_baseline("middle");
        context.set_line_join("round");
        let (colour, ground) = (palette.words.clone(), palette.ground.clone());
        Some(Self { context, colour, ground, size, rim: 3.0 * density })
    }

    /// Clears the canvas.
    pub(super) fn clear(&self, width: u32, height: u32) {
        self.context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
    }

    /// Returns the height of a line of text.
    pub(super) fn height(&self) -> f64 {
        self.size * 1.15
    }

    /// Returns the width of a text.
    pub(super) fn width(&self, text: &str) -> f64 {
        self.context.measure_text(text).map_or(0.0, |it| it.width())
    }

    /// Writes a text in the palette's text colour.
    pub(super) fn write(&self, text: &str, x: f64, y: f64, anchor: Anchor) {
        self.put(text, (x, y), anchor, &self.colour);
    }

    /// Writes a text in a given colour.
    pub(super) fn write_in(&self, text: &str, x: f64, y: f64, anchor: Anchor, colour: RGBColor) {
        let RGBColor(red, green, blue) = colour;
        self.put(text, (x, y), anchor, &format!("rgb({red}, {green}, {blue})"));
    }

    /// Writes a text, outlined in the background colour so that it stays legible across lines.
    fn put(&self, text: &str, (x, y): (f64, f64), anchor: Anchor, colour: &str) {
        self.context.set_text_align(match anchor {
            Anchor::Left => "left",
            Anchor::Middle => "center",
            Anchor::Right => "right",
        });
        self.context.set_line_width(self.rim);
        self.context.set_stroke_style_str(&self.ground);
        self.context.set_fill_style_str(colour);
        let _ = self.context.stroke_text(text, x, y);
        let _ = self.context.fill_text(text, x, y);
    }
}
