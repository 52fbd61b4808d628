//! Ranges that are being handed over.

use std::rc::Rc;

use ringside_lab::ring::FetchFrame;
use yew::prelude::*;

use crate::graphics::ring::{Dial, Point, View, fetch_paths, fetch_place};
use crate::state::ring::RingPicture;

/// What is handed over.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What the ring shows.
    pub(crate) picture: Rc<RingPicture>,
    /// Where the nodes stand.
    pub(crate) dial: Rc<Dial>,
    /// What part of the ring is looked at.
    pub(crate) view: View,
}

/// A lane around the band with every range that some node still has to fetch: faint where it waits, dashed
/// where it is being sent, and full as far as its keys have come. A line leads from what is being sent to
/// who gets it.
#[component]
pub(crate) fn FetchLanes(props: &Props) -> Html {
    let (mut waiting, mut coming, mut come, mut lines) =
        (String::new(), String::new(), String::new(), String::new());
    let fetches = &props.picture.frame.fetches;
    for fetch in fetches.iter().filter(|it| props.view.may_show(fetch_place(it))) {
        let [left, done] = fetch_paths(fetch);
        come.push_str(&done);
        if fetch.from.is_some() {
            coming.push_str(&left);
            lines.push_str(&line(&props.dial, fetch).unwrap_or_default());
        } else {
            waiting.push_str(&left);
        }
    }
    html! {
        <g class="fetch-lanes">
            <path class="fetch-waiting" d={waiting} />
            <path class="fetch-coming" d={coming} />
            <path class="fetch-come" d={come} />
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
