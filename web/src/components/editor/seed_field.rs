//! The field of the seed.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};

/// The props of `SeedField`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The seed in force.
    pub(crate) seed: u64,
    /// Called with another seed.
    pub(crate) on_set: Callback<u64>,
    /// Called with a text that is no seed.
    pub(crate) on_refuse: Callback<String>,
}

/// The upper bound of random seeds: short enough to be read out across a room.
const DRAWN_BELOW: u32 = 1_000_000;

/// The seed as a whole number, and a button that draws another one. A text that is no seed stays in the
/// field, which is marked as invalid.
#[component]
pub(crate) fn SeedField(props: &Props) -> Html {
    let wrong = use_state(|| None::<String>);
    let seed = props.seed;
    {
        // A text that was mistyped for this run means nothing in the next one.
        let wrong = wrong.clone();
        use_effect_with(seed, move |_| wrong.set(None));
    }
    let on_change = {
        let (wrong, on_set, on_refuse) =
            (wrong.clone(), props.on_set.clone(), props.on_refuse.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            let typed = input.value();
            if let Ok(other) = typed.trim().parse::<u64>() {
                wrong.set(None);
                if other != seed {
                    on_set.emit(other);
                }
            } else {
                on_refuse.emit(typed.clone());
                wrong.set(Some(typed));
            }
        })
    };
    let on_draw = {
        let on_set = props.on_set.clone();
        Callback::from(move |_: MouseEvent| {
            // Every browser that can start this page has random numbers; without them no seed is drawn.
            if let Ok(drawn) = getrandom::u32() {
                on_set.emit(u64::from(drawn % DRAWN_BELOW));
            }
        })
    };
    let shown = (*wrong).clone().unwrap_or_else(|| seed.to_string());
    html! {
        <div class="seed">
        <label class="field">
            <span class="field-name">{ "Seed" }</span>
            <input type="text" inputmode="numeric" maxlength="20" value={shown}
                aria-invalid={wrong.is_some().to_string()} title="A whole number: the same seed gives the same run"
                onchange={on_change} />
        </label>
        <button type="button" class="icon-button" aria-label="New seed"
            title="The same scenario with another seed" onclick={on_draw}>
            <Icon picture={Picture::Redraw} />
        </button>
        </div>
    }
}
