//! The button that opens the panel of all mechanisms.

use yew::prelude::*;

use super::panel::{BUTTON_ID, PANEL_ID, toggle_mechanisms};
use crate::components::widgets::{Icon, Picture};
use crate::engine::use_run;

/// The state of the panel.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether the panel is open.
    pub(crate) open: bool,
}

/// The button that opens and closes the panel of all mechanisms.
#[component]
pub(crate) fn MechanismsButton(props: &Props) -> Html {
    let engine = use_run();
    let on_click = Callback::from(move |_: MouseEvent| toggle_mechanisms(&engine));
    html! {
        <button type="button" id={BUTTON_ID} class="open-mechanisms" title="All switches of the store (M)"
            aria-expanded={props.open.to_string()} aria-controls={PANEL_ID} onclick={on_click}>
            <Icon picture={Picture::Dials} /><span>{ "Mechanisms" }</span>
        </button>
    }
}
