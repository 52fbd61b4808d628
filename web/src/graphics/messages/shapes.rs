//! Dots, their tails and their marks.

use std::f64::consts::TAU;

use web_sys::CanvasRenderingContext2d;

use super::colours::Colours;
use crate::graphics::kinds::{Family, MessageStyle, Shape};
use crate::graphics::ring::{Curve, Point};

/// A pen on the stage, whose unit is half the stage's side.
pub(super) struct Pen<'a> {
    /// The context of the canvas.
    pub(super) context: &'a CanvasRenderingContext2d,
    /// The colours.
    pub(super) colours: &'a Colours,
    /// The length of a CSS pixel, in the context's units.
    pub(super) pixel: f64,
}

impl Pen<'_> {
    /// Draws the whole path of a message, faintly.
    pub(super) fn way(&self, curve: &Curve, family: Family) {
        let colour = self.colours.family(family);
        let [start, bend, end] = curve.points();
        self.context.set_global_alpha(0.28);
        self.stroke_curve(&[start, bend, end], colour, 1.25);
        self.context.set_global_alpha(1.0);
    }

    /// Draws a dot's tail: the last stretch of its path.
    pub(super) fn tail(&self, tail: &[Point; 3], family: Family, strong: bool) {
        self.context.set_global_alpha(if strong { 0.6 } else { 0.35 });
        let width_px = if strong { 3.0 } else { 2.0 };
        self.stroke_curve(tail, self.colours.family(family), width_px);
        self.context.set_global_alpha(1.0);
    }

    /// Draws the tails of many dots as thin straight lines. A browser draws lines of one pixel's width in a
    /// fraction of the time that wider ones take.
    pub(super) fn hairs(&self, hairs: &[[Point; 2]], family: Family) {
        self.context.set_global_alpha(0.6);
        self.context.set_stroke_style_str(self.colours.family(family));
        self.context.set_line_width(self.pixel);
        self.context.begin_path();
        for [start, end] in hairs {
            self.context.move_to(start.x, start.y);
            self.context.line_to(end.x, end.y);
        }
        self.context.stroke();
        self.context.set_global_alpha(1.0);
    }

    /// Draws the flow of one family along a link.
    pub(super) fn strand(&self, points: &[Point; 3], family: Family, width_px: f64, alpha: f64) {
        self.context.set_global_alpha(if family.is_quiet() { alpha * 0.6 } else { alpha });
        self.stroke_curve(points, self.colours.family(family), width_px);
        self.context.set_global_alpha(1.0);
    }

    /// Draws an arrowhead on a curve, which shows its direction.
    pub(super) fn arrow(&self, curve: &Curve, part: f64, size_px: f64) {
        let (place, next) = (curve.at(part), curve.at(part + 0.02));
        let length = place.distance(next).max(f64::EPSILON);
        let half = size_px / 2.0 * self.pixel;
        let (ahead, down) =
            ((next.x - place.x) / length * half, (next.y - place.y) / length * half);
        self.context.begin_path();
        self.context.move_to(place.x + ahead * 1.2, place.y + down * 1.2);
        self.context.line_to(place.x - ahead - down, place.y - down + ahead);
        self.context.line_to(place.x - ahead + down, place.y - down - ahead);
        self.context.close_path();
        self.context.set_fill_style_str(&self.colours.ink);
        self.context.fill();
    }

    fn stroke_curve(&self, [start, bend, end]: &[Point; 3], colour: &str, width_px: f64) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width_px * self.pixel);
        self.context.begin_path();
        self.context.move_to(start.x, start.y);
        self.context.quadratic_curve_to(bend.x, bend.y, end.x, end.y);
        self.context.stroke();
    }

    /// Draws a dot in its kind's shape, with a rim of the background's colour that separates the dot from the
    /// lines below.
    pub(super) fn dot(&self, place: Point, half_px: f64, style: MessageStyle) {
        let context = self.context;
        let colour = self.colours.family(style.family);
        let half = half_px * self.pixel;
        context.set_line_join("round");
        context.begin_path();
        self.outline(place, half, style.shape);
        context.set_stroke_style_str(&self.colours.ground);
        context.set_line_width(3.5 * self.pixel);
        context.stroke();
        context.set_fill_style_str(if style.filled { colour } else { &self.colours.ground });
        context.fill();
        context.set_stroke_style_str(colour);
        context.set_line_width(2.0 * self.pixel);
        context.stroke();
    }

    fn outline(&self, place: Point, half: f64, shape: Shape) {
        let Point { x, y } = place;
        let context = self.context;
        if let Some(radius) = shape.radius() {
            // `arc` fails only for a negative radius.
            let _ = context.arc(x, y, half * radius, 0.0, TAU);
            return;
        }
        for (corner, (right, down)) in shape.corners().iter().enumerate() {
            let (x, y) = (x + right * half, y + down * half);
            if corner == 0 { context.move_to(x, y) } else { context.line_to(x, y) }
        }
        context.close_path();
    }

    /// Marks a dot as held: a ring with the two bars of a pause beside it.
    pub(super) fn held(&self, place: Point, half_px: f64) {
        let radius_px = half_px + 6.0;
        self.ring(place, radius_px, &self.colours.ink, 1.75);
        let context = self.context;
        context.set_fill_style_str(&self.colours.ink);
        for offset in [2.0, 6.5] {
            let x = place.x + (radius_px + offset) * self.pixel;
            let y = place.y - 5.0 * self.pixel;
            context.fill_rect(x, y, 2.5 * self.pixel, 10.0 * self.pixel);
        }
    }

    /// Marks a dot as picked.
    pub(super) fn picked(&self, place: Point, half_px: f64) {
        self.ring(place, half_px + 10.0, &self.colours.accent, 3.0);
    }

    fn ring(&self, place: Point, radius_px: f64, colour: &str, width_px: f64) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width_px * self.pixel);
        self.context.begin_path();
        let _ = self.context.arc(place.x, place.y, radius_px * self.pixel, 0.0, TAU);
        self.context.stroke();
    }
}
