//! The space-time diagram: layout, drawing, hit testing and descriptions.
//!
//! The lab gathers the events as plain data. This module turns them into a picture of lines, fills, marks and
//! words, which a canvas paints and [`svg()`] writes as a file. [`find()`] returns the event at a place.

mod bars;
mod canvas;
mod describe;
mod events;
mod fault_spans;
mod find;
mod highlight;
mod lanes;
mod lines;
mod palette;
mod picture;
mod scale;
mod scene;
mod svg;
#[cfg(test)]
mod tests;

pub(crate) use canvas::Screen;
pub(crate) use describe::{Description, DiagramFrame, Row, describe};
pub(crate) use find::find;
pub(crate) use highlight::Evidence;
pub(crate) use lanes::Lanes;
pub(crate) use picture::Picture;
pub(crate) use scale::{Room, Scale};
pub(crate) use scene::{Subject, draw, summary};
pub(crate) use svg::svg;
