//! The token band around the dial.

use std::rc::Rc;

use ringside_lab::Token;
use yew::prelude::*;

use crate::ring::{OwnerArcs, SVG, owner_arcs, owner_class};

/// What the band shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The tokens of the ring.
    pub(crate) tokens: Rc<Vec<Token>>,
}

/// Above this many tokens the gaps between arcs would be wider than the arcs.
const TOO_MANY_FOR_GAPS: usize = 400;

/// Each token's arc in its owner's colour, with the owner's letter where there is room. It is drawn
/// once a ring, however often the picture changes.
#[component]
pub(crate) fn RingBand(props: &Props) -> Html {
    let arcs = use_memo(props.tokens.clone(), |tokens| owner_arcs(tokens));
    let gaps = props.tokens.len() <= TOO_MANY_FOR_GAPS;
    html! {
        <g class={classes!("band", gaps.then_some("with-gaps"))}>
            { for arcs.iter().map(owner) }
        </g>
    }
}

fn owner(arcs: &OwnerArcs) -> Html {
    let name = arcs.node.to_string();
    let letter = |place: &crate::ring::Point| {
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
