//! A form over the text of a scenario, for the fields that are changed most.

use std::rc::Rc;

use ringside_lab::scenario;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The props of `ShortForm`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The text of the scenario.
    pub(super) text: Rc<str>,
    /// Called with the text after a field was changed.
    pub(super) on_edit: Callback<String>,
}

/// The fields: the label, the path in the scenario, and whether the value is text.
const FIELDS: [(&str, &str, bool); 10] = [
    ("Title", "title", true),
    ("Nodes", "cluster.nodes", false),
    ("N, replicas", "cluster.n", false),
    ("R, to read", "cluster.r", false),
    ("W, to write", "cluster.w", false),
    ("Random seed", "seed", false),
    ("Loss, 0 to 1", "network.loss", false),
    ("Load, per second", "load.rate", false),
    ("Clients", "load.clients", false),
    ("Duration", "duration", true),
];

/// A few fields of the scenario. Each changes its own value in the text and nothing else; the reader checks
/// the values when the text is opened.
#[component]
pub(super) fn ShortForm(props: &Props) -> Html {
    html! {
        <div class="editor-form" role="group" aria-label="Short form">
            { for FIELDS.into_iter().map(|it| field(props, it)) }
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
    let title = if missing { "The scenario has no such field" } else { path };
    html! {
        <label key={path} class="field">
            <span class="field-name">{ name }</span>
            <input type="text" autocomplete="off" disabled={missing} {title}
                value={value.unwrap_or_default()} onchange={on_change} />
        </label>
    }
}
