//! The mark of a kind of message, as its dots look.

use ringside_lab::Kind;
use yew::prelude::*;

use crate::kinds::{Look, Shape};

/// What is to be drawn.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The kind.
    pub(crate) kind: Kind,
}

/// The mark of a kind of message, for the legend and for lists.
#[component]
pub(crate) fn KindMark(props: &Props) -> Html {
    let look = Look::of(props.kind);
    let path = match look.shape {
        Shape::Circle => "M8 3.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z",
        Shape::Square => "M3.6 3.6h8.8v8.8H3.6z",
        Shape::Triangle => "M8 2.6l5.4 9.6H2.6z",
        Shape::Diamond => "M8 1.8L14.2 8L8 14.2L1.8 8z",
    };
    let filled = if look.filled { "filled" } else { "hollow" };
    html! {
        <svg class={classes!("kind-mark", format!("kind-{}", look.colour), filled)}
            viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
