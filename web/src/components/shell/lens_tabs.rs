//! The tabs of the lenses.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::engine::{Engine, use_run};
use crate::keys;
use crate::keys::{KeyScope, Navigation};
use crate::state::Action;
use crate::state::lens::Lens;

/// The id of the element that shows the open lens.
pub(crate) const LENS_BODY: &str = "lens-body";

/// The open lens.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The open lens.
    pub(crate) lens: Lens,
}

/// One tab per lens.
#[component]
pub(crate) fn LensTabs(props: &Props) -> Html {
    let (engine, shown) = (use_run(), props.lens);
    let tab = |lens: Lens| {
        let chosen = lens == shown;
        let engine = engine.clone();
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
            onkeydown={switch_by_key(&engine, shown)}>
            { for Lens::ALL.into_iter().map(tab) }
        </div>
    }
}

/// Opens a lens, or the ring if the lens is open already, and moves the focus to the lens. The tabs do not get
/// the focus, because there the keys that step would switch tabs.
pub(crate) fn toggle_lens(engine: &Engine, shown: Lens, lens: Lens) {
    open(engine, if shown == lens { Lens::Ring } else { lens }, LENS_BODY);
}

/// Opens the ring.
pub(crate) fn back_to_ring(engine: &Engine) {
    open(engine, Lens::Ring, LENS_BODY);
}

fn open(engine: &Engine, lens: Lens, focused: &'static str) {
    engine.dispatch(Action::Look(lens));
    // The element is rendered once the current task of the browser is done.
    Timeout::new(0, move || {
        let element = gloo::utils::document().get_element_by_id(focused);
        if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    })
    .forget();
}

/// Returns the handler of the arrow keys, which lead from tab to tab.
fn switch_by_key(engine: &Engine, shown: Lens) -> Callback<KeyboardEvent> {
    let engine = engine.clone();
    Callback::from(move |event: KeyboardEvent| {
        let lens = match keys::within(KeyScope::Tabs, &event.key()) {
            Some(Navigation::Previous) => shown.beside(false),
            Some(Navigation::Next) => shown.beside(true),
            Some(Navigation::First) => Lens::Ring,
            Some(Navigation::Last) => Lens::Ring.beside(false),
            _ => return,
        };
        event.prevent_default();
        open(&engine, lens, lens.tab_id());
    })
}
