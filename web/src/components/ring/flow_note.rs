//! The notice shown while flow lines replace single messages.

use ringside_lab::ring::Party;
use yew::prelude::*;

use crate::format;
use crate::graphics::messages::FlowTotals;

/// The flow that the notice describes.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The message rates.
    pub(crate) flow: FlowTotals,
}

/// A notice that single messages are too fast to be shown, with their rates.
#[component]
pub(crate) fn FlowNote(props: &Props) -> Html {
    let FlowTotals { total, busiest, links, drawn } = props.flow;
    html! {
        <p class="flow-note">
            <strong>{ "Too fast for single messages:" }</strong>
            { " lines show messages per second. " }
            <span class="flow-numbers">
                { format!("{} in all", rate(total)) }
                if let Some((from, to, most)) = busiest {
                    { format!(", {} at most ({} \u{2192} {})", rate(most), party(from), party(to)) }
                }
                if drawn < links {
                    { format!("; the {} busiest of {} links", format::thousands(drawn as u64),
                        format::thousands(links as u64)) }
                }
            </span>
        </p>
    }
}

fn rate(per_second: f64) -> String {
    let digits = if per_second < 10.0 {
        format!("{per_second:.1}")
    } else {
        format::thousands(per_second.round() as u64)
    };
    format!("{digits}/s")
}

fn party(party: Party) -> String {
    party.map_or_else(|| "clients".to_owned(), |node| node.to_string())
}
