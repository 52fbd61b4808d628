//! The token band around the dial.

use std::rc::Rc;

use ringside_lab::Token;
use yew::prelude::*;

use crate::graphics::ring::{OwnerArcs, SVG, View, band, owner_class};

/// The tokens to draw.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The tokens of the ring.
    pub(crate) tokens: Rc<Vec<Token>>,
    /// The visible part of the ring.
    pub(crate) view: View,
}

/// The arcs in the colours of their owners, with the letter of the owner where there is room. It is drawn once
/// per ring and visible part, however often the picture changes.
#[component]
pub(crate) fn RingBand(props: &Props) -> Html {
    let shown = use_memo((props.tokens.clone(), props.view), |(tokens, view)| band(tokens, *view));
    html! {
        <g class={classes!("band", shown.with_gaps.then_some("with-gaps"))}>
            { for shown.owners.iter().map(owner) }
        </g>
    }
}

fn owner(arcs: &OwnerArcs) -> Html {
    let name = arcs.node.to_string();
    let letter = |place: &crate::graphics::ring::Point| {
        let (x, y) = (format!("{:.1}", place.x * SVG), format!("{:.1}", place.y * SVG));
        html! { <text {x} {y}>{ &name }</text> }
    };
    html! {
        <g key={name.clone()} class={owner_class(arcs.node)}>
            <path d={arcs.path.clone()} />
            { for arcs.letters.iter().map(letter) }
        </g>
    }
}
