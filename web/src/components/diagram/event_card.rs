//! The card of the selected event, with buttons for what can be done with it.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::widgets::KindMark;
use crate::engine::{Engine, Step, use_run};
use crate::format;
use crate::graphics::diagram::Description;
use crate::state::diagram::DiagramAction;

/// The props of `EventCard`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The selected event.
    pub(super) event: Option<Rc<Description>>,
    /// The number of its causes, and of its consequences.
    pub(super) parts: (u32, u32),
    /// Whether the selected event is no longer in the journal, or not yet.
    pub(super) gone: bool,
    /// Whether an explanation is open.
    pub(super) explains: bool,
}

/// The selected event with its message, and buttons that lead to other events and to its operation.
#[component]
pub(super) fn EventCard(props: &Props) -> Html {
    let Props { event, parts, gone, explains } = props;
    let engine = use_run();
    html! {
        <div class="diagram-card">
            <div class="diagram-description" role="status" aria-label="Selected event">
                { match event {
                    Some(event) => description(event, *parts),
                    None => hint(*gone, *explains),
                } }
            </div>
            <div class="diagram-steps" role="group" aria-label="Event navigation">
                { buttons(&engine, event.as_deref()) }
            </div>
        </div>
    }
}

fn description(event: &Description, (causes, consequences): (u32, u32)) -> Html {
    let host = event.host.as_ref().map(|host| format!("{host}, "));
    let cone = format!(
        "{} may have led to it, and it may have led to {}.",
        format::count(u64::from(causes), "kept event"),
        format::thousands(u64::from(consequences))
    );
    html! {
        <>
            <p class="diagram-event">
                <b>{ host }{ format::moment(event.at) }</b>{ ": " }{ &event.text }{ "." }
            </p>
            <p>
                if let Some(message) = &event.message {
                    <KindMark kind={message.kind} />
                    { format!(" {} from {} to {}, sent {}, ", format::kind_name(message.kind), message.from,
                        message.to, message.sent) }
                    <span class={classes!(message.lost.then_some("is-bad"))}>{ &message.fate }</span>
                    { ". " }
                }
                if let Some(operation) = &event.operation {
                    { format!("Operation: {operation}. ") }
                }
                <span class="diagram-cone">{ cone }</span>
            </p>
        </>
    }
}

fn hint(gone: bool, explains: bool) -> Html {
    let text = match (gone, explains) {
        (true, _) => "The selected event is later than this moment, or no longer in the journal.",
        (_, true) => {
            "The evidence for the sentences under “Why” is highlighted. Select an event to highlight its causes and consequences instead."
        }
        _ => {
            "Point at a message to read it. Select an event by a click or with the arrow keys to highlight what may have led to it and what it may have led to."
        }
    };
    html! { <p class="empty">{ text }</p> }
}

fn buttons(engine: &Engine, event: Option<&Description>) -> Html {
    let step = |name: &'static str, sign: &'static str, step: Step, disabled: bool| {
        let engine = engine.clone();
        let on_click = Callback::from(move |_: MouseEvent| engine.step_in_diagram(step));
        html! {
            <button type="button" aria-label={name} title={name} {disabled} onclick={on_click}>
                { sign }
            </button>
        }
    };
    let on_event = |act: fn(&Engine, &Description)| {
        let (engine, event) = (engine.clone(), event.cloned());
        Callback::from(move |_: MouseEvent| {
            if let Some(event) = &event {
                act(&engine, event);
            }
        })
    };
    let request = event.and_then(|event| event.request);
    let has_message = event.is_some_and(|event| event.message.is_some());
    html! {
        <>
            { step("Previous event on the lane", "◀", Step::Before, false) }
            { step("Next event on the lane", "▶", Step::After, false) }
            { step("Other end of the message", "⤢", Step::Across, !has_message) }
            <button type="button" disabled={request.is_none()} onclick={on_event(|engine, event| {
                if let Some(request) = event.request {
                    engine.select(request);
                }
            })}>{ "Select operation" }</button>
            <button type="button" disabled={request.is_none()} onclick={on_event(|engine, event| {
                if let Some(request) = event.request {
                    engine.why(request);
                }
            })}>{ "Why?" }</button>
            <button type="button" disabled={event.is_none()} title="Go to the time of this event"
                onclick={on_event(|engine, event| engine.to_entry(event.number, event.at))}>{ "Go there" }</button>
            <button type="button" class="quiet" disabled={event.is_none()} aria-label="Deselect event"
                onclick={on_event(|engine, _| engine.diagram(DiagramAction::Choose(None)))}>
                { "Deselect" }
            </button>
        </>
    }
}
