//! The mark of a kind of message, which looks like its dots.

use ringside_lab::MessageKind;
use yew::prelude::*;

use crate::graphics::kinds::{MessageStyle, Shape};

/// The kind to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The kind of message.
    pub(crate) kind: MessageKind,
}

/// Half the size of a mark in a picture of 16 units: the tips of pointed shapes need some room.
const HALF: f64 = 4.9;

/// The mark of a kind of message, for the legend and for lists.
#[component]
pub(crate) fn KindMark(props: &Props) -> Html {
    let style = MessageStyle::of(props.kind);
    let filled = if style.filled { "filled" } else { "hollow" };
    html! {
        <svg class={classes!("kind-mark", format!("kind-{}", style.family.colour()), filled)}
            viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path(style.shape)} />
        </svg>
    }
}

/// Returns the SVG path of a shape around the middle of the mark.
fn path(shape: Shape) -> String {
    if let Some(radius) = shape.radius() {
        let (radius, width) = (radius * HALF, radius * HALF * 2.0);
        return format!(
            "M8 {:.1}a{radius:.1} {radius:.1} 0 1 1 0 {width:.1}a{radius:.1} {radius:.1} 0 1 1 0-{width:.1}z",
            8.0 - radius
        );
    }
    let corner = |(x, y): &(f64, f64)| format!("{:.1} {:.1}", 8.0 + x * HALF, 8.0 + y * HALF);
    let corners: Vec<String> = shape.corners().iter().map(corner).collect();
    format!("M{}z", corners.join("L"))
}
