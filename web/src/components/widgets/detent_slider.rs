//! A slider that stops at the values of a scale.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::scale::Scale;

/// The scale of the slider, and its value.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The label.
    pub(crate) label: AttrValue,
    /// The values at which the slider stops.
    pub(crate) scale: &'static Scale,
    /// The value in force, which may lie between stops.
    pub(crate) value: f64,
    /// The id of the element that describes the effect.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Receives another value. It is called only when the slider is released: each call is a command to the
    /// cluster, and links carry all commands.
    pub(crate) on_set: Callback<f64>,
}

/// A slider that stops at the values of a scale, with its value in words.
#[component]
pub(crate) fn DetentSlider(props: &Props) -> Html {
    let dragged = use_state(|| None::<usize>);
    let scale = props.scale;
    let stop = dragged.unwrap_or_else(|| scale.nearest(props.value));
    let shown = dragged.map_or(props.value, |stop| scale.value(stop));
    let text = scale.written(shown);
    let on_drag = {
        let dragged = dragged.clone();
        Callback::from(move |event: InputEvent| dragged.set(stop_of(&event)))
    };
    let on_release = {
        let on_set = props.on_set.clone();
        Callback::from(move |event: Event| {
            dragged.set(None);
            if let Some(stop) = stop_of(&event) {
                on_set.emit(scale.value(stop));
            }
        })
    };
    html! {
        <label class="slider">
            <span class="slider-name">{ &props.label }</span>
            <input type="range" min="0" max={scale.last().to_string()} step="1"
                value={stop.to_string()} aria-valuetext={text.clone()}
                aria-describedby={props.described_by.clone()}
                style={format!("--part:{}", stop as f64 / scale.last() as f64)}
                oninput={on_drag} onchange={on_release} />
            <span class="slider-value" aria-hidden="true">{ text }</span>
        </label>
    }
}

/// Returns the stop at which a slider stands.
fn stop_of(event: &Event) -> Option<usize> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    input.value().parse().ok()
}
