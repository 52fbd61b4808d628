//! The selected key at its place on the ring, and the walk to its replicas.

use std::rc::Rc;

use ringside_lab::Token;
use yew::prelude::*;

use crate::graphics::ring::{BAND_INNER, BAND_OUTER, Point, SVG, Stop, WALK, arc_path, walk};

/// The key to draw, and its replicas.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The tokens of the ring.
    pub(crate) tokens: Rc<Vec<Token>>,
    /// The place of the key, as a part of the full turn.
    pub(crate) place: f64,
    /// The preference list of the key.
    pub(crate) list: Rc<Vec<ringside_lab::NodeId>>,
    /// The factor by which marks are thinner when zoomed in.
    pub(crate) thin: f64,
}

/// The radius at which the numbers of the stops stand, outside the band.
const NUMBERS: f64 = 0.968;

/// The distance from its stop, in turns, beyond which a number is left out.
const TOO_FAR_OFF: f64 = 0.02;

/// The least distance between two numbers, in turns.
const LEAST_APART: f64 = 0.009;

/// A pointer at the place of the key, and a line clockwise from it to the tokens that determine its replicas.
#[component]
pub(crate) fn KeyWalk(props: &Props) -> Html {
    let place = props.place;
    let stops = walk(&props.tokens, place, props.list.iter().copied());
    let end = stops.last().map_or(place, |stop| stop.turn);
    html! {
        <g class="key-walk">
            <path class="walk-line" d={arc_path(place, end, WALK)} />
            <>
                { for stops.iter().zip(numbers(place, &stops)).enumerate()
                    .map(|(index, (it, number))| stop(index, it, number)) }
            </>
            <path class="key-pointer" d={pointer(place, props.thin)} />
        </g>
    }
}

fn stop(index: usize, stop: &Stop, number_turn: f64) -> Html {
    let near = number_turn - stop.turn < TOO_FAR_OFF;
    let [inner, outer] = [BAND_INNER, WALK].map(|radius| Point::polar(stop.turn, radius).svg());
    let number = Point::polar(number_turn, NUMBERS);
    let (x, y) = (format!("{:.1}", number.x * SVG), format!("{:.1}", number.y * SVG));
    html! {
        <g key={index}>
            <path class="walk-stop" d={format!("M{inner}L{outer}")} />
            if near {
                <text class="walk-number" {x} {y}>{ index + 1 }</text>
            }
        </g>
    }
}

/// Returns the turns at which the numbers stand: beside their stops, but never on top of each other.
fn numbers(place: f64, stops: &[Stop]) -> Vec<f64> {
    let mut last = place;
    let mut apart = |stop: &Stop| {
        last = stop.turn.max(last + LEAST_APART);
        last
    };
    stops.iter().map(&mut apart).collect()
}

/// Returns the SVG path of a wedge across the band whose tip points at the place of the key.
fn pointer(place: f64, thin: f64) -> String {
    let half_width = 0.0055 * thin;
    let tip = Point::polar(place, BAND_INNER - 0.012).svg();
    let left = Point::polar(place - half_width, BAND_OUTER + 0.062).svg();
    let right = Point::polar(place + half_width, BAND_OUTER + 0.062).svg();
    format!("M{tip}L{left}L{right}Z")
}
