//! A picture as plain data: items in the order in which they are drawn, in CSS pixels.

use crate::graphics::kinds::{Family, MessageStyle};

/// A colour, named by its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// A family of messages.
    Family(Family),
    /// The background.
    Ground,
    /// Words and other items that must stand out.
    Ink,
    /// Items that must not stand out.
    Soft,
    /// Lines that guide the eye.
    Rule,
    /// The background of areas without activity.
    Sunken,
    /// The chosen event, the current time and nodes that are highlighted.
    Accent,
    /// Losses, failures and interventions.
    Bad,
    /// The background of nodes that are cut off or whose links lose messages.
    BadSoft,
    /// The pattern of clogged links.
    Warn,
    /// The background of slow nodes and clogged links.
    WarmSoft,
}

/// The style of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    /// The colour.
    pub(crate) paint: Paint,
    /// The width, in pixels.
    pub(crate) width: f64,
    /// The opacity, from 0 to 1.
    pub(crate) alpha: f64,
    /// The lengths of dashes and gaps, in pixels; empty for a solid line.
    pub(crate) dash: &'static [f64],
}

impl Stroke {
    /// Builds a solid, opaque stroke.
    pub(crate) const fn solid(paint: Paint, width: f64) -> Self {
        Self { paint, width, alpha: 1.0, dash: &[] }
    }
}

/// The position of words in relation to their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// To the right of the place.
    Start,
    /// Centred on the place.
    Middle,
    /// To the left of the place.
    End,
}

/// Words at a place, which is at half their height.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Words {
    /// The text.
    pub(crate) text: String,
    /// The place from left to right, in CSS pixels.
    pub(crate) x: f64,
    /// The place from top to bottom, in CSS pixels.
    pub(crate) y: f64,
    /// The position in relation to the place.
    pub(crate) align: Align,
    /// The size of the font, in CSS pixels.
    pub(crate) size: f64,
    /// Whether the words are bold.
    pub(crate) bold: bool,
    /// The colour.
    pub(crate) paint: Paint,
}

/// An item that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// Straight lines, each by the x and y of its start and of its end.
    Lines(Stroke, Vec<[f64; 4]>),
    /// Rectangles by their left, top, width and height, with a colour and an opacity.
    Fill(Paint, f64, Vec<[f64; 4]>),
    /// Messages' marks of one style, with an opacity, half the size, and the middle of each.
    Marks(MessageStyle, f64, f64, Vec<[f64; 2]>),
    /// Circles of one radius, by their middle.
    Rings(Stroke, f64, Vec<[f64; 2]>),
    /// Words.
    Words(Words),
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Picture {
    /// The width and the height.
    pub(crate) size: (f64, f64),
    /// A summary of the picture in one sentence.
    pub(crate) title: String,
    /// The items, the background first.
    pub(crate) items: Vec<Item>,
    /// A note on messages left out or drawn together, or `None` if each is drawn.
    pub(crate) note: Option<String>,
}

impl Picture {
    /// Draws lines, if there are any.
    pub(crate) fn lines(&mut self, stroke: Stroke, lines: Vec<[f64; 4]>) {
        if !lines.is_empty() {
            self.items.push(Item::Lines(stroke, lines));
        }
    }

    /// Fills rectangles, if there are any.
    pub(crate) fn fill(&mut self, paint: Paint, alpha: f64, rectangles: Vec<[f64; 4]>) {
        if !rectangles.is_empty() {
            self.items.push(Item::Fill(paint, alpha, rectangles));
        }
    }

    /// Draws circles, if there are any.
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
