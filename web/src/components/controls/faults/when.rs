//! When what is pressed is done.

use ringside_lab::Duration;
use yew::prelude::*;

use crate::components::widgets::{Choice, Select, duration};
use crate::format;

/// The delays to choose from, in milliseconds.
const LATER_MS: [f64; 7] = [100.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 30_000.0];

/// The value of the choice that stands for no delay.
const AT_ONCE: &str = "";

/// What is chosen.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// How much later; none for at once.
    pub(super) later: Option<Duration>,
    /// Takes another delay.
    pub(super) on_set: Callback<Option<Duration>>,
}

/// A choice between at once and some delays of virtual time.
#[component]
pub(super) fn When(props: &Props) -> Html {
    let choice = |ms: f64| {
        let later = duration(ms);
        Choice::new(later.to_string(), format!("In {} of virtual time", format::span(later)))
    };
    let at_once = Choice::new(AT_ONCE, "At once");
    let choices: Vec<Choice> =
        std::iter::once(at_once).chain(LATER_MS.into_iter().map(choice)).collect();
    let value = props.later.map_or_else(|| AT_ONCE.to_owned(), |later| later.to_string());
    // What can not be read is the choice of no delay.
    let on_choose = props.on_set.reform(|value: String| value.parse::<Duration>().ok());
    html! {
        <div class="when">
            <Select label="Done" {choices} {value} {on_choose} />
        </div>
    }
}
