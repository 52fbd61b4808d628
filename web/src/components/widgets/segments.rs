//! A choice between two or three values, all of them visible.

use yew::prelude::*;

use super::choice::{Choice, Props};

/// A choice between two or three values, as buttons side by side.
#[component]
pub(crate) fn Segments(props: &Props) -> Html {
    let Props { label, choices, value, .. } = props;
    // A refused choice leaves the value as it was, and the mark in the browser has to be put back, which every
    // rendering does.
    let tries = use_state(|| 0_u32);
    let segment = |choice: &Choice| {
        let (chosen, tries, on_choose) =
            (choice.value.clone(), tries.clone(), props.on_choose.clone());
        let on_change = Callback::from(move |_: Event| {
            on_choose.emit(chosen.to_string());
            tries.set(tries.wrapping_add(1));
        });
        html! {
            <label key={choice.value.as_str()} class="segment">
                <input type="radio" name={label} value={&choice.value}
                    checked={choice.value == *value} onchange={on_change} />
                <span>{ &choice.text }</span>
            </label>
        }
    };
    html! {
        <div class="segments" role="radiogroup" aria-label={label}
            aria-describedby={props.described_by.clone()}>
            { for choices.iter().map(segment) }
        </div>
    }
}
