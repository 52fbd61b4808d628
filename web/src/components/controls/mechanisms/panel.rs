//! The panel with a switch or a dial for every mechanism of the store.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::group::MechanismGroup;
use super::handle::{Desk, InForce};
use super::spec::{GROUPS, Spec};
use crate::components::widgets::{Icon, Picture};
use crate::engine::Engine;
use crate::keys;
use crate::keys::{Move, Place};
use crate::state::disclosures::{Drawer, Drawers, Group};
use crate::state::{Action, Snapshot};

/// What the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whose mechanisms they are.
    pub(crate) engine: Engine,
    /// The latest picture.
    pub(crate) snapshot: Rc<Snapshot>,
    /// Which groups are open.
    pub(crate) drawers: Drawers,
}

/// The panel's id.
pub(super) const PANEL_ID: &str = "mechanisms";

/// The id of its heading, which takes the focus when the panel opens.
const HEADING_ID: &str = "mechanisms-heading";

/// The id of the button that opens it, which takes the focus when it closes.
pub(super) const BUTTON_ID: &str = "mechanisms-button";

/// All groups of mechanisms, each of which opens by itself.
#[component]
pub(crate) fn MechanismsPanel(props: &Props) -> Html {
    let Props { engine, snapshot, drawers } = props;
    let frame = &snapshot.frame;
    let desk = Desk { engine: engine.clone(), in_force: Rc::new(InForce::of(frame)) };
    let on_close = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| toggle_mechanisms(&engine))
    };
    let on_key = {
        let engine = engine.clone();
        Callback::from(move |event: KeyboardEvent| {
            if keys::within(Place::Panel, &event.key()) == Some(Move::Leave) {
                // Elsewhere this key lets go of the chosen nodes.
                event.stop_propagation();
                toggle_mechanisms(&engine);
            }
        })
    };
    let group = |group: Group| {
        html! {
            <MechanismGroup key={group as u8} {group} desk={desk.clone()}
                counters={(Spec::of(group).counters)(frame).text()}
                open={drawers.is_open(Drawer::Group(group))} />
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

/// Opens the panel or closes it, and takes the focus along.
pub(crate) fn toggle_mechanisms(engine: &Engine) {
    engine.dispatch(Action::ToggleDrawer(Drawer::Mechanisms));
    // The panel is drawn, or gone, once what the browser is at now is done.
    Timeout::new(0, || {
        let document = gloo::utils::document();
        let find = |id: &str| document.get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
        if let Some(element) = find(HEADING_ID).or_else(|| find(BUTTON_ID)) {
            let _ = element.focus();
        }
    })
    .forget();
}
