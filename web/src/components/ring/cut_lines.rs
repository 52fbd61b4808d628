//! Cut and clogged links on the dial.

use std::rc::Rc;

use ringside_lab::{Endpoint, NodeId};
use yew::prelude::*;

use crate::graphics::ring::{Curve, Cuts, Dial, HUB, Point, SVG};

/// The links to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The cuts.
    pub(crate) cuts: Rc<Cuts>,
    /// The links on which messages wait, each in its direction.
    pub(crate) clogs: Vec<(NodeId, NodeId)>,
    /// The places of the nodes.
    pub(crate) dial: Rc<Dial>,
}

/// Above this many cut pairs, only the boundary between the sides is drawn.
const MOST_LINKS: usize = 15;

/// The radius to which the boundary between sides reaches.
const REACH: f64 = 0.78;

/// The point of the path at which messages are lost on a link that is cut in one direction.
const NEAR_END: f64 = 0.82;

/// The point of the path at which messages wait on a clogged link.
const NEAR_START: f64 = 0.16;

/// Links that are cut in both directions, as straight broken lines with a cross; one-way cuts and clogs, along
/// the path of their messages, with a cross before the end or a dam at the start; and the boundary between
/// sides, as a wall.
#[component]
pub(crate) fn CutLines(props: &Props) -> Html {
    let dial = &*props.dial;
    let (walls, places) = props.cuts.gaps();
    let links = &props.cuts.links;
    let links = if links.len() <= MOST_LINKS { links.as_slice() } else { &[] };
    html! {
        <g class="cuts">
            { for links.iter().filter_map(|(from, to, both)| {
                if *both { broken(dial, *from, *to) } else { one_way(dial, *from, *to) }
            }) }
            { for props.clogs.iter().take(MOST_LINKS).filter_map(|(from, to)| clogged(dial, *from, *to)) }
            { for walls.into_iter().map(|gap| wall(gap, places)) }
        </g>
    }
}

/// Renders a broken line between two nodes that cannot reach each other.
fn broken(dial: &Dial, from: NodeId, to: NodeId) -> Option<Html> {
    let radius = dial.node_radius();
    let (start, end) = (dial.node(from)?, dial.node(to)?);
    let part = radius / start.distance(end).max(f64::EPSILON);
    let (edge, other_edge) = (start.towards(end, part), end.towards(start, part));
    let middle = start.towards(end, 0.5);
    // The clients are in the very middle.
    let at_hub = middle.distance(Point::default()) < HUB;
    let cross = if at_hub { start.towards(end, 0.32) } else { middle };
    Some(html! {
        <g key={format!("{from}-{to}")}>
            <path class="broken-link" d={format!("M{}L{}", edge.svg(), other_edge.svg())} />
            { cross_at(cross, 0.014) }
        </g>
    })
}

/// Renders the path of messages that do not arrive, which ends at a cross.
fn one_way(dial: &Dial, from: NodeId, to: NodeId) -> Option<Html> {
    let curve = path(dial, from, to)?;
    Some(html! {
        <g key={format!("one-way-{from}-{to}")}>
            <path class="broken-link one-way" d={until(&curve, NEAR_END)} />
            { cross_at(curve.at(NEAR_END), 0.016) }
        </g>
    })
}

/// Renders the path of messages that wait, with a dam across its start.
fn clogged(dial: &Dial, from: NodeId, to: NodeId) -> Option<Html> {
    let curve = path(dial, from, to)?;
    let dam = [-0.012, 0.012].map(|part| across(&curve, NEAR_START + part));
    Some(html! {
        <g key={format!("clog-{from}-{to}")}>
            <path class="clogged-link" d={until(&curve, 1.0)} />
            <path class="dam" d={dam.concat()} />
        </g>
    })
}

fn path(dial: &Dial, from: NodeId, to: NodeId) -> Option<Curve> {
    dial.node(from).and(dial.node(to))?;
    Some(dial.curve(Endpoint::Node(from), Endpoint::Node(to)))
}

/// Returns the SVG path of a curve up to `part` of it.
fn until(curve: &Curve, part: f64) -> String {
    let [start, bend, end] = curve.stretch(0.0, part);
    format!("M{}Q{} {}", start.svg(), bend.svg(), end.svg())
}

/// Returns the SVG path of a stroke across a curve.
fn across(curve: &Curve, part: f64) -> String {
    const ARM: f64 = 0.03;
    let (place, next) = (curve.at(part), curve.at(part + 0.01));
    let length = place.distance(next).max(f64::EPSILON);
    let (right, down) = ((next.x - place.x) / length * ARM, (next.y - place.y) / length * ARM);
    let [one, other] = [
        Point { x: place.x - down, y: place.y + right },
        Point { x: place.x + down, y: place.y - right },
    ];
    format!("M{}L{}", one.svg(), other.svg())
}

/// Renders a wall between neighbours that lie on different sides.
fn wall(gap: usize, places: usize) -> Html {
    let turn = (gap as f64 + 0.5) / places as f64;
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
