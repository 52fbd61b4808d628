//! What single keys do, while nobody types.

use gloo::events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::{UseReducerHandle, hook, use_effect_with};

use crate::components::{toggle_mechanisms, toggle_staleness};
use crate::engine::Engine;
use crate::speed::Speed;
use crate::state::{Action, State};

/// Lets single keys play and pause, step, and change the speed, unless they are switched off.
#[hook]
pub(crate) fn use_shortcuts(engine: &Engine, state: &UseReducerHandle<State>) {
    let dependencies = (engine.clone(), state.playing, state.speed, state.shortcuts);
    use_effect_with(dependencies, |(engine, playing, speed, on)| {
        let (engine, playing, speed) = (engine.clone(), *playing, *speed);
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        let listener = on.then(|| {
            let document = gloo::utils::document();
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    press(event, &engine, playing, speed);
                }
            })
        });
        move || drop(listener)
    });
}

fn press(event: &KeyboardEvent, engine: &Engine, playing: bool, speed: Speed) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || is_taken(event) {
        return;
    }
    match event.key().as_str() {
        " " => engine.dispatch(Action::Play(!playing)),
        "." => engine.step(),
        "+" | "=" => engine.dispatch(Action::SetSpeed(speed.faster())),
        "-" => engine.dispatch(Action::SetSpeed(speed.slower())),
        "m" | "M" => toggle_mechanisms(engine),
        "s" | "S" => toggle_staleness(engine),
        "Escape" => engine.dispatch(Action::ClearNodes),
        _ => return,
    }
    event.prevent_default();
}

/// Tells whether the key belongs to what has the focus: a field that is typed into, or a button that
/// Space presses.
fn is_taken(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
        return false;
    };
    let typed_into =
        "input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea";
    let pressed = "button, summary, input[type=checkbox], input[type=radio]";
    let taken =
        if event.key() == " " { format!("{typed_into}, {pressed}") } else { typed_into.to_owned() };
    target.matches(&taken).unwrap_or(false)
}
