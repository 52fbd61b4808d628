//! The seed of all luck.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the field holds.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The seed in force.
    pub(crate) seed: u64,
    /// Takes another seed.
    pub(crate) on_set: Callback<u64>,
}

/// The seed as a whole number. What is none is not taken, and the field says so.
#[component]
pub(crate) fn SeedField(props: &Props) -> Html {
    let wrong = use_state(|| false);
    let seed = props.seed;
    let on_change = {
        let (wrong, on_set) = (wrong.clone(), props.on_set.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            match input.value().trim().parse::<u64>() {
                Ok(other) => {
                    wrong.set(false);
                    if other != seed {
                        on_set.emit(other);
                    }
                }
                Err(_) => wrong.set(true),
            }
        })
    };
    html! {
        <label class="field seed">
            <span class="field-name">{ "Seed" }</span>
            <input type="text" inputmode="numeric" maxlength="20" value={seed.to_string()}
                aria-invalid={wrong.to_string()} title="A whole number: the same seed gives the same luck"
                onchange={on_change} />
        </label>
    }
}
