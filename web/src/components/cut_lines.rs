//! Cut links on the dial.

use ringside_lab::{End, NodeId};
use yew::prelude::*;

use crate::ring::{Cuts, Dial, HUB, Point, SVG};

/// What is cut.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The cuts.
    pub(crate) cuts: Cuts,
    /// How many nodes there are.
    pub(crate) nodes: usize,
}

/// Above this many cut pairs, only the boundary between the sides is drawn.
const MOST_LINKS: usize = 15;

/// How far out the boundary between sides reaches.
const REACH: f64 = 0.78;

/// Cut links as broken lines with a cross, and the boundary between sides as a wall.
#[component]
pub(crate) fn CutLines(props: &Props) -> Html {
    let dial = Dial::new(props.nodes);
    let walls = props.cuts.gaps();
    let links = &props.cuts.links;
    let links = if links.len() <= MOST_LINKS { links.as_slice() } else { &[] };
    html! {
        <g class="cuts">
            { for links.iter().map(|link| broken(&dial, *link)) }
            { for walls.into_iter().map(|gap| wall(gap, props.nodes)) }
        </g>
    }
}

/// A broken line between two nodes; where only one direction is cut, its cross stands at the end that
/// is not reached.
fn broken(dial: &Dial, (from, to, both): (NodeId, NodeId, bool)) -> Html {
    let radius = dial.node_radius();
    let (start, end) = (dial.node(from), dial.node(to));
    let part = radius / start.distance(end).max(f64::EPSILON);
    let (edge, other_edge) = (start.towards(end, part), end.towards(start, part));
    let middle = start.towards(end, 0.5);
    let cross = if both && middle.distance(Point::default()) < HUB {
        // In the very middle are the clients.
        start.towards(end, 0.32)
    } else if both {
        middle
    } else {
        let curve = dial.curve(End::Node(from), End::Node(to));
        curve.at(0.85).towards(other_edge, 0.5)
    };
    html! {
        <g key={format!("{from}-{to}")}>
            <path class="broken-link" d={format!("M{}L{}", edge.svg(), other_edge.svg())} />
            { cross_at(cross, 0.014) }
        </g>
    }
}

/// A wall between neighbours that lie on different sides.
fn wall(gap: usize, nodes: usize) -> Html {
    let turn = (gap as f64 + 0.5) / nodes as f64;
    let [inner, outer] = [HUB + 0.02, REACH].map(|radius| Point::polar(turn, radius));
    html! {
        <g key={format!("wall-{gap}")}>
            <path class="wall" d={format!("M{}L{}", inner.svg(), outer.svg())} />
            { cross_at(outer, 0.022) }
        </g>
    }
}

fn cross_at(place: Point, arm: f64) -> Html {
    let arm = arm * SVG;
    let (x, y) = (place.x * SVG, place.y * SVG);
    let d = format!(
        "M{:.1} {:.1}l{a:.1} {a:.1}M{:.1} {:.1}l-{a:.1} {a:.1}",
        x - arm,
        y - arm,
        x + arm,
        y - arm,
        a = arm * 2.0
    );
    html! { <path class="cross" {d} /> }
}
