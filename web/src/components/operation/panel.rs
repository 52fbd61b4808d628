//! The panel of the selected operation.

use ringside_lab::frame::{Ask, OperationFrame, ReplicaProgress, Vote};
use ringside_lab::{Instant, Operation, RequestId};
use yew::prelude::*;

use super::lamps::Lamps;
use super::side_effects::SideEffects;
use super::version_list::VersionList;
use super::votes::Votes;
use crate::components::widgets::{Icon, Panel, Picture};
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Action;

/// The operation that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The operation, if there is one.
    pub(crate) operation: Option<OperationFrame>,
    /// The virtual time.
    pub(crate) now: Instant,
    /// Whether the user has selected this operation; otherwise it is the user's latest one.
    pub(crate) selected: bool,
}

/// The selected operation: the request, the lamps of its quorum, each replica, and the outcome.
#[component]
pub(crate) fn OperationPanel(props: &Props) -> Html {
    let engine = use_run();
    let on_follow_own = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.dispatch(Action::FollowOwn))
    };
    let aside = html! {
        <span class="operation-asides">
            if props.selected {
                <button type="button" class="quiet" onclick={on_follow_own}>
                    { "Back to mine" }
                </button>
            }
            if let Some(operation) = &props.operation {
                { neighbours(&engine, operation) }
                { why_button(&engine, operation.request) }
            }
        </span>
    };
    html! {
        <Panel name="operation" title="Selected operation" {aside}>
            if let Some(operation) = &props.operation {
                { details(operation, props.now) }
            } else {
                { first_steps() }
            }
        </Panel>
    }
}

/// Renders suggestions for a start, in place of the first operation.
fn first_steps() -> Html {
    html! {
        <>
            <p class="empty">{ "You have not sent a request yet. To begin:" }</p>
            <ol class="first-steps">
                <li>{ "Press " }<b>{ "Put" }</b>{ ", and watch each vote light a lamp." }</li>
                <li>
                    { "Select all but one of the key’s replicas on the ring, press " }<b>{ "Partition" }</b>
                    { ", and put again through the remaining one." }
                </li>
                <li>{ "Press " }<b>{ "Heal" }</b>{ ", then " }<b>{ "Get" }</b>{ ": stale replicas are repaired." }</li>
                <li>{ "Press a time in the event log to see the steps of that operation here." }</li>
            </ol>
        </>
    }
}

fn details(operation: &OperationFrame, now: Instant) -> Html {
    let letter = if operation.operation == Operation::Get { "R" } else { "W" };
    html! {
        <>
            <p class="asked">
                <span class="asked-what">{ request(operation) }</span>
                <span class="asked-who">{ path(operation) }</span>
            </p>
            if operation.coordinator.is_some() {
                <Lamps {letter} needed={operation.needed} lit={operation.lamps.clone()}
                    invoked={operation.invoked} />
                { counts(operation) }
                <Votes operation={operation.clone()} {now} />
            } else {
                <p class="empty">{ without_coordinator(operation) }</p>
            }
            { outcome(operation) }
            if operation.coordinator.is_some() {
                <SideEffects operation={operation.clone()} />
            }
        </>
    }
}

fn request(operation: &OperationFrame) -> Html {
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

/// Renders the buttons that lead to the previous and the next operation.
fn neighbours(engine: &Engine, operation: &OperationFrame) -> Html {
    let [before, after] = operation.neighbours;
    let button = |to: Option<RequestId>, name: &'static str, picture: Picture| {
        let engine = engine.clone();
        let on_click =
            Callback::from(move |_: MouseEvent| to.into_iter().for_each(|it| engine.select(it)));
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

/// Renders the button that explains the outcome.
fn why_button(engine: &Engine, request: RequestId) -> Html {
    let engine = engine.clone();
    let on_click = Callback::from(move |_: MouseEvent| engine.why(request));
    html! { <button type="button" class="why-button" onclick={on_click}>{ "Why?" }</button> }
}

/// Renders the number of replicas that were asked, by the state of their answers.
fn counts(operation: &OperationFrame) -> Html {
    // The holder of a hint has a vote only if a hint counts towards the quorum.
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

/// Returns the reason why there are no votes.
const fn without_coordinator(operation: &OperationFrame) -> &'static str {
    match operation.outcome {
        Some(_) => "No node accepted it, so no replica was asked.",
        None => "No node has received it yet.",
    }
}

/// Names the client, the time and the coordinator.
fn path(operation: &OperationFrame) -> String {
    let client = format::client_name(operation.client);
    let coordinator = match operation.coordinator {
        Some(node) => format!("{node} coordinates"),
        None if operation.outcome.is_some() => "accepted by no node".to_owned(),
        None => "on its way to a node".to_owned(),
    };
    format!("{client} at {} s \u{2192} {coordinator}", format::log_time(operation.invoked))
}

/// Renders the outcome. It takes its room from the start, so that nothing moves when the operation ends.
fn outcome(operation: &OperationFrame) -> Html {
    let Some(outcome) = &operation.outcome else {
        return html! { <p class="outcome is-open">{ "in progress\u{2026}" }</p> };
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
                    <VersionList versions={outcome.versions.clone()} detailed=true />
                </div>
            }
        </>
    }
}
