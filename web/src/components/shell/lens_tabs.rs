//! The tabs of the ways to look at the run.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::engine::Engine;
use crate::keys;
use crate::keys::{Move, Place};
use crate::state::Action;
use crate::state::lens::Lens;

/// The id of what the tabs choose.
pub(crate) const LENS_BODY: &str = "lens-body";

/// What the bar shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whose run is looked at.
    pub(crate) engine: Engine,
    /// How.
    pub(crate) lens: Lens,
}

/// A tab for each way to look at the run.
#[component]
pub(crate) fn LensBar(props: &Props) -> Html {
    let shown = props.lens;
    let tab = |lens: Lens| {
        let chosen = lens == shown;
        let engine = props.engine.clone();
        let on_click = Callback::from(move |_: MouseEvent| engine.dispatch(Action::Look(lens)));
        html! {
            <button key={lens.name()} type="button" role="tab" id={lens.tab_id()}
                title={format!("{} ({})", lens.words(), lens.key())}
                aria-selected={chosen.to_string()} aria-controls={LENS_BODY}
                tabindex={if chosen { "0" } else { "-1" }} onclick={on_click}>
                { lens.name() }
            </button>
        }
    };
    html! {
        <div class="lens-bar" role="tablist" aria-label="View"
            onkeydown={switch_by_key(&props.engine, shown)}>
            { for Lens::ALL.into_iter().map(tab) }
        </div>
    }
}

/// Shows the run in another way, or the ring where it is shown in that way already, and takes the focus
/// to what is shown. The tabs don't get it, for there the keys that step would switch them.
pub(crate) fn toggle_lens(engine: &Engine, shown: Lens, lens: Lens) {
    look(engine, if shown == lens { Lens::Ring } else { lens }, LENS_BODY);
}

/// Goes back to the ring.
pub(crate) fn back_to_ring(engine: &Engine) {
    look(engine, Lens::Ring, LENS_BODY);
}

fn look(engine: &Engine, lens: Lens, focused: &'static str) {
    engine.dispatch(Action::Look(lens));
    // It can be reached once what the browser is at now is done.
    Timeout::new(0, move || {
        let element = gloo::utils::document().get_element_by_id(focused);
        if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    })
    .forget();
}

/// Arrow keys lead from one tab to the next, as everywhere.
fn switch_by_key(engine: &Engine, shown: Lens) -> Callback<KeyboardEvent> {
    let engine = engine.clone();
    Callback::from(move |event: KeyboardEvent| {
        let lens = match keys::within(Place::Tabs, &event.key()) {
            Some(Move::Back) => shown.beside(false),
            Some(Move::On) => shown.beside(true),
            Some(Move::First) => Lens::Ring,
            Some(Move::Last) => Lens::Ring.beside(false),
            _ => return,
        };
        event.prevent_default();
        look(&engine, lens, lens.tab_id());
    })
}
