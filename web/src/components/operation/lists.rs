//! The two lists that share a panel: the event log and the messages in flight.

use std::rc::Rc;

use ringside_lab::{MessageId, RequestId};
use yew::prelude::*;

use super::event_log::EventLog;
use super::messages::Messages;
use crate::engine::{Engine, use_run};
use crate::keys;
use crate::keys::{KeyScope, Navigation};
use crate::state::{Action, Snapshot, Tab};

/// The lists, and which of them is shown.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest snapshot.
    pub(crate) snapshot: Rc<Snapshot>,
    /// The list that is shown.
    pub(crate) tab: Tab,
    /// The message selected on the ring.
    pub(crate) picked: Option<MessageId>,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// Tabs for the event log and the messages in flight.
#[component]
pub(crate) fn Lists(props: &Props) -> Html {
    let engine = use_run();
    let Props { snapshot, tab, picked, playing } = props;
    let on_select =
        use_callback(engine.clone(), |request: RequestId, engine| engine.select(request));
    let on_why = use_callback(engine.clone(), |request: RequestId, engine| engine.why(request));
    let on_more = use_callback(engine.clone(), |number: u64, engine| engine.log_up_to(number));
    let selected = snapshot.frame.operation.as_ref().map(|operation| operation.request);
    let body = match tab {
        Tab::Log => html! {
            <EventLog lines={snapshot.log.clone()} {selected} {on_why} {on_select} {on_more} />
        },
        Tab::Flights => html! {
            <Messages flights={snapshot.flights.clone()}
                flying={snapshot.flying} picked={*picked} clogs={snapshot.frame.clogs.clone()}
                now={snapshot.frame.now} playing={*playing} />
        },
    };
    let flying = format!("In flight {}", snapshot.flying);
    html! {
        <section class="panel lists" aria-labelledby="lists-heading">
            <h2 id="lists-heading" class="visually-hidden">{ "Events and messages" }</h2>
            <div class="tabs" role="tablist" aria-label="Events and messages"
                onkeydown={switch_by_key(&engine, *tab)}>
                { tab_button(&engine, *tab, Tab::Log, "tab-log", "Event log".to_owned()) }
                { tab_button(&engine, *tab, Tab::Flights, "tab-flights", flying) }
            </div>
            <div class="tab-body" role="tabpanel" id="tab-body" aria-labelledby={id_of(*tab)}>
                { body }
            </div>
        </section>
    }
}

const fn id_of(tab: Tab) -> &'static str {
    match tab {
        Tab::Log => "tab-log",
        Tab::Flights => "tab-flights",
    }
}

fn tab_button(engine: &Engine, shown: Tab, tab: Tab, id: &'static str, text: String) -> Html {
    let chosen = shown == tab;
    let engine = engine.clone();
    let on_click = Callback::from(move |_: MouseEvent| engine.dispatch(Action::ShowTab(tab)));
    html! {
        <button type="button" role="tab" {id} aria-selected={chosen.to_string()}
            aria-controls="tab-body" tabindex={if chosen { "0" } else { "-1" }} onclick={on_click}>
            { text }
        </button>
    }
}

/// Returns the handler of the arrow keys, which lead from one tab to the other.
fn switch_by_key(engine: &Engine, shown: Tab) -> Callback<KeyboardEvent> {
    let engine = engine.clone();
    Callback::from(move |event: KeyboardEvent| {
        let other = match keys::within(KeyScope::Tabs, &event.key()) {
            Some(Navigation::Previous | Navigation::Next) if shown == Tab::Log => Tab::Flights,
            Some(Navigation::Previous | Navigation::Next | Navigation::First) => Tab::Log,
            Some(Navigation::Last) => Tab::Flights,
            _ => return,
        };
        event.prevent_default();
        engine.dispatch(Action::ShowTab(other));
        if let Some(tab) = gloo::utils::document().get_element_by_id(id_of(other)) {
            use wasm_bindgen::JsCast;
            if let Some(tab) = tab.dyn_ref::<web_sys::HtmlElement>() {
                let _ = tab.focus();
            }
        }
    })
}
