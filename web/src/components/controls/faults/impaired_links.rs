//! The list of slow and lossy links.

use ringside_lab::{Duration, LinkImpairment, NodeId};
use yew::prelude::*;

use crate::format;

/// The links to list.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The impaired links, each in its direction.
    pub(super) impairments: Vec<((NodeId, NodeId), LinkImpairment)>,
}

/// The number of links that are listed one by one.
const LISTED: usize = 4;

/// A list of the links that were made slow or lossy.
#[component]
pub(super) fn ImpairedLinks(props: &Props) -> Html {
    let impairments = &props.impairments;
    let more = impairments.len().saturating_sub(LISTED);
    html! {
        <ul class="strained" aria-label="Slow and lossy links">
            { for impairments.iter().take(LISTED).map(|(link, impairment)| html! {
                <li>{ described(*link, impairment) }</li>
            }) }
            if more > 0 {
                <li>{ format!("and {} more", format::count(more as u64, "link")) }</li>
            }
        </ul>
    }
}

fn described((from, to): (NodeId, NodeId), impairment: &LinkImpairment) -> String {
    let slower = (impairment.slower > Duration::ZERO)
        .then(|| format!("{} slower", format::span(impairment.slower)));
    let loses = impairment.loss.map(|loss| format!("loses {}", format::percent(loss)));
    let parts: Vec<String> = slower.into_iter().chain(loses).collect();
    format!("{from} \u{2192} {to}: {}", parts.join(", "))
}
