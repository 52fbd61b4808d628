//! What single keys do, while nobody types.

use gloo::events::EventListener;
use ringside_lab::MarkKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::{UseReducerHandle, hook, use_effect_with};

use crate::components::{toggle_lens, toggle_mechanisms};
use crate::engine::Engine;
use crate::lens::Lens;
use crate::speed::Speed;
use crate::state::{Action, State};
use crate::time::Stride;

/// What decides about what a key does.
#[derive(Clone, Copy, PartialEq)]
struct Moment {
    playing: bool,
    speed: Speed,
    stride: Stride,
    kind: Option<MarkKind>,
    lens: Lens,
}

/// Lets single keys play and pause, step, go back and forth, and change the speed, unless they are switched
/// off.
#[hook]
pub(crate) fn use_shortcuts(engine: &Engine, state: &UseReducerHandle<State>) {
    let (stride, kind) = (state.time.stride, state.time.kind);
    let moment =
        Moment { playing: state.playing, speed: state.speed, stride, kind, lens: state.lens };
    use_effect_with((engine.clone(), moment, state.shortcuts), |(engine, moment, on)| {
        let (engine, moment) = (engine.clone(), *moment);
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        let listener = on.then(|| {
            let document = gloo::utils::document();
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    press(event, &engine, moment);
                }
            })
        });
        move || drop(listener)
    });
}

fn press(event: &KeyboardEvent, engine: &Engine, moment: Moment) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || is_taken(event) {
        return;
    }
    let Moment { playing, speed, stride, kind, lens } = moment;
    match event.key().as_str() {
        "ArrowLeft" if event.shift_key() => engine.to_mark(kind, false),
        "ArrowRight" if event.shift_key() => engine.to_mark(kind, true),
        "ArrowLeft" => engine.step_back(),
        "ArrowRight" | "." => engine.step(),
        "Home" => engine.to_start(),
        "End" => engine.to_end(),
        "PageUp" => engine.stride(stride, false),
        "PageDown" => engine.stride(stride, true),
        " " => engine.dispatch(Action::Play(!playing)),
        "+" | "=" => engine.dispatch(Action::SetSpeed(speed.faster())),
        "-" => engine.dispatch(Action::SetSpeed(speed.slower())),
        "m" | "M" => toggle_mechanisms(engine),
        "Escape" => engine.dispatch(Action::ClearNodes),
        key => match Lens::of_key(key) {
            Some(other) => toggle_lens(engine, lens, other),
            None => return,
        },
    }
    event.prevent_default();
}

/// Tells whether the key belongs to what has the focus: a field that is typed into, a button that Space
/// presses, or something that keys move about in; or to the page, where it is longer than its window.
fn is_taken(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
        return false;
    };
    let typed_into =
        "input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea";
    let pressed = "button, summary, input[type=checkbox], input[type=radio]";
    let moved_in =
        "input, [role=tablist] *, [role=radiogroup] *, [role=log], [role=log] *, [role=grid] *";
    let (taken, may_scroll) = match event.key().as_str() {
        " " => (format!("{typed_into}, {pressed}"), false),
        "ArrowLeft" | "ArrowRight" => (format!("{typed_into}, {moved_in}"), false),
        "Home" | "End" | "PageUp" | "PageDown" => (format!("{typed_into}, {moved_in}"), true),
        _ => (typed_into.to_owned(), false),
    };
    let asked = target.closest("dialog").ok().flatten().is_some();
    asked || target.matches(&taken).unwrap_or(false) || (may_scroll && page_scrolls())
}

/// Tells whether the page is longer than its window.
fn page_scrolls() -> bool {
    let root = gloo::utils::document().document_element();
    root.is_some_and(|root| root.scroll_height() > root.client_height() + 1)
}
