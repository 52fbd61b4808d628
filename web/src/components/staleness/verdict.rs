//! The panel of the checkers' verdict on the selected key.

use std::rc::Rc;

use ringside_lab::RequestId;
use ringside_lab::verdict::{SessionVerdict, Verdict, WitnessFrame, WitnessOperation};
use yew::prelude::*;

use crate::components::shell::back_to_ring;
use crate::components::widgets::{Icon, Panel, Picture};
use crate::engine::use_run;
use crate::format;
use crate::state::staleness::InstrumentReadings;

/// The props of `VerdictPanel`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The readings of the instruments.
    pub(crate) readings: Rc<InstrumentReadings>,
    /// The selected key.
    pub(crate) key_text: String,
}

/// The verdict: whether the key was a linearizable register so far, which session guarantees were kept, and
/// the operations that show a violation.
#[component]
pub(crate) fn VerdictPanel(props: &Props) -> Html {
    let engine = use_run();
    let on_select = use_callback(engine, |request: RequestId, engine| {
        engine.select(request);
        // The steps of an operation are listed beside the ring.
        back_to_ring(engine);
    });
    let title = format!("Verdict on “{}”", props.key_text);
    let Some(verdict) = &props.readings.verdict else {
        return html! {
            <Panel name="verdict-panel" {title}>
                <p class="empty">
                    { "No operations on this key yet: press Put or Get, or select a key of the load (k0, k1…)." }
                </p>
            </Panel>
        };
    };
    html! {
        <Panel name="verdict-panel" {title}>
            { linearizable(verdict, &on_select) }
            <ul class="sessions" aria-label="Session guarantees">
                { for verdict.sessions.iter().map(|it| session(it, &on_select)) }
            </ul>
        </Panel>
    }
}

fn linearizable(verdict: &Verdict, on_select: &Callback<RequestId>) -> Html {
    let checked = checked(verdict);
    let (class, picture, words) = match verdict.linearizable {
        Some(true) => ("is-fine", Picture::Fine, format!("Linearizable so far, after {checked}.")),
        Some(false) => ("is-page", Picture::Page, format!("Not linearizable, after {checked}.")),
        None => {
            let why = verdict.unknown.as_deref().unwrap_or("the search was stopped");
            ("is-warning", Picture::Unknown, format!("Unknown after {checked}: {why}."))
        }
    };
    html! {
        <>
            <p class={classes!("finding", class)}><Icon {picture} /><span>{ words }</span></p>
            if let Some(frame) = &verdict.witness {
                { witness(frame, on_select) }
            }
        </>
    }
}

/// Describes how many operations were checked.
fn checked(verdict: &Verdict) -> String {
    let operations = format::count(verdict.operations, "operation");
    if verdict.left_out == 0 {
        return operations;
    }
    format!("{operations} ({} later ones were not recorded)", format::thousands(verdict.left_out))
}

fn session(session: &SessionVerdict, on_select: &Callback<RequestId>) -> Html {
    let (class, picture, word) = if session.holds {
        ("is-fine", Picture::Fine, "kept")
    } else {
        ("is-page", Picture::Page, "broken")
    };
    html! {
        <li key={session.guarantee}>
            <p class={classes!("session", class)}>
                <Icon {picture} /><span>{ session.guarantee }</span><b>{ word }</b>
            </p>
            if let Some(frame) = &session.witness {
                <details class="session-witness">
                    <summary>{ format!("How {} was broken", session.guarantee) }</summary>
                    { witness(frame, on_select) }
                </details>
            }
        </li>
    }
}

/// Renders the operations of a witness as bars over time, in the order in which they began, and why they
/// contradict each other.
fn witness(frame: &WitnessFrame, on_select: &Callback<RequestId>) -> Html {
    let begin = frame.operations.iter().map(|it| it.invoked).min();
    let ends = frame.operations.iter().map(|it| it.returned.unwrap_or(it.invoked));
    let (Some(begin), Some(end)) = (begin, ends.max()) else {
        return html! { <p class="why">{ &frame.why }</p> };
    };
    let whole = end.since(begin).as_ms().max(1e-3);
    let part = |ms: f64| (ms / whole).clamp(0.0, 1.0);
    let bar = |operation: &WitnessOperation| {
        let from = part(operation.invoked.since(begin).as_ms());
        let to = operation.returned.map_or(1.0, |at| part(at.since(begin).as_ms()));
        let (request, on_select) = (operation.request, on_select.clone());
        let on_click = Callback::from(move |_: MouseEvent| on_select.emit(request));
        let lasted = match operation.returned {
            Some(at) => {
                format!("{} s to {} s", format::log_time(operation.invoked), format::log_time(at))
            }
            None => format!("from {} s, never answered", format::log_time(operation.invoked)),
        };
        html! {
            <li key={format!("{:?}", operation.request)}>
                <button type="button" class="witness-operation" title="Show its steps" onclick={on_click}>
                    <span class="witness-words">{ &operation.words }</span>
                    <span class="witness-time">{ lasted }</span>
                    <span class={classes!("witness-bar", operation.returned.is_none().then_some("is-open"))}
                        style={format!("--from:{from:.4};--to:{to:.4}")} />
                </button>
            </li>
        }
    };
    html! {
        <div class="witness">
            <p class="why">{ &frame.why }</p>
            <ol aria-label="The operations that contradict each other">
                { for frame.operations.iter().map(bar) }
            </ol>
        </div>
    }
}
