//! A list to choose from.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::choice::Props;

/// A drop-down list to choose from.
#[component]
pub(crate) fn Select(props: &Props) -> Html {
    let select = use_node_ref();
    let tries = use_state(|| 0_u32);
    // The "selected" attribute of an option only sets the initial choice. The current one is a property of the
    // list, which is set once its options exist, and again after a choice that was refused.
    let dependencies = (select.clone(), props.value.clone(), props.choices.clone(), *tries);
    use_effect_with(dependencies, |(select, value, ..)| {
        if let Some(select) = select.cast::<HtmlSelectElement>() {
            select.set_value(value);
        }
    });
    let on_change = {
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok());
            if let Some(select) = select {
                on_choose.emit(select.value());
                tries.set(tries.wrapping_add(1));
            }
        })
    };
    html! {
        <label class="field">
            <span class="field-name">{ &props.label }</span>
            <select ref={select} aria-describedby={props.described_by.clone()} onchange={on_change}>
                { for props.choices.iter().map(|choice| html! {
                    <option key={choice.value.as_str()} value={&choice.value}
                        selected={choice.value == props.value}>
                        { &choice.text }
                    </option>
                }) }
            </select>
        </label>
    }
}
