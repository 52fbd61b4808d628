//! A choice among two or three things that can all be seen.

use yew::prelude::*;

use super::select::Choice;

/// What is to be chosen.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Its name, which is unique on the page.
    pub(crate) label: AttrValue,
    /// What there is to choose from.
    pub(crate) choices: Vec<Choice>,
    /// The value of what is chosen.
    pub(crate) value: AttrValue,
    /// The id of the element that says what it does.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Takes the value of the choice that was made.
    pub(crate) on_choose: Callback<AttrValue>,
}

/// A choice among two or three things, as buttons side by side.
#[component]
pub(crate) fn Segments(props: &Props) -> Html {
    let Props { label, choices, value, .. } = props;
    // A choice that is refused leaves the value as it was, and the browser's mark has to be put back:
    // that happens with every drawing.
    let tries = use_state(|| 0_u32);
    let segment = |choice: &Choice| {
        let (chosen, tries, on_choose) =
            (choice.value.clone(), tries.clone(), props.on_choose.clone());
        let on_change = Callback::from(move |_: Event| {
            on_choose.emit(chosen.clone());
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
