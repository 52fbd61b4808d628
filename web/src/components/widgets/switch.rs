//! Something that is on or off.

use yew::prelude::*;

/// What is switched.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Its name.
    pub(crate) label: AttrValue,
    /// Whether it is on.
    pub(crate) on: bool,
    /// The id of the element that says what it does.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Takes whether it is to be on.
    pub(crate) on_switch: Callback<bool>,
}

/// A switch, which says "on" or "off" as well.
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
