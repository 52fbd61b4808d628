//! A small whole number with buttons to decrease and increase it.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The number, and its bounds.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The name: a letter.
    pub(crate) name: AttrValue,
    /// The meaning of the number, in a few words.
    pub(crate) meaning: AttrValue,
    /// The number in force.
    pub(crate) value: u16,
    /// The largest number; the smallest is one.
    pub(crate) most: u16,
    /// Receives another number.
    pub(crate) on_set: Callback<u16>,
}

/// A small whole number with buttons to decrease and increase it. A number typed beyond the bounds becomes the
/// nearest bound.
#[component]
pub(crate) fn Stepper(props: &Props) -> Html {
    let Props { name, meaning, value, most, on_set } = props;
    let (value, most) = (*value, *most);
    let id = format!("stepper-{name}");
    let meaning_id = format!("{id}-meaning");
    let set_to = |number: u16| on_set.reform(move |_: MouseEvent| number);
    let on_change = {
        let on_set = on_set.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            let number = input.value().parse::<f64>().ok().filter(|number| number.is_finite());
            let number = number.map_or(value, |number| number.clamp(1.0, f64::from(most)) as u16);
            // A typed number is in force only once the cluster has accepted it.
            input.set_value(&value.to_string());
            if number != value {
                on_set.emit(number);
            }
        })
    };
    html! {
        <div class="stepper">
            <label for={id.clone()}>{ name }</label>
            <div class="stepper-row">
                <button type="button" aria-label={format!("Decrease {name}")}
                    disabled={value <= 1} onclick={set_to(value.saturating_sub(1))}>{ "\u{2212}" }</button>
                <input {id} type="number" inputmode="numeric" min="1" max={most.to_string()} step="1"
                    value={value.to_string()} aria-describedby={meaning_id.clone()}
                    onchange={on_change} />
                <button type="button" aria-label={format!("Increase {name}")}
                    disabled={value >= most} onclick={set_to(value + 1)}>{ "+" }</button>
            </div>
            <span id={meaning_id} class="stepper-meaning">{ meaning }</span>
        </div>
    }
}
