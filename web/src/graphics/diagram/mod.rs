//! The space-time diagram: what is drawn of it, where, and with what.
//!
//! The lab gathers what happened as plain data. Here it becomes a picture of lines, fills, marks and words,
//! which a canvas shows and [`svg()`] writes as a file; and from a place in it one finds what was drawn there.

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
pub(crate) use describe::{Description, DiagramFrame, Row, told};
pub(crate) use find::find;
pub(crate) use highlight::Evidence;
pub(crate) use lanes::Lanes;
pub(crate) use picture::Picture;
pub(crate) use scale::{Room, Scale};
pub(crate) use scene::{Subject, draw, said};
pub(crate) use svg::svg;
