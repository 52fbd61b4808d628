//! A picture as plain data: what is drawn, in the order in which it is drawn, in CSS pixels.

use crate::graphics::kinds::{Family, MessageStyle};

/// A colour by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// A family of messages.
    Family(Family),
    /// The ground.
    Ground,
    /// Words and what must stand out.
    Ink,
    /// What is quiet.
    Soft,
    /// Lines that guide the eye.
    Rule,
    /// What is sunken.
    Sunken,
    /// What is chosen.
    Accent,
    /// What was lost.
    Bad,
    /// The ground of what is cut off.
    BadSoft,
    /// What waits.
    Warn,
    /// The ground of where it waits.
    WarmSoft,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    /// With which colour.
    pub(crate) paint: Paint,
    /// How wide, in pixels.
    pub(crate) width: f64,
    /// How opaque, from 0 to 1.
    pub(crate) alpha: f64,
    /// The lengths of dashes and gaps; none for a solid line.
    pub(crate) dash: &'static [f64],
}

impl Stroke {
    /// Makes a solid, opaque stroke.
    pub(crate) const fn solid(paint: Paint, width: f64) -> Self {
        Self { paint, width, alpha: 1.0, dash: &[] }
    }
}

/// Where words stand in relation to their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// To its right.
    Start,
    /// Across it.
    Middle,
    /// To its left.
    End,
}

/// Words at a place, whose middle height it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Words {
    /// The words.
    pub(crate) text: String,
    /// The place.
    pub(crate) x: f64,
    /// The same.
    pub(crate) y: f64,
    /// On which side of it they stand.
    pub(crate) align: Align,
    /// Their size.
    pub(crate) size: f64,
    /// Whether they are bold.
    pub(crate) bold: bool,
    /// Their colour.
    pub(crate) paint: Paint,
}

/// Something that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// Straight lines, each from one place to another.
    Lines(Stroke, Vec<[f64; 4]>),
    /// Rectangles by their left, top, width and height, with a colour that is so opaque.
    Fill(Paint, f64, Vec<[f64; 4]>),
    /// Messages' marks of one look, by their middle and half their size.
    Marks(MessageStyle, f64, f64, Vec<[f64; 2]>),
    /// Circles of a radius.
    Rings(Stroke, f64, Vec<[f64; 2]>),
    /// Words.
    Words(Words),
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Picture {
    /// Its width and height.
    pub(crate) size: (f64, f64),
    /// What it says, in a sentence.
    pub(crate) title: String,
    /// What is drawn, the ground first.
    pub(crate) items: Vec<Item>,
    /// What was left out or drawn together, where there is too much.
    pub(crate) note: Option<String>,
}

impl Picture {
    /// Draws lines, where there are any.
    pub(crate) fn lines(&mut self, stroke: Stroke, lines: Vec<[f64; 4]>) {
        if !lines.is_empty() {
            self.items.push(Item::Lines(stroke, lines));
        }
    }

    /// Fills rectangles, where there are any.
    pub(crate) fn fill(&mut self, paint: Paint, alpha: f64, rectangles: Vec<[f64; 4]>) {
        if !rectangles.is_empty() {
            self.items.push(Item::Fill(paint, alpha, rectangles));
        }
    }

    /// Draws circles, where there are any.
    pub(crate) fn rings(&mut self, stroke: Stroke, radius: f64, places: Vec<[f64; 2]>) {
        if !places.is_empty() {
            self.items.push(Item::Rings(stroke, radius, places));
        }
    }

    /// Writes words.
    pub(crate) fn words(&mut self, words: Words) {
        self.items.push(Item::Words(words));
    }
}
