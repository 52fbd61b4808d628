//! The delay with which fault buttons take effect.

use ringside_lab::Duration;
use yew::prelude::*;

use crate::components::widgets::{Choice, Select, duration};
use crate::format;

/// The delays to choose from, in milliseconds.
const DELAYS_MS: [f64; 7] = [100.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 30_000.0];

/// The value of the choice that stands for no delay.
const AT_ONCE: &str = "";

/// The selected delay.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The delay; `None` for no delay.
    pub(super) delay: Option<Duration>,
    /// Receives another delay.
    pub(super) on_set: Callback<Option<Duration>>,
}

/// A choice between no delay and some delays of virtual time.
#[component]
pub(super) fn DelaySelect(props: &Props) -> Html {
    let choice = |ms: f64| {
        let delay = duration(ms);
        Choice::new(delay.to_string(), format!("In {} of virtual time", format::span(delay)))
    };
    let at_once = Choice::new(AT_ONCE, "At once");
    let choices: Vec<Choice> =
        std::iter::once(at_once).chain(DELAYS_MS.into_iter().map(choice)).collect();
    let value = props.delay.map_or_else(|| AT_ONCE.to_owned(), |delay| delay.to_string());
    // A value that is no duration is the choice of no delay.
    let on_choose = props.on_set.reform(|value: String| value.parse::<Duration>().ok());
    html! {
        <div class="when">
            <Select label="Takes effect" {choices} {value} {on_choose} />
        </div>
    }
}
