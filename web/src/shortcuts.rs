//! What single keys do, while nobody types, and what the browser remembers of that.

use gloo::events::EventListener;
use ringside_lab::timeline::MarkKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::{UseReducerHandle, hook, use_effect_with};

use super::keys;
use crate::components::controls::toggle_mechanisms;
use crate::components::shell::{show_help, toggle_lens};
use crate::engine::Engine;
use crate::graphics::ring::Point;
use crate::keys::Deed;
use crate::state::lens::Lens;
use crate::state::ring::RingAction;
use crate::state::speed::Speed;
use crate::state::time::Stride;
use crate::state::{Action, State};

/// Where it is kept between visits; where nothing can be kept, it lasts as long as the page.
const STORED_AS: &str = "ringside.keys";

/// Which keys do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shortcuts {
    /// Whether single keys do anything at all.
    pub(crate) on: bool,
    /// Whether those of a presenter's remote step even where they would move a long page.
    pub(crate) remote: bool,
}

impl Default for Shortcuts {
    fn default() -> Self {
        Self { on: true, remote: false }
    }
}

impl Shortcuts {
    /// Gives what an earlier visit ended with.
    pub(crate) fn kept() -> Self {
        let storage = gloo::utils::window().local_storage().ok().flatten();
        let kept = storage.and_then(|storage| storage.get_item(STORED_AS).ok().flatten());
        kept.map_or_else(Self::default, |text| Self::read(&text))
    }

    /// Keeps it for later visits. A browser that keeps nothing is no error.
    pub(crate) fn keep(self) {
        if let Ok(Some(storage)) = gloo::utils::window().local_storage() {
            let _ = storage.set_item(STORED_AS, self.written());
        }
    }

    fn read(text: &str) -> Self {
        let is = |word| text.split(' ').any(|other| other == word);
        Self { on: !is("off"), remote: is("remote") }
    }

    const fn written(self) -> &'static str {
        match (self.on, self.remote) {
            (true, true) => "on remote",
            (true, false) => "on",
            (false, true) => "off remote",
            (false, false) => "off",
        }
    }
}

/// What decides about what a key does.
#[derive(Clone, Copy, PartialEq)]
struct Moment {
    playing: bool,
    speed: Speed,
    stride: Stride,
    kind: Option<MarkKind>,
    lens: Lens,
    shortcuts: Shortcuts,
    /// What is in the middle of the ring's picture, and what is worth a nearer look.
    centre: Point,
    aim: Point,
}

/// Lets single keys play and pause, step, go back and forth, and change the speed, unless they are switched
/// off.
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
    use_effect_with(state.shortcuts, |shortcuts| shortcuts.keep());
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
    let Some(deed) = keys::deed(&event.key(), event.shift_key()) else { return };
    match deed {
        Deed::PlayOrPause => engine.dispatch(Action::Play(!playing)),
        Deed::Step { forward: true } => engine.step(),
        Deed::Step { forward: false } => engine.step_back(),
        Deed::Stride { forward } => engine.stride(stride, forward),
        Deed::Mark { forward } => engine.to_mark(kind, forward),
        Deed::ToStart => engine.to_start(),
        Deed::ToEnd => engine.to_end(),
        Deed::Faster => engine.dispatch(Action::SetSpeed(speed.faster())),
        Deed::Slower => engine.dispatch(Action::SetSpeed(speed.slower())),
        Deed::Look(other) => toggle_lens(engine, lens, other),
        Deed::Zoom { nearer: true } => {
            engine.dispatch(Action::Ring(RingAction::Toward(moment.aim)));
        }
        Deed::Zoom { nearer: false } => {
            engine.dispatch(Action::Ring(RingAction::Farther(moment.centre)));
        }
        Deed::Fit => engine.dispatch(Action::Ring(RingAction::Fit)),
        Deed::Mechanisms => toggle_mechanisms(engine),
        Deed::LetGo => engine.dispatch(Action::ClearNodes),
        Deed::Help => show_help(),
    }
    event.prevent_default();
}

/// Tells whether the key belongs to what has the focus: a field that is typed into, a button that Space
/// presses, or something that keys move about in; or to the page, where it is longer than its window.
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

/// Tells whether the page is longer than its window.
fn page_scrolls() -> bool {
    let root = gloo::utils::document().document_element();
    root.is_some_and(|root| root.scroll_height() > root.client_height() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        for on in [true, false] {
            for remote in [true, false] {
                let shortcuts = Shortcuts { on, remote };
                assert_eq!(Shortcuts::read(shortcuts.written()), shortcuts);
            }
        }
        assert_eq!(Shortcuts::read("nonsense"), Shortcuts::default());
    }
}
