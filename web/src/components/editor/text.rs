//! The field with the text of the scenario, and the error in it.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::located_error::LocatedError;

/// The props of `ScenarioText`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The text of the scenario.
    pub(super) text: Rc<str>,
    /// The error that stopped the last attempt to open the text.
    pub(super) error: Option<Rc<LocatedError>>,
    /// Called with the changed text.
    pub(super) on_edit: Callback<String>,
}

/// A field with the whole text, in which the line of an error is selected.
#[component]
pub(super) fn ScenarioText(props: &Props) -> Html {
    let field = use_node_ref();
    use_effect_with((field.clone(), props.error.clone()), |(field, error)| {
        let line = error.as_ref().and_then(|error| error.line);
        if let (Some(field), Some(line)) = (field.cast::<HtmlTextAreaElement>(), line) {
            select_line(&field, line);
        }
    });
    let on_input = props.on_edit.reform(|event: InputEvent| {
        let field = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
        field.map(|field| field.value()).unwrap_or_default()
    });
    let error = props.error.as_ref();
    html! {
        <div class="editor-text">
            <label class="field">
                <span class="field-name">{ "Scenario file" }</span>
                <textarea ref={field} spellcheck="false" autocomplete="off" wrap="off"
                    aria-invalid={error.is_some().to_string()} aria-describedby="editor-fault"
                    value={props.text.to_string()} oninput={on_input} />
            </label>
            // A live region must be on the page before it has something to say.
            <div id="editor-fault" role="alert" class="editor-fault">
                if let Some(error) = error {
                    <p>{ &error.words }</p>
                }
            </div>
        </div>
    }
}

/// Selects a line, and scrolls it into view.
fn select_line(field: &HtmlTextAreaElement, line: usize) {
    let text = field.value();
    let units = |text: &str| text.encode_utf16().count() as u32;
    let start: u32 = text.split_inclusive('\n').take(line - 1).map(units).sum();
    let length = text.split('\n').nth(line - 1).map_or(0, units);
    let _ = field.focus();
    let _ = field.set_selection_range(start, start + length);
    let lines = text.split('\n').count().max(1);
    let each = f64::from(field.scroll_height()) / lines as f64;
    let above = (line as f64 - 3.0).max(0.0) * each;
    field.set_scroll_top(above as i32);
    field.set_scroll_left(0);
}
