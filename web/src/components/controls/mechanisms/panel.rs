//! The panel with a switch or a slider for every mechanism of the store.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::catalog::{GROUPS, spec_of};
use super::group::MechanismGroup;
use super::handle::{InForce, SettingsHandle};
use crate::components::widgets::{Icon, Picture};
use crate::engine::{Engine, use_run};
use crate::keys;
use crate::keys::{KeyScope, Navigation};
use crate::state::disclosures::{Disclosure, Disclosures, Group};
use crate::state::{Action, Snapshot};

/// The state that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest snapshot.
    pub(crate) snapshot: Rc<Snapshot>,
    /// The open groups.
    pub(crate) disclosures: Disclosures,
}

/// The panel's id.
pub(super) const PANEL_ID: &str = "mechanisms";

/// The id of the heading, which takes the focus when the panel opens.
const HEADING_ID: &str = "mechanisms-heading";

/// The id of the button that opens the panel, which takes the focus when the panel closes.
pub(super) const BUTTON_ID: &str = "mechanisms-button";

/// All groups of mechanisms, each of which opens on its own.
#[component]
pub(crate) fn MechanismsPanel(props: &Props) -> Html {
    let engine = use_run();
    let Props { snapshot, disclosures } = props;
    let frame = &snapshot.frame;
    let handle = SettingsHandle { engine: engine.clone(), in_force: Rc::new(InForce::of(frame)) };
    let on_close = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| toggle_mechanisms(&engine))
    };
    let on_key = {
        let engine = engine.clone();
        Callback::from(move |event: KeyboardEvent| {
            if keys::within(KeyScope::Panel, &event.key()) == Some(Navigation::Leave) {
                // Elsewhere this key deselects all nodes.
                event.stop_propagation();
                toggle_mechanisms(&engine);
            }
        })
    };
    let group = |group: Group| {
        html! {
            <MechanismGroup key={group as u8} {group} handle={handle.clone()}
                counters={(spec_of(group).counters)(frame).text()}
                open={disclosures.is_open(Disclosure::Group(group))} />
        }
    };
    html! {
        <section id={PANEL_ID} class="panel mechanisms" aria-labelledby={HEADING_ID} onkeydown={on_key}>
            <header class="panel-header">
                <h2 id={HEADING_ID} tabindex="-1">{ "Mechanisms" }</h2>
                <button type="button" class="quiet" onclick={on_close}>
                    <Icon picture={Picture::Close} /><span>{ "Close" }</span>
                </button>
            </header>
            <div class="mechanism-list">{ for GROUPS.into_iter().map(group) }</div>
        </section>
    }
}

/// Opens or closes the panel, and moves the focus to it or back to its button.
pub(crate) fn toggle_mechanisms(engine: &Engine) {
    engine.dispatch(Action::ToggleDisclosure(Disclosure::Mechanisms));
    // The panel is rendered, or removed, once the current task of the browser is done.
    Timeout::new(0, || {
        let document = gloo::utils::document();
        let find = |id: &str| document.get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
        if let Some(element) = find(HEADING_ID).or_else(|| find(BUTTON_ID)) {
            let _ = element.focus();
        }
    })
    .forget();
}
