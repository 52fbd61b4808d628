//! The tags in the upper corners of the stage: the selected key, and the cut links.

use std::rc::Rc;

use ringside_lab::NodeId;
use yew::prelude::*;

use crate::format;
use crate::graphics::ring::Cuts;

/// The contents of the tags.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The selected key, if there is one.
    pub(crate) key_name: Option<String>,
    /// Its preference list.
    pub(crate) list: Rc<Vec<NodeId>>,
    /// The cuts.
    pub(crate) cuts: Rc<Cuts>,
    /// The links on which messages wait, each in its direction.
    pub(crate) clogs: Vec<(NodeId, NodeId)>,
}

/// The number of replicas that the tag of the key names one by one.
pub(super) const LISTED_REPLICAS: usize = 7;

/// The number of clogged links that are named one by one.
const LISTED_CLOGS: usize = 4;

/// The selected key and its replicas on the left, and the cut and clogged links on the right.
#[component]
pub(crate) fn StageTags(props: &Props) -> Html {
    let cuts = props.cuts.words();
    html! {
        <>
            if let Some(key) = &props.key_name {
                <p class="tag key-tag">
                    <span class="tag-name">{ "selected key" }</span>
                    <span class="tag-text">{ key }</span>
                    <span class="tag-more">
                        { format!("lives on {}", format::first_few(&props.list, LISTED_REPLICAS)) }
                    </span>
                </p>
            }
            if cuts.is_some() || !props.clogs.is_empty() {
                <p class="tag cut-tag">
                    <span class="tag-name">{ "network" }</span>
                    if let Some(cuts) = cuts {
                        <span class="tag-text">{ format!("cut: {cuts}") }</span>
                    }
                    if !props.clogs.is_empty() {
                        <span class="tag-text clog-text">{ clogged(&props.clogs) }</span>
                    }
                </p>
            }
        </>
    }
}

fn clogged(clogs: &[(NodeId, NodeId)]) -> String {
    if clogs.len() > LISTED_CLOGS {
        return format!("clogged: {} links", clogs.len());
    }
    let links: Vec<String> =
        clogs.iter().map(|(from, to)| format!("{from} \u{2192} {to}")).collect();
    format!("clogged: {}", links.join(", "))
}
