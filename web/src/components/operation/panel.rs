//! The operation in hand, step by step.

use ringside_lab::frame::{Ask, OperationFrame, ReplicaProgress, Vote};
use ringside_lab::{Instant, Operation, RequestId};
use yew::prelude::*;

use super::lamps::Lamps;
use super::side_effects::Caused;
use super::version_list::Versions;
use super::votes::Votes;
use crate::components::widgets::{Icon, Panel, Picture};
use crate::format;

/// What the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The operation, where there is one.
    pub(crate) operation: Option<OperationFrame>,
    /// The virtual time.
    pub(crate) now: Instant,
    /// Whether another operation than the person's last was taken in hand.
    pub(crate) taken: bool,
    /// Asks why an operation ended as it did.
    pub(crate) on_why: Callback<RequestId>,
    /// Takes another operation in hand.
    pub(crate) on_take: Callback<RequestId>,
    /// Takes the person's last operation in hand again.
    pub(crate) on_follow_own: Callback<()>,
}

/// The operation in hand: what was asked, the lamps of its quorum, each replica, and the outcome.
#[component]
pub(crate) fn OperationPanel(props: &Props) -> Html {
    let request = props.operation.as_ref().map(|operation| operation.request);
    let aside = html! {
        <span class="operation-asides">
            if props.taken {
                <button type="button" class="quiet" onclick={props.on_follow_own.reform(|_| ())}>
                    { "Back to mine" }
                </button>
            }
            if let Some(operation) = &props.operation {
                { beside(operation, &props.on_take) }
            }
            if let Some(request) = request {
                <button type="button" class="why-button" onclick={props.on_why.reform(move |_| request)}>
                    { "Why?" }
                </button>
            }
        </span>
    };
    html! {
        <Panel name="operation" title="Operation in hand" {aside}>
            if let Some(operation) = &props.operation {
                { in_hand(operation, props.now) }
            } else {
                { first_steps() }
            }
        </Panel>
    }
}

/// What there is to try, in the room where what was tried will be told.
fn first_steps() -> Html {
    html! {
        <>
            <p class="empty">{ "You have asked nothing yet. For a start:" }</p>
            <ol class="first-steps">
                <li>{ "Press " }<b>{ "Put" }</b>{ ", and watch each vote light a lamp." }</li>
                <li>
                    { "Choose all but one of the key’s replicas on the ring, press " }<b>{ "Partition" }</b>
                    { ", and put again through the one that is left." }
                </li>
                <li>{ "Press " }<b>{ "Heal" }</b>{ ", then " }<b>{ "Get" }</b>{ ": who was stale is repaired." }</li>
                <li>{ "Choose a time in the event log to see that operation’s steps here." }</li>
            </ol>
        </>
    }
}

fn in_hand(operation: &OperationFrame, now: Instant) -> Html {
    let letter = if operation.operation == Operation::Get { "R" } else { "W" };
    html! {
        <>
            <p class="asked">
                <span class="asked-what">{ asked(operation) }</span>
                <span class="asked-who">{ path(operation) }</span>
            </p>
            if operation.coordinator.is_some() {
                <Lamps {letter} needed={operation.needed} lit={operation.lamps.clone()}
                    invoked={operation.invoked} />
                { counts(operation) }
                <Votes operation={operation.clone()} {now} />
            } else {
                <p class="empty">{ untaken(operation) }</p>
            }
            { outcome(operation) }
            if operation.coordinator.is_some() {
                <Caused operation={operation.clone()} />
            }
        </>
    }
}

fn asked(operation: &OperationFrame) -> Html {
    let key = &operation.key;
    html! {
        <>
            <span class="verb">{ operation.operation.to_string() }</span>
            { " " }<b>{ key }</b>
            if let Some(value) = &operation.value {
                { " = " }<b>{ value }</b>
            }
        </>
    }
}

/// The buttons that lead to the operations before and after.
fn beside(operation: &OperationFrame, on_take: &Callback<RequestId>) -> Html {
    let [before, after] = operation.beside;
    let button = |to: Option<RequestId>, name: &'static str, picture: Picture| {
        let on_take = on_take.clone();
        let on_click =
            Callback::from(move |_: MouseEvent| to.into_iter().for_each(|it| on_take.emit(it)));
        html! {
            <button type="button" class="icon-button operation-step" aria-label={name} title={name}
                disabled={to.is_none()} onclick={on_click}>
                <Icon {picture} />
            </button>
        }
    };
    html! {
        <>
            { button(before, "Previous operation", Picture::Earlier) }
            { button(after, "Next operation", Picture::Later) }
        </>
    }
}

/// Counts the replicas that were asked, by how they stand.
fn counts(operation: &OperationFrame) -> Html {
    // Who keeps a hint has a vote only where a hint counts towards the quorum.
    let has_vote = |replica: &&ReplicaProgress| {
        replica.ask != Ask::Hint || matches!(replica.vote, Vote::Counted(_) | Vote::Late(_))
    };
    let asked: Vec<&ReplicaProgress> = operation.replicas.iter().filter(has_vote).collect();
    let count =
        |fits: fn(&Vote) -> bool| asked.iter().filter(|replica| fits(&replica.vote)).count();
    let counts = [
        ("asked", asked.len()),
        ("answered", count(|vote| matches!(vote, Vote::Counted(_)))),
        ("late", count(|vote| matches!(vote, Vote::Late(_)))),
        ("never", count(|vote| matches!(vote, Vote::Lost { .. } | Vote::Never))),
    ];
    html! {
        <ul class="vote-counts" aria-label="Replicas">
            { for counts.into_iter().map(|(name, count)| html! {
                <li key={name} class={(count == 0).then_some("is-none")}>
                    <b>{ count }</b>{ " " }{ name }
                </li>
            }) }
        </ul>
    }
}

/// Says why there are no votes to show.
const fn untaken(operation: &OperationFrame) -> &'static str {
    match operation.outcome {
        Some(_) => "No node took it, so no replica was asked.",
        None => "No node has taken it yet.",
    }
}

/// Says who asked whom, and when.
fn path(operation: &OperationFrame) -> String {
    let client = format::client(operation.client);
    let coordinator = match operation.coordinator {
        Some(node) => format!("{node} coordinates"),
        None if operation.outcome.is_some() => "taken by no node".to_owned(),
        None => "on its way to a node".to_owned(),
    };
    format!("{client} at {} s \u{2192} {coordinator}", format::moment(operation.invoked))
}

/// Says how it ended; it takes its room from the start, so that nothing moves when it ends.
fn outcome(operation: &OperationFrame) -> Html {
    let Some(outcome) = &operation.outcome else {
        return html! { <p class="outcome is-open">{ "under way\u{2026}" }</p> };
    };
    let (class, picture) = if outcome.ok {
        ("outcome is-ok", Picture::Tick)
    } else {
        ("outcome is-failed", Picture::Close)
    };
    let siblings = outcome.versions.len();
    html! {
        <>
            <p {class}>
                <Icon {picture} />
                <span>{ &outcome.words }</span>
                <span class="outcome-time">{ format::after(operation.invoked, outcome.at) }</span>
            </p>
            if siblings > 0 {
                <div class="returned">
                    <h3>{ if siblings == 1 { "Returned" } else { "Returned, as siblings" } }</h3>
                    <Versions versions={outcome.versions.clone()} detailed=true />
                </div>
            }
        </>
    }
}
