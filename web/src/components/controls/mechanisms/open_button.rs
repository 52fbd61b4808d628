//! The button that opens the panel of all mechanisms.

use yew::prelude::*;

use super::panel::{BUTTON_ID, PANEL_ID, toggle_mechanisms};
use crate::components::widgets::{Icon, Picture};
use crate::engine::Engine;

/// Draws the button that opens the panel of all mechanisms, and closes it. It stands right above it.
pub(crate) fn open_mechanisms(engine: &Engine, open: bool) -> Html {
    let engine = engine.clone();
    let on_click = Callback::from(move |_: MouseEvent| toggle_mechanisms(&engine));
    html! {
        <button type="button" id={BUTTON_ID} class="open-mechanisms" title="Every switch of the store (M)"
            aria-expanded={open.to_string()} aria-controls={PANEL_ID} onclick={on_click}>
            <Icon picture={Picture::Dials} /><span>{ "Mechanisms" }</span>
        </button>
    }
}
