//! The controls of mechanisms, each with a sentence that describes it.

use yew::prelude::*;

use crate::components::widgets::{Choice, DetentSlider, Scale, Segments, Select, Switch};

/// A choice: its value, its name, and the sentence that describes it.
pub(super) type DescribedChoice<T> = (T, &'static str, &'static str);

/// A switch with its sentence.
pub(super) fn switch(
    label: &'static str,
    sentence: &'static str,
    on: bool,
    on_switch: Callback<bool>,
) -> Html {
    let described_by = id(label);
    html! {
        <div class="setting">
            <div class="setting-row">
                <span class="setting-name" aria-hidden="true">{ label }</span>
                <Switch {label} {on} {on_switch} described_by={described_by.clone()} />
            </div>
            { description(described_by, sentence) }
        </div>
    }
}

/// A choice between two or three values, side by side.
pub(super) fn segments<T: Copy + PartialEq + 'static>(
    label: &'static str,
    choices: &'static [DescribedChoice<T>],
    value: T,
    on_choose: &Callback<T>,
) -> Html {
    let (described_by, (name, sentence)) = (id(label), chosen(choices, value));
    html! {
        <div class="setting">
            <span class="setting-name" aria-hidden="true">{ label }</span>
            <Segments {label} choices={named(choices)} value={name}
                described_by={described_by.clone()} on_choose={by_name(choices, on_choose)} />
            { description(described_by, sentence) }
        </div>
    }
}

/// A choice from a list.
pub(super) fn list<T: Copy + PartialEq + 'static>(
    label: &'static str,
    choices: &'static [DescribedChoice<T>],
    value: T,
    on_choose: &Callback<T>,
) -> Html {
    let (described_by, (name, sentence)) = (id(label), chosen(choices, value));
    html! {
        <div class="setting">
            <Select {label} choices={named(choices)} value={name} described_by={described_by.clone()}
                on_choose={by_name(choices, on_choose)} />
            { description(described_by, sentence) }
        </div>
    }
}

/// A slider with its sentence.
pub(super) fn described_slider(
    label: &'static str,
    sentence: &'static str,
    scale: &'static Scale,
    value: f64,
    on_set: Callback<f64>,
) -> Html {
    let described_by = id(label);
    html! {
        <div class="setting">
            <DetentSlider {label} {scale} {value} {on_set} described_by={described_by.clone()} />
            { description(described_by, sentence) }
        </div>
    }
}

/// A slider without a sentence, where that of the group is enough.
pub(super) fn slider(
    label: &'static str,
    scale: &'static Scale,
    value: f64,
    on_set: Callback<f64>,
) -> Html {
    html! { <DetentSlider {label} {scale} {value} {on_set} /> }
}

/// Returns the name and the sentence of a value.
pub(super) fn chosen<T: Copy + PartialEq>(
    choices: &[DescribedChoice<T>],
    value: T,
) -> (&'static str, &'static str) {
    choices.iter().find(|it| it.0 == value).map_or(("", ""), |it| (it.1, it.2))
}

fn named<T>(choices: &[DescribedChoice<T>]) -> Vec<Choice> {
    choices.iter().map(|it| Choice::new(it.1, it.1)).collect()
}

fn by_name<T: Copy>(
    choices: &'static [DescribedChoice<T>],
    on_choose: &Callback<T>,
) -> Callback<String> {
    let on_choose = on_choose.clone();
    Callback::from(move |name: String| {
        if let Some(it) = choices.iter().find(|it| it.1 == name.as_str()) {
            on_choose.emit(it.0);
        }
    })
}

fn description(id: String, sentence: &'static str) -> Html {
    html! { <p {id} class="sentence">{ sentence }</p> }
}

fn id(label: &str) -> String {
    format!("about-{}", label.to_lowercase().replace(' ', "-"))
}
