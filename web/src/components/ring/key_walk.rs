//! The key in hand at its place on the ring, and its walk to its replicas.

use std::rc::Rc;

use ringside_lab::Token;
use yew::prelude::*;

use crate::graphics::ring::{BAND_INNER, BAND_OUTER, Point, SVG, Stop, WALK, arc_path, walk};

/// What is to be marked.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The tokens of the ring.
    pub(crate) tokens: Rc<Vec<Token>>,
    /// The key's place, as a part of the full turn.
    pub(crate) place: f64,
    /// The key's preference list, with nothing else of it.
    pub(crate) list: Rc<Vec<ringside_lab::NodeId>>,
    /// By how much marks are thinner where they are seen from nearby.
    pub(crate) thin: f64,
}

/// How far outside the band the numbers of the walk's stops stand.
const NUMBERS: f64 = 0.968;

/// A number that would stand farther from its stop than this, in turns, is left out.
const TOO_FAR_OFF: f64 = 0.02;

/// How far apart two numbers stand at least, in turns.
const LEAST_APART: f64 = 0.009;

/// A pointer at the key's place, and a line clockwise from it to the tokens that decide its replicas.
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

/// Gives the turns at which the stops' numbers stand: beside their stops, but never on each other.
fn numbers(place: f64, stops: &[Stop]) -> Vec<f64> {
    let mut last = place;
    let mut apart = |stop: &Stop| {
        last = stop.turn.max(last + LEAST_APART);
        last
    };
    stops.iter().map(&mut apart).collect()
}

/// A wedge across the band whose tip points at the key's very place.
fn pointer(place: f64, thin: f64) -> String {
    let half_width = 0.0055 * thin;
    let tip = Point::polar(place, BAND_INNER - 0.012).svg();
    let left = Point::polar(place - half_width, BAND_OUTER + 0.062).svg();
    let right = Point::polar(place + half_width, BAND_OUTER + 0.062).svg();
    format!("M{tip}L{left}L{right}Z")
}
