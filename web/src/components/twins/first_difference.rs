//! The first operation that differs between the two runs.

use std::rc::Rc;

use ringside_lab::twins::Difference;
use yew::prelude::*;

use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::twins::TwinsFrame;

/// The props of `FirstDifference`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Both runs.
    pub(super) twins: Rc<TwinsFrame>,
    /// The name of the other run.
    pub(super) other: AttrValue,
}

/// The time of the first difference, its operation and the answer in each run, with a button that leads
/// there.
#[component]
pub(super) fn FirstDifference(props: &Props) -> Html {
    let Props { twins, other } = props;
    let engine = use_run();
    let (compared, different) = twins.compared;
    let until = format::moment(twins.until);
    let summary = format!(
        "{} compared up to {until}: the answer differs in {}.",
        format::count(compared, "operation"),
        format::thousands(different)
    );
    let both = [&twins.first, &twins.first_answer];
    let is_same = twins.first.as_ref().map(|it| it.request)
        == twins.first_answer.as_ref().map(|it| it.request);
    let heads = match (is_same, &twins.first) {
        (true, _) => ["First difference", ""],
        (false, _) => ["First difference, in time only", "First different answer"],
    };
    let shown = both.into_iter().zip(heads).filter(|(_, head)| !head.is_empty());
    let shown = shown.filter_map(|(difference, head)| Some((difference.as_ref()?, head)));
    html! {
        <div class="twins-first" role="group" aria-label="First difference">
            if twins.first.is_none() {
                <p><b>{ "No difference so far." }</b></p>
            }
            { for shown.map(|(difference, head)| description(&engine, difference, head, other)) }
            <p class="twins-summary">{ summary }</p>
        </div>
    }
}

fn description(
    engine: &Engine,
    difference: &Difference,
    head: &'static str,
    other: &AttrValue,
) -> Html {
    let on_go = {
        let (engine, difference) = (engine.clone(), difference.clone());
        Callback::from(move |_: MouseEvent| engine.to_difference(&difference))
    };
    let [here, there] = [0, 1].map(|side| {
        format!(
            "{}, after {}",
            difference.answers[side],
            format::length_ms(difference.took_ms[side])
        )
    });
    html! {
        <div key={head} class="twins-difference">
            <p>
                <b>{ head }</b>
                { format!(" at {}: ", format::moment(difference.invoked)) }
                <span class="twins-asked">{ &difference.words }</span>
            </p>
            <button type="button" onclick={on_go}
                aria-label={format!("Go to the {}", head.to_lowercase())}>
                { "Go there" }
            </button>
            <dl>
                <div><dt>{ "This run" }</dt><dd>{ here }</dd></div>
                <div><dt>{ other }</dt><dd>{ there }</dd></div>
            </dl>
        </div>
    }
}
