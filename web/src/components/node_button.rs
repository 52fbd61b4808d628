//! A node on the dial.

use ringside_lab::NodeId;
use yew::prelude::*;

use crate::ring::{Point, owner_class};
use crate::words;

/// What a node shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The node.
    pub(crate) node: NodeId,
    /// Where it stands.
    pub(crate) place: Point,
    /// Whether it runs.
    pub(crate) up: bool,
    /// How many keys it holds.
    pub(crate) keys: u32,
    /// How many operations it coordinates.
    pub(crate) coordinating: u32,
    /// How often its disk was lost.
    pub(crate) wipes: u16,
    /// Its place in the preference list of the key in hand, from one.
    pub(crate) rank: Option<usize>,
    /// Whether its answer to the operation in hand counted.
    pub(crate) lit: bool,
    /// Whether the fault buttons act on it.
    pub(crate) chosen: bool,
    /// Chooses it, or lets it go.
    pub(crate) on_toggle: Callback<NodeId>,
}

/// A node as a button that chooses it. A stopped node has another shape and says so.
#[component]
pub(crate) fn NodeButton(props: &Props) -> Html {
    let Props { node, up, keys, rank, .. } = props;
    let node = *node;
    let class = classes!(
        "node",
        owner_class(node),
        (!up).then_some("is-down"),
        (props.coordinating > 0).then_some("is-coordinating"),
    );
    let state = if *up { words::counted(u64::from(*keys), "key") } else { "down".to_owned() };
    let name = name(props);
    html! {
        <button type="button" {class} style={props.place.css()} aria-pressed={props.chosen.to_string()}
            aria-label={name.clone()} title={name} onclick={props.on_toggle.reform(move |_| node)}>
            <span class="node-face">
                <span class="node-name">{ node.to_string() }</span>
                <span class="node-state">{ state }</span>
            </span>
            if let Some(rank) = rank {
                <span class={classes!("rank", props.lit.then_some("is-lit"))}>
                    { words::ordinal(*rank) }
                </span>
            }
        </button>
    }
}

/// Says all that the button shows, and what it has no room for.
fn name(props: &Props) -> String {
    let counted = |number: u32, noun: &str| words::counted(u64::from(number), noun);
    let mut parts = vec![format!("Node {}", props.node)];
    parts.push(if props.up { "up" } else { "down" }.to_owned());
    parts.push(counted(props.keys, "key"));
    parts.extend(
        props.rank.map(|rank| format!("{} replica of the key in hand", words::ordinal(rank))),
    );
    if props.coordinating > 0 {
        parts.push(format!("coordinates {}", counted(props.coordinating, "operation")));
    }
    if props.wipes > 0 {
        parts.push(format!("disk lost {}", counted(u32::from(props.wipes), "time")));
    }
    parts.join(", ")
}
