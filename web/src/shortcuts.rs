//! The handler of single keys that work anywhere on the page.

use gloo::events::EventListener;
use ringside_lab::timeline::MarkKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::{UseReducerHandle, hook, use_effect_with};

use crate::browser::preferences;
use crate::components::controls::toggle_mechanisms;
use crate::components::shell::{show_help, toggle_lens};
use crate::engine::Engine;
use crate::graphics::ring::Point;
use crate::keys::{self, Shortcut};
use crate::state::lens::Lens;
use crate::state::ring::RingAction;
use crate::state::shortcuts::Shortcuts;
use crate::state::speed::Speed;
use crate::state::time::Stride;
use crate::state::{Action, State};

/// The part of the state that the handler depends on.
#[derive(Clone, Copy, PartialEq)]
struct Moment {
    playing: bool,
    speed: Speed,
    stride: Stride,
    kind: Option<MarkKind>,
    lens: Lens,
    shortcuts: Shortcuts,
    /// The centre of the ring's view, and the place to zoom in on.
    centre: Point,
    aim: Point,
}

/// Handles single keys (play, step, seek, speed, lenses), unless they are switched off.
#[hook]
pub(crate) fn use_shortcuts(engine: &Engine, state: &UseReducerHandle<State>) {
    let moment = Moment {
        playing: state.playing,
        speed: state.speed,
        stride: state.time.stride,
        kind: state.time.kind,
        lens: state.lens,
        shortcuts: state.shortcuts,
        centre: state.ring.view.centre(),
        aim: state.aim(),
    };
    use_effect_with(state.shortcuts, |shortcuts| preferences::save_shortcuts(*shortcuts));
    use_effect_with((engine.clone(), moment), |(engine, moment)| {
        let (engine, moment) = (engine.clone(), *moment);
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        let listener = moment.shortcuts.on.then(|| {
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
    if event.ctrl_key() || event.alt_key() || event.meta_key() || is_taken(event, moment.shortcuts)
    {
        return;
    }
    let Moment { playing, speed, stride, kind, lens, .. } = moment;
    let Some(shortcut) = keys::shortcut(&event.key(), event.shift_key()) else { return };
    match shortcut {
        Shortcut::PlayOrPause => engine.dispatch(Action::Play(!playing)),
        Shortcut::Step { forward: true } => engine.step(),
        Shortcut::Step { forward: false } => engine.step_back(),
        Shortcut::Stride { forward } => engine.stride(stride, forward),
        Shortcut::Mark { forward } => engine.to_mark(kind, forward),
        Shortcut::ToStart => engine.to_start(),
        Shortcut::ToEnd => engine.to_end(),
        Shortcut::Faster => engine.dispatch(Action::SetSpeed(speed.faster())),
        Shortcut::Slower => engine.dispatch(Action::SetSpeed(speed.slower())),
        Shortcut::ShowLens(other) => toggle_lens(engine, lens, other),
        Shortcut::Zoom { nearer: true } => {
            engine.dispatch(Action::Ring(RingAction::Toward(moment.aim)));
        }
        Shortcut::Zoom { nearer: false } => {
            engine.dispatch(Action::Ring(RingAction::Farther(moment.centre)));
        }
        Shortcut::Fit => engine.dispatch(Action::Ring(RingAction::Fit)),
        Shortcut::Mechanisms => toggle_mechanisms(engine),
        Shortcut::DeselectNodes => engine.dispatch(Action::ClearNodes),
        Shortcut::Help => show_help(),
    }
    event.prevent_default();
}

/// Whether the key belongs to the focused element (a text field, a button that Space presses, or a widget
/// with arrow keys) or scrolls a page that is longer than its window.
fn is_taken(event: &KeyboardEvent, shortcuts: Shortcuts) -> bool {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
        return false;
    };
    let typed_into =
        "input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea";
    let pressed = "button, summary, input[type=checkbox], input[type=radio]";
    let moved_in = "input, [role=tablist] *, [role=radiogroup] *, [role=log], [role=log] *, [role=grid] *, \
         .ring-moves *";
    let (taken, may_scroll) = match event.key().as_str() {
        " " => (format!("{typed_into}, {pressed}"), false),
        "ArrowLeft" | "ArrowRight" => (format!("{typed_into}, {moved_in}"), false),
        "PageUp" | "PageDown" => (format!("{typed_into}, {moved_in}"), !shortcuts.remote),
        "Home" | "End" => (format!("{typed_into}, {moved_in}"), true),
        _ => (typed_into.to_owned(), false),
    };
    let asked = target.closest("dialog").ok().flatten().is_some();
    asked || target.matches(&taken).unwrap_or(false) || (may_scroll && page_scrolls())
}

/// Whether the page is longer than its window.
fn page_scrolls() -> bool {
    let root = gloo::utils::document().document_element();
    root.is_some_and(|root| root.scroll_height() > root.client_height() + 1)
}
