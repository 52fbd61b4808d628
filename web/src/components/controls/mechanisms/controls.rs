//! The controls of a mechanism, each with the sentence that says what it does.

use yew::prelude::*;

use crate::components::widgets::{Choice, DetentSlider, Scale, Segments, Select, Switch};

/// A thing to choose: what it is, its name, and the sentence that is told while it is chosen.
pub(super) type Told<T> = (T, &'static str, &'static str);

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
            { told(described_by, sentence) }
        </div>
    }
}

/// A choice among two or three things, side by side.
pub(super) fn segments<T: Copy + PartialEq + 'static>(
    label: &'static str,
    choices: &'static [Told<T>],
    value: T,
    on_choose: &Callback<T>,
) -> Html {
    let (described_by, (name, sentence)) = (id(label), chosen(choices, value));
    html! {
        <div class="setting">
            <span class="setting-name" aria-hidden="true">{ label }</span>
            <Segments {label} choices={named(choices)} value={name}
                described_by={described_by.clone()} on_choose={by_name(choices, on_choose)} />
            { told(described_by, sentence) }
        </div>
    }
}

/// A choice from a list.
pub(super) fn list<T: Copy + PartialEq + 'static>(
    label: &'static str,
    choices: &'static [Told<T>],
    value: T,
    on_choose: &Callback<T>,
) -> Html {
    let (described_by, (name, sentence)) = (id(label), chosen(choices, value));
    html! {
        <div class="setting">
            <Select {label} choices={named(choices)} value={name} described_by={described_by.clone()}
                on_choose={by_name(choices, on_choose).reform(AttrValue::from)} />
            { told(described_by, sentence) }
        </div>
    }
}

/// A dial with its sentence.
pub(super) fn told_dial(
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
            { told(described_by, sentence) }
        </div>
    }
}

/// A dial of a mechanism whose own sentence tells enough.
pub(super) fn dial(
    label: &'static str,
    scale: &'static Scale,
    value: f64,
    on_set: Callback<f64>,
) -> Html {
    html! { <DetentSlider {label} {scale} {value} {on_set} /> }
}

/// Gives the name and the sentence of what is chosen.
pub(super) fn chosen<T: Copy + PartialEq>(
    choices: &[Told<T>],
    value: T,
) -> (&'static str, &'static str) {
    choices.iter().find(|it| it.0 == value).map_or(("", ""), |it| (it.1, it.2))
}

fn named<T>(choices: &[Told<T>]) -> Vec<Choice> {
    choices.iter().map(|it| Choice::new(it.1, it.1)).collect()
}

fn by_name<T: Copy>(choices: &'static [Told<T>], on_choose: &Callback<T>) -> Callback<AttrValue> {
    let on_choose = on_choose.clone();
    Callback::from(move |name: AttrValue| {
        if let Some(it) = choices.iter().find(|it| it.1 == name.as_str()) {
            on_choose.emit(it.0);
        }
    })
}

fn told(id: String, sentence: &'static str) -> Html {
    html! { <p {id} class="sentence">{ sentence }</p> }
}

fn id(label: &str) -> String {
    format!("about-{}", label.to_lowercase().replace(' ', "-"))
}
