//! Ranges that are being streamed to their new owners.

use std::rc::Rc;

use ringside_lab::ring::FetchFrame;
use yew::prelude::*;

use crate::graphics::ring::{Dial, Point, View, fetch_paths, fetch_place};
use crate::state::ring::RingPicture;

/// The ranges to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The keys, ranges and flows on the ring.
    pub(crate) picture: Rc<RingPicture>,
    /// The places of the nodes.
    pub(crate) dial: Rc<Dial>,
    /// The visible part of the ring.
    pub(crate) view: View,
}

/// A lane around the band with every range that a node still has to fetch: faint while it waits, dashed while it
/// is being sent, and solid as far as its keys have arrived. A line leads from a range that is being sent to
/// its new owner.
#[component]
pub(crate) fn FetchLanes(props: &Props) -> Html {
    let (mut waiting, mut sending, mut arrived, mut lines) =
        (String::new(), String::new(), String::new(), String::new());
    let fetches = &props.picture.frame.fetches;
    for fetch in fetches.iter().filter(|it| props.view.may_show(fetch_place(it))) {
        let [left, done] = fetch_paths(fetch);
        arrived.push_str(&done);
        if fetch.from.is_some() {
            sending.push_str(&left);
            lines.push_str(&line(&props.dial, fetch).unwrap_or_default());
        } else {
            waiting.push_str(&left);
        }
    }
    html! {
        <g class="fetch-lanes">
            <path class="fetch-waiting" d={waiting} />
            <path class="fetch-coming" d={sending} />
            <path class="fetch-come" d={arrived} />
            <path class="fetch-line" d={lines} />
        </g>
    }
}

fn line(dial: &Dial, fetch: &FetchFrame) -> Option<String> {
    let (start, node) = (fetch_place(fetch), dial.node(fetch.to)?);
    let part = 1.0 - dial.node_radius() / start.distance(node).max(f64::EPSILON);
    let end: Point = start.towards(node, part.max(0.0));
    Some(format!("M{}L{}", start.svg(), end.svg()))
}
