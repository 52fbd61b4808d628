//! The space-time diagram: what is drawn of it, where, and with what.
//!
//! The lab gathers what happened as plain data. Here it becomes a picture of lines, fills, marks and words,
//! which a canvas shows and [`svg()`] writes as a file; and from a place in it one finds what was drawn there.

mod bars;
mod canvas;
mod events;
mod find;
mod hatch;
mod lanes;
mod light;
mod lines;
mod palette;
mod picture;
mod scale;
mod scene;
mod state;
mod svg;
#[cfg(test)]
mod tests;
mod told;

pub(crate) use canvas::Screen;
pub(crate) use find::find;
pub(crate) use lanes::{Lanes, host_name};
pub(crate) use light::Evidence;
pub(crate) use palette::Palette;
pub(crate) use picture::Picture;
pub(crate) use scale::{Room, Scale};
pub(crate) use scene::{Subject, draw, said};
pub(crate) use state::{DiagramAction, DiagramState, Pan, Width};
pub(crate) use svg::svg;
pub(crate) use told::{DiagramFrame, Row, Told, told};
