//! The counters of the run and its digest.

use ringside_lab::frame::{Outcomes, Totals};
use yew::prelude::*;

use crate::format;

/// What is read off.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The counters.
    pub(crate) totals: Totals,
    /// The journal's digest.
    pub(crate) digest: String,
}

/// The counters since the run began, and the digest by which two runs can be told to be the same.
#[component]
pub(crate) fn Readings(props: &Props) -> Html {
    let Props { totals, digest } = props;
    let reading = |name: &'static str, value: u64| {
        html! { <div key={name}><dt>{ name }</dt><dd>{ format::count(value) }</dd></div> }
    };
    let outcomes = |name: &'static str, outcomes: Outcomes| {
        html! {
            <div key={name}>
                <dt>{ name }</dt>
                <dd>
                    { format!("{} ok", format::count(outcomes.ok)) }
                    <span class={classes!((outcomes.failed > 0).then_some("has-failed"))}>
                        { format!(" · {} failed", format::count(outcomes.failed)) }
                    </span>
                </dd>
            </div>
        }
    };
    html! {
        <footer class="readings">
            <dl>
                { reading("events", totals.events) }
                { reading("sent", totals.sent) }
                { reading("delivered", totals.delivered) }
                { reading("lost", totals.dropped) }
                { outcomes("reads", totals.reads) }
                { outcomes("writes", totals.writes) }
            </dl>
            // An output is a live region by itself, and this one changes with every event.
            <p class="digest" title="Two runs with the same digest are the same, event for event">
                <span aria-hidden="true">{ "digest" }</span>
                <output aria-label="Digest" aria-live="off">{ digest }</output>
            </p>
        </footer>
    }
}
