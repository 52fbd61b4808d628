//! The notes in the stage's upper corners: the key in hand, and what is cut.

use std::rc::Rc;

use ringside_lab::NodeId;
use yew::prelude::*;

use crate::format;
use crate::graphics::ring::Cuts;

/// What the notes say.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The key in hand, where there is one.
    pub(crate) key_in_hand: Option<String>,
    /// Its preference list.
    pub(crate) list: Rc<Vec<NodeId>>,
    /// What is cut.
    pub(crate) cuts: Rc<Cuts>,
    /// The links on which messages wait, each in its direction.
    pub(crate) clogs: Vec<(NodeId, NodeId)>,
}

/// How many replicas the key's note names one by one.
pub(super) const LISTED_REPLICAS: usize = 7;

/// How many clogged links are named one by one.
const LISTED_CLOGS: usize = 4;

/// The key in hand and where it lives on the left, and on the right what is cut or clogged.
#[component]
pub(crate) fn StageTags(props: &Props) -> Html {
    let cuts = props.cuts.words();
    html! {
        <>
            if let Some(key) = &props.key_in_hand {
                <p class="tag key-tag">
                    <span class="tag-name">{ "key in hand" }</span>
                    <span class="tag-text">{ key }</span>
                    <span class="tag-more">
                        { format!("lives on {}", format::few_names(&props.list, LISTED_REPLICAS)) }
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
