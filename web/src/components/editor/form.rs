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

/// The fields: what they are called, where they are in a scenario, and whether they are text.
const FIELDS: [(&str, &str, bool); 10] = [
    ("Title", "title", true),
    ("Nodes", "cluster.nodes", false),
    ("N, replicas", "cluster.n", false),
    ("R, to read", "cluster.r", false),
    ("W, to write", "cluster.w", false),
    ("Seed of luck", "seed", false),
    ("Loss, 0 to 1", "network.loss", false),
    ("Load, a second", "load.rate", false),
    ("Clients", "load.clients", false),
    ("Duration", "duration", true),
];

/// A few fields of the scenario. Each changes its place in the text, and nothing else there; the reader
/// checks them all when the text is opened.
#[component]
pub(super) fn ShortForm(props: &Props) -> Html {
    html! {
        <div class="editor-form" role="group" aria-label="Short form">
            { for FIELDS.into_iter().map(|of| field(props, of)) }
        </div>
    }
}

fn field(props: &Props, (name, path, is_text): (&'static str, &'static str, bool)) -> Html {
    let value = scenario::field(&props.text, path);
    let missing = value.is_none();
    let text = props.text.clone();
    let on_edit = props.on_edit.clone();
    let on_change = Callback::from(move |event: Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(changed) = scenario::replace(&text, path, input.value().trim(), is_text) {
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
