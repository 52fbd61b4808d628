//! A switch.

use yew::prelude::*;

/// The state of the switch.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The label.
    pub(crate) label: AttrValue,
    /// Whether the switch is on.
    pub(crate) on: bool,
    /// The id of the element that describes the effect.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Receives the new state.
    pub(crate) on_switch: Callback<bool>,
}

/// A switch that also shows the word "on" or "off".
#[component]
pub(crate) fn Switch(props: &Props) -> Html {
    let on = props.on;
    html! {
        <button type="button" class="switch" role="switch" aria-checked={on.to_string()}
            aria-label={&props.label} aria-describedby={props.described_by.clone()}
            onclick={props.on_switch.reform(move |_| !on)}>
            <span class="switch-track"><span class="switch-thumb" /></span>
            <span class="switch-word" aria-hidden="true">{ if on { "on" } else { "off" } }</span>
        </button>
    }
}
