//! The nodes that have left the ring.

use std::rc::Rc;

use ringside_lab::frame::NodeFrame;
use ringside_lab::{NodeId, Status};
use yew::prelude::*;

use crate::graphics::ring::{Dial, owner_class};

/// The nodes, and their selection.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// All nodes.
    pub(crate) nodes: Vec<NodeFrame>,
    /// The places of the nodes that are in the ring.
    pub(crate) dial: Rc<Dial>,
    /// The selected nodes.
    pub(crate) chosen: Rc<Vec<NodeId>>,
    /// Selects or deselects a node.
    pub(crate) on_toggle: Callback<NodeId>,
}

/// The nodes that have left the ring, each as a button that selects it: they can join again.
#[component]
pub(crate) fn DepartedNodes(props: &Props) -> Html {
    let departed = props.nodes.iter().filter(|node| props.dial.node(node.id).is_none());
    let entry = |node: &NodeFrame| {
        let id = node.id;
        // A node that was removed while it was down does not know it.
        let how = if node.status == Status::Left { "left" } else { "removed" };
        let state = if node.up { "up" } else { "down" };
        html! {
            <li key={id.0}>
                <button type="button" class={classes!("gone-node", owner_class(id))}
                    aria-pressed={props.chosen.contains(&id).to_string()}
                    aria-label={format!("Node {id}, {how}, {state}")}
                    title="No longer in the ring" onclick={props.on_toggle.reform(move |_| id)}>
                    <b>{ id.to_string() }</b><span>{ how }</span>
                </button>
            </li>
        }
    };
    html! { <ul class="gone-nodes" aria-label="No longer in the ring">{ for departed.map(entry) }</ul> }
}
