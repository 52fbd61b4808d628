//! What is told of the event that was chosen, and what can be done with it.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::widgets::KindMark;
use crate::engine::{Engine, Step, use_run};
use crate::format;
use crate::graphics::diagram::Told;
use crate::state::diagram::DiagramAction;

/// What the card shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The event that was chosen.
    pub(super) told: Option<Rc<Told>>,
    /// How many events have a part in it, and how many it has a part in.
    pub(super) parts: (u32, u32),
    /// Whether the chosen event is kept no more.
    pub(super) gone: bool,
    /// Whether an explanation is open.
    pub(super) explains: bool,
}

/// The event with its message, and buttons that lead from event to event and to its operation.
#[component]
pub(super) fn EventCard(props: &Props) -> Html {
    let Props { told, parts, gone, explains } = props;
    let engine = use_run();
    html! {
        <div class="diagram-card">
            <div class="diagram-said" role="status" aria-label="Chosen event">
                { match told {
                    Some(told) => said(told, *parts),
                    None => hint(*gone, *explains),
                } }
            </div>
            <div class="diagram-steps" role="group" aria-label="From event to event">
                { steps(&engine, told.as_deref()) }
            </div>
        </div>
    }
}

fn said(told: &Told, (causes, consequences): (u32, u32)) -> Html {
    let host = told.host.as_ref().map(|host| format!("{host}, "));
    let cone = format!(
        "{} may have led to it, and it may have led to {}.",
        format::counted(u64::from(causes), "kept event"),
        format::count(u64::from(consequences))
    );
    html! {
        <>
            <p class="diagram-event">
                <b>{ host }{ format::exact_seconds(told.at) }</b>{ ": " }{ &told.text }{ "." }
            </p>
            <p>
                if let Some(message) = &told.message {
                    <KindMark kind={message.kind} />
                    { format!(" {} from {} to {}, sent {}, ", format::kind(message.kind), message.from,
                        message.to, message.sent) }
                    <span class={classes!(message.lost.then_some("is-bad"))}>{ &message.fate }</span>
                    { ". " }
                }
                if let Some(operation) = &told.operation {
                    { format!("Operation: {operation}. ") }
                }
                <span class="diagram-cone">{ cone }</span>
            </p>
        </>
    }
}

fn hint(gone: bool, explains: bool) -> Html {
    let text = match (gone, explains) {
        (true, _) => {
            "The event that was chosen lies ahead of this moment, or the journal has forgotten it."
        }
        (_, true) => {
            "Lit is what the sentences under “Why” rest on. Choose an event to light its causes and consequences instead."
        }
        _ => {
            "Point at a message to read it. Choose an event, by a click or with the arrow keys, to light what may have led to it and what it may have led to."
        }
    };
    html! { <p class="empty">{ text }</p> }
}

fn steps(engine: &Engine, told: Option<&Told>) -> Html {
    let step = |name: &'static str, sign: &'static str, step: Step, off: bool| {
        let engine = engine.clone();
        let on_click = Callback::from(move |_: MouseEvent| engine.step_in_diagram(step));
        html! {
            <button type="button" aria-label={name} title={name} disabled={off} onclick={on_click}>
                { sign }
            </button>
        }
    };
    let does = |what: fn(&Engine, &Told)| {
        let (engine, told) = (engine.clone(), told.cloned());
        Callback::from(move |_: MouseEvent| {
            if let Some(told) = &told {
                what(&engine, told);
            }
        })
    };
    let request = told.and_then(|told| told.request);
    let has_message = told.is_some_and(|told| told.message.is_some());
    html! {
        <>
            { step("Event before on the lane", "◀", Step::Before, false) }
            { step("Next event on the lane", "▶", Step::After, false) }
            { step("Other end of the message", "⤢", Step::Across, !has_message) }
            <button type="button" disabled={request.is_none()} onclick={does(|engine, told| {
                if let Some(request) = told.request {
                    engine.take(request);
                }
            })}>{ "Take in hand" }</button>
            <button type="button" disabled={request.is_none()} onclick={does(|engine, told| {
                if let Some(request) = told.request {
                    engine.why(request);
                }
            })}>{ "Why?" }</button>
            <button type="button" disabled={told.is_none()} title="Go to when it happened"
                onclick={does(|engine, told| engine.to_entry(told.number, told.at))}>{ "Go there" }</button>
            <button type="button" class="quiet" disabled={told.is_none()} aria-label="Let go of the event"
                onclick={does(|engine, _| engine.diagram(DiagramAction::Choose(None)))}>
                { "Let go" }
            </button>
        </>
    }
}
