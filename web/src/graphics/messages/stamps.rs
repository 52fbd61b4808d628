//! Dots of a crowd, drawn once per style and then copied to each place.
//!
//! A browser computes the edge of every shape that it fills and strokes. With hundreds of dots per frame,
//! that takes several times as long as copying a small picture to each place.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::colours::Colours;
use super::shapes::Pen;
use crate::graphics::kinds::MessageStyle;
use crate::graphics::ring::Point;

/// The reach of a dot's outline from its middle, in halves of the dot's size, and of its rim beyond that, in
/// CSS pixels.
const REACH: (f64, f64) = (1.35, 3.0);

/// A cache of small pictures, one per style in use, all of one size.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    made: RefCell<Made>,
}

#[derive(Debug, Default)]
struct Made {
    /// Half a dot's size in CSS pixels, and the number of device pixels per CSS pixel.
    size: (f64, f64),
    pictures: Vec<(MessageStyle, HtmlCanvasElement)>,
}

impl Stamps {
    /// Stamps dots of half the size `half_px`, in CSS pixels. The context's units must be device pixels, as
    /// those of the dots' places are. A place is rounded to whole pixels: a picture that lies between pixels
    /// is blurred, and takes longer.
    pub(super) fn draw<'a>(
        &self,
        context: &CanvasRenderingContext2d,
        colours: &Colours,
        (half_px, density): (f64, f64),
        dots: impl Iterator<Item = (MessageStyle, &'a [Point])>,
    ) {
        let mut made = self.made.borrow_mut();
        if made.size != (half_px, density) {
            *made = Made { size: (half_px, density), pictures: Vec::new() };
        }
        let middle = middle(half_px, density);
        for (style, places) in dots {
            let Some(picture) = made.picture(style, colours) else { continue };
            for Point { x, y } in places {
                let (left, top) = ((x - middle).round(), (y - middle).round());
                // Drawing fails only for a picture of no size.
                let _ = context.draw_image_with_html_canvas_element(picture, left, top);
            }
        }
    }

    /// Discards the pictures after the colours have changed.
    pub(super) fn clear(&self) {
        self.made.take();
    }
}

impl Made {
    /// Returns the picture of a style, which is drawn on first use, or `None` if the browser cannot draw it.
    fn picture(&mut self, style: MessageStyle, colours: &Colours) -> Option<&HtmlCanvasElement> {
        if !self.pictures.iter().any(|(other, _)| *other == style) {
            self.pictures.push((style, self.draw(style, colours)?));
        }
        self.pictures.iter().find(|(other, _)| *other == style).map(|(_, picture)| picture)
    }

    fn draw(&self, style: MessageStyle, colours: &Colours) -> Option<HtmlCanvasElement> {
        let (half_px, density) = self.size;
        let middle = middle(half_px, density);
        let picture = gloo::utils::document().create_element("canvas").ok()?;
        let picture: HtmlCanvasElement = picture.dyn_into().ok()?;
        let side = (2.0 * middle) as u32;
        picture.set_width(side);
        picture.set_height(side);
        let context: CanvasRenderingContext2d = picture.get_context("2d").ok()??.dyn_into().ok()?;
        let pen = Pen { context: &context, colours, pixel: density };
        pen.dot(Point { x: middle, y: middle }, half_px, style);
        Some(picture)
    }
}

/// Returns the distance from a picture's middle to its edge, in whole device pixels.
fn middle(half_px: f64, density: f64) -> f64 {
    ((half_px * REACH.0 + REACH.1) * density).ceil()
}

#[cfg(test)]
mod tests {
    use ringside_lab::MessageKind;

    use super::*;

    #[test]
    fn no_shape_is_cut_off_by_its_picture() {
        for shape in MessageKind::ALL.map(|kind| MessageStyle::of(kind).shape) {
            let reach = shape.corners().iter().map(|(x, y)| x.abs().max(y.abs()));
            let reach = reach.chain(shape.radius()).fold(0.0, f64::max);
            for (half_px, density) in [(2.3, 1.0), (6.0, 2.0)] {
                // Half of the rim's width lies outside the outline.
                let needed = (reach * half_px + 3.5 / 2.0) * density;
                assert!(needed <= middle(half_px, density), "{shape:?}");
            }
        }
    }
}
