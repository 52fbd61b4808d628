//! The side effects of an operation: hints and repairs.

use ringside_lab::Instant;
use ringside_lab::frame::{HintCaused, HintStage, OperationFrame, RepairCaused};
use ringside_lab::words::loss_reason;
use yew::prelude::*;

use crate::format;

/// The operation whose side effects are listed.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The operation.
    pub(crate) operation: OperationFrame,
}

/// The hints that a write caused and the repairs that a read caused, each with its nodes.
#[component]
pub(crate) fn SideEffects(props: &Props) -> Html {
    let OperationFrame { hints, repairs, invoked, .. } = &props.operation;
    if hints.is_empty() && repairs.is_empty() {
        return html! { <p class="caused is-none">{ "It caused no hints and no repairs." }</p> };
    }
    let line = |(place, (what, text)): (usize, (&'static str, String))| {
        html! {
            <li key={place}><b class="caused-what">{ what }</b>{ text }</li>
        }
    };
    let hints = hints.iter().map(|it| ("Hint", hint(it, *invoked)));
    let repairs = repairs.iter().map(|it| ("Repair", repair(it, *invoked)));
    html! {
        <ul class="caused" aria-label="Hints and repairs it caused">
            { for hints.chain(repairs).enumerate().map(line) }
        </ul>
    }
}

fn hint(hint: &HintCaused, invoked: Instant) -> String {
    let HintCaused { target, holder, why, stage } = hint;
    let because = if why.is_empty() { String::new() } else { format!(", for {why}") };
    let after = |at| format::after(invoked, at);
    match stage {
        HintStage::Asked(at) => {
            format!("{holder} is asked to keep it for {target}{because}: asked {}", after(*at))
        }
        HintStage::Kept(at) => {
            format!("{holder} keeps it for {target}{because}: since {}", after(*at))
        }
        HintStage::HandedOver(at) => {
            format!("{holder} kept it for {target}{because}: handed over {}", after(*at))
        }
        HintStage::Gone => format!("{holder} kept it for {target}{because}, but no longer does"),
        HintStage::Refused(why) => format!("none for {target} on {holder}: {why}"),
    }
}

fn repair(repair: &RepairCaused, invoked: Instant) -> String {
    let RepairCaused { replica, sent, before_reply, took, changed, lost, .. } = repair;
    let brought: Vec<String> = (repair.versions.iter())
        .map(|version| match &version.value {
            Some(value) => format!("{value} ({})", version.dot),
            None => format!("the delete {}", version.dot),
        })
        .collect();
    let when = if *before_reply { ", before the reply" } else { "" };
    let end = match (took, lost) {
        (Some(at), _) if *changed => format!("repaired {}", format::after(invoked, *at)),
        (Some(at), _) => format!("arrived {}, was there already", format::after(invoked, *at)),
        (None, Some(why)) => format!("never arrived: {}", loss_reason(*why)),
        (None, None) => format!("sent {}, in flight", format::after(invoked, *sent)),
    };
    format!("{replica} lacked {}{when}: {end}", brought.join(", "))
}
