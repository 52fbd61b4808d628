//! What is changed most, as a form over the text.

use std::rc::Rc;

use ringside_lab::scenario;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the form stands over.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The text.
    pub(super) text: Rc<str>,
    /// Takes the text with a field changed.
    pub(super) on_edit: Callback<String>,
}

/// The fields: what they are called, and where they are in a scenario.
const FIELDS: [(&str, &str); 10] = [
    ("Title", "title"),
    ("Nodes", "cluster.nodes"),
    ("N, replicas", "cluster.n"),
    ("R, to read", "cluster.r"),
    ("W, to write", "cluster.w"),
    ("Seed of luck", "seed"),
    ("Loss, 0 to 1", "network.loss"),
    ("Load, a second", "load.rate"),
    ("Clients", "load.clients"),
    ("Duration", "duration"),
];

/// A few fields of the scenario. Each changes its place in the text, and nothing else there; the reader
/// checks them all when the text is opened.
#[component]
pub(super) fn ShortForm(props: &Props) -> Html {
    html! {
        <div class="editor-form" role="group" aria-label="Short form">
            { for FIELDS.into_iter().map(|(name, path)| field(props, name, path)) }
        </div>
    }
}

fn field(props: &Props, name: &'static str, path: &'static str) -> Html {
    let value = scenario::field(&props.text, path);
    let missing = value.is_none();
    let text = props.text.clone();
    let on_edit = props.on_edit.clone();
    let on_change = Callback::from(move |event: Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(changed) = scenario::replace(&text, path, input.value().trim()) {
            on_edit.emit(changed);
        }
    });
    let title = if missing { "The text has no such field" } else { path };
    html! {
        <label key={path} class="field">
            <span class="field-name">{ name }</span>
            <input type="text" autocomplete="off" disabled={missing} {title}
                value={value.unwrap_or_default()} onchange={on_change} />
        </label>
    }
}
