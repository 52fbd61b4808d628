//! Which links were slowed or made lossy.

use ringside_lab::{Duration, LinkImpairment, NodeId};
use yew::prelude::*;

use crate::format;

/// The links, each in its direction.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What was made of them.
    pub(super) strains: Vec<((NodeId, NodeId), LinkImpairment)>,
}

/// How many links are told one by one.
const LISTED: usize = 4;

/// Tells which links were slowed or made lossy, in words.
#[component]
pub(super) fn Strained(props: &Props) -> Html {
    let strains = &props.strains;
    let more = strains.len().saturating_sub(LISTED);
    html! {
        <ul class="strained" aria-label="Slow and lossy links">
            { for strains.iter().take(LISTED).map(|(link, strain)| html! { <li>{ told(*link, strain) }</li> }) }
            if more > 0 {
                <li>{ format!("and {} more", format::counted(more as u64, "link")) }</li>
            }
        </ul>
    }
}

fn told((from, to): (NodeId, NodeId), strain: &LinkImpairment) -> String {
    let slower =
        (strain.slower > Duration::ZERO).then(|| format!("{} slower", format::span(strain.slower)));
    let loses = strain.loss.map(|loss| format!("loses {}", format::percent(loss)));
    let parts: Vec<String> = slower.into_iter().chain(loses).collect();
    format!("{from} \u{2192} {to}: {}", parts.join(", "))
}
