//! The canvas that shows the picture.

use std::f64::consts::TAU;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::palette::Palette;
use super::picture::{Align, Item, Paint, Picture, Stroke, Words};
use super::scale::Room;

/// The diagram's canvas with its context, colours and size.
#[derive(Debug)]
pub(crate) struct Screen {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    palette: Palette,
    room: Room,
    /// The number of device pixels per CSS pixel.
    density: f64,
}

impl Screen {
    /// Prepares a canvas, or returns `None` if the browser offers no 2D context.
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let (palette, room, density) = (Palette::of(&canvas), Room::default(), 1.0);
        let mut screen = Self { canvas, context, palette, room, density };
        screen.fit(0.0);
        Some(screen)
    }

    /// Fits the canvas to its size on the page and to the device's pixels, with the lanes scrolled down by
    /// `scrolled` CSS pixels.
    pub(crate) fn fit(&mut self, scrolled: f64) {
        let (width, height) = (self.canvas.client_width(), self.canvas.client_height());
        self.room = Room { width: f64::from(width), height: f64::from(height), scrolled };
        self.density = gloo::utils::window().device_pixel_ratio().max(1.0);
        let pixels = |side: i32| (f64::from(side) * self.density).round() as u32;
        // Setting the size clears the canvas, even if the size stays the same.
        if (self.canvas.width(), self.canvas.height()) != (pixels(width), pixels(height)) {
            self.canvas.set_width(pixels(width));
            self.canvas.set_height(pixels(height));
        }
    }

    /// Reads the colours again, after the theme has changed.
    pub(crate) fn read_colours(&mut self) {
        self.palette = Palette::of(&self.canvas);
    }

    /// Returns the room for the picture.
    pub(crate) const fn room(&self) -> Room {
        self.room
    }

    /// Returns the colours and the font.
    pub(crate) const fn palette(&self) -> &Palette {
        &self.palette
    }

    /// Paints a picture on the canvas.
    pub(crate) fn paint(&self, picture: &Picture) {
        let context = &self.context;
        let _ = context.set_transform(self.density, 0.0, 0.0, self.density, 0.0, 0.0);
        context.set_line_cap("butt");
        context.set_text_baseline("middle");
        for item in &picture.items {
            self.item(item);
        }
        context.set_global_alpha(1.0);
    }

    fn item(&self, item: &Item) {
        let context = &self.context;
        match item {
            Item::Lines(stroke, lines) => {
                self.take(*stroke);
                context.begin_path();
                for [x, y, to_x, to_y] in lines {
                    context.move_to(*x, *y);
                    context.line_to(*to_x, *to_y);
                }
                context.stroke();
            }
            Item::Fill(paint, alpha, areas) => {
                context.set_global_alpha(*alpha);
                context.set_fill_style_str(self.palette.colour(*paint));
                for [left, top, width, height] in areas {
                    context.fill_rect(*left, *top, *width, *height);
                }
            }
            Item::Marks(style, alpha, half, places) => {
                let colour = self.palette.colour(Paint::Family(style.family));
                let ground = self.palette.colour(Paint::Ground);
                self.take(Stroke {
                    alpha: *alpha,
                    ..Stroke::solid(Paint::Family(style.family), 1.5)
                });
                context.set_fill_style_str(if style.filled { colour } else { ground });
                for [x, y] in places {
                    context.begin_path();
                    if let Some(radius) = style.shape.radius() {
                        // `arc` fails only for a negative radius.
                        let _ = context.arc(*x, *y, half * radius, 0.0, TAU);
                    }
                    for (right, down) in style.shape.corners() {
                        context.line_to(x + right * half, y + down * half);
                    }
                    context.close_path();
                    context.fill();
                    context.stroke();
                }
            }
            Item::Rings(stroke, radius, places) => {
                self.take(*stroke);
                for [x, y] in places {
                    context.begin_path();
                    let _ = context.arc(*x, *y, *radius, 0.0, TAU);
                    context.stroke();
                }
            }
            Item::Words(words) => self.words(words),
        }
    }

    fn take(&self, stroke: Stroke) {
        let context = &self.context;
        context.set_global_alpha(stroke.alpha);
        context.set_stroke_style_str(self.palette.colour(stroke.paint));
        // The thinnest lines are one device pixel wide.
        let thinnest = stroke.width <= 1.0;
        context.set_line_width(if thinnest { 1.0 / self.density } else { stroke.width });
        let dash: Array = stroke.dash.iter().copied().map(JsValue::from_f64).collect();
        // Dashes of positive length are always accepted.
        let _ = context.set_line_dash(&dash);
    }

    fn words(&self, words: &Words) {
        let context = &self.context;
        context.set_global_alpha(1.0);
        context.set_fill_style_str(self.palette.colour(words.paint));
        let weight = if words.bold { 650 } else { 400 };
        context.set_font(&format!("{weight} {:.2}px {}", words.size, self.palette.face));
        context.set_text_align(match words.align {
            Align::Start => "start",
            Align::Middle => "center",
            Align::End => "end",
        });
        let _ = context.fill_text(&words.text, words.x, words.y);
    }
}
