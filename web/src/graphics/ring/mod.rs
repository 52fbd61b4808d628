//! The geometry of the ring, independent of any screen: nodes, tokens, walks and cuts.
//!
//! All functions are pure. The unit of length is half the stage's side, with the origin in the stage's
//! middle, x to the right and y downwards. Turns run clockwise from the top, from 0 to 1.

mod arcs;
mod cuts;
mod dial;
mod marks;
mod view;
mod walk;

pub(crate) use arcs::{OwnerArcs, band, owner_class};
pub(crate) use cuts::Cuts;
pub(crate) use dial::{Curve, Dial, Point};
pub(crate) use marks::{KEYS, fetch_paths, fetch_place, push_key};
pub(crate) use view::View;
pub(crate) use walk::{Stop, walk};

use ringside_lab::Token;

/// The radius of the token band's outer edge.
pub(crate) const BAND_OUTER: f64 = 0.89;

/// The radius of the token band's inner edge.
pub(crate) const BAND_INNER: f64 = 0.832;

/// The radius of the line that shows a key's walk.
pub(crate) const WALK: f64 = 0.925;

/// The radius of the clients' area in the middle.
pub(crate) const HUB: f64 = 0.12;

/// Returns a token's place as a part of the full turn.
pub(crate) fn turn(token: &Token) -> f64 {
    token.position as f64 / 2_f64.powi(64)
}

/// Returns an SVG path that follows a circle clockwise from one turn to a later one.
pub(crate) fn arc_path(from: f64, to: f64, radius: f64) -> String {
    // An arc command cannot draw a whole circle, so the path goes through the arc's middle.
    let middle = f64::midpoint(from, to);
    let [start, middle, end] = [from, middle, to].map(|turn| Point::polar(turn, radius).svg());
    let radius = radius * SVG;
    format!("M{start}A{radius} {radius} 0 0 1 {middle}A{radius} {radius} 0 0 1 {end}")
}

/// The number of SVG units in half the stage's side.
pub(crate) const SVG: f64 = 1000.0;
