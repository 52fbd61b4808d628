//! A choice among a few named things.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// One of the things to choose from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// What tells it from the others.
    pub(crate) value: AttrValue,
    /// What it is called.
    pub(crate) text: AttrValue,
}

impl Choice {
    /// Makes a choice.
    pub(crate) fn new(value: impl Into<AttrValue>, text: impl Into<AttrValue>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}

/// What is to be chosen.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Its name.
    pub(crate) label: AttrValue,
    /// What there is to choose from.
    pub(crate) choices: Vec<Choice>,
    /// The value of what is chosen.
    pub(crate) value: AttrValue,
    /// The id of the element that says what it does.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Takes the value of the choice that was made.
    pub(crate) on_choose: Callback<String>,
}

/// A choice among a few named things.
#[component]
pub(crate) fn Select(props: &Props) -> Html {
    let select = use_node_ref();
    let tries = use_state(|| 0_u32);
    // An option's "selected" attribute is only where a list begins; what it stands at is a property
    // of the list, to be set once its options are there, and again after a choice that was refused.
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
