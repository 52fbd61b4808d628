//! The marks of keys at their places on the ring.

use std::rc::Rc;

use ringside_lab::ring::{Agreement, KeyPoint};
use yew::prelude::*;

use crate::format;
use crate::graphics::ring::{KEYS, Point, SVG, View, push_key};
use crate::state::ring::RingPicture;

/// The keys to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The keys, ranges and flows on the ring.
    pub(crate) picture: Rc<RingPicture>,
    /// The visible part of the ring.
    pub(crate) view: View,
}

/// The zoom from which on keys have their names beside them.
const NAMED_FROM: f64 = 4.0;

/// The largest number of names.
const MOST_NAMES: usize = 60;

/// A small dot for each key whose replicas agree, and a mark of another shape and colour for each key whose
/// replicas do not. Names are shown when zoomed in.
#[component]
pub(crate) fn KeyPoints(props: &Props) -> Html {
    let view = props.view;
    let scale = view.thin();
    let keys = || props.picture.frame.keys.iter().filter(|key| view.may_show(at(key, KEYS)));
    let mut agreeing = String::new();
    for key in keys().filter(|key| key.agreement == Agreement::Full) {
        push_key(&mut agreeing, key.place, key.agreement, scale);
    }
    let apart = keys().filter(|key| key.agreement != Agreement::Full);
    let named = (view.zoom() >= NAMED_FROM).then(|| keys().take(MOST_NAMES));
    html! {
        <g class="key-points">
            <path class="keys-agree" d={agreeing} />
            <>{ for apart.map(|key| apart_mark(key, scale)) }</>
            <>{ for named.into_iter().flatten().map(|key| name(key, scale)) }</>
        </g>
    }
}

fn at(key: &KeyPoint, radius: f64) -> Point {
    Point::polar(key.place, radius)
}

fn apart_mark(key: &KeyPoint, scale: f64) -> Html {
    let mut d = String::new();
    push_key(&mut d, key.place, key.agreement, scale);
    let class = match key.agreement {
        Agreement::Full => "keys-agree",
        Agreement::Behind => "key-behind",
        Agreement::Apart => "key-apart",
    };
    html! { <path key={key.key.clone()} {class} {d}><title>{ described(key) }</title></path> }
}

fn name(key: &KeyPoint, scale: f64) -> Html {
    let place = at(key, KEYS - 0.034 * scale);
    let (x, y) = (format!("{:.2}", place.x * SVG), format!("{:.2}", place.y * SVG));
    let anchor = if place.x > 0.0 { "end" } else { "start" };
    html! {
        <text key={key.key.clone()} class="key-name" {x} {y} text-anchor={anchor}>{ &key.key }</text>
    }
}

/// Describes the agreement of the replicas of a key.
pub(super) fn described(key: &KeyPoint) -> String {
    let lacking = format::first_few(&key.lacking, 5);
    match key.agreement {
        Agreement::Full => format!("{}: all replicas agree", key.key),
        Agreement::Behind if key.lacking.len() == 1 => {
            format!("{}: {lacking} lacks the newest", key.key)
        }
        Agreement::Behind => format!("{}: {lacking} lack the newest", key.key),
        Agreement::Apart => format!("{}: {lacking} hold different versions", key.key),
    }
}
