//! The counters of the run, and its digest.

use ringside_lab::frame::{Outcomes, Totals};
use yew::prelude::*;

use crate::format;

/// The values to show.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The counters.
    pub(crate) totals: Totals,
    /// The digest of the journal.
    pub(crate) digest: String,
}

/// The counters since the start of the run, and the digest, which is equal for equal runs.
#[component]
pub(crate) fn Counters(props: &Props) -> Html {
    let Props { totals, digest } = props;
    let counter = |name: &'static str, value: u64| {
        html! { <div key={name}><dt>{ name }</dt><dd>{ format::thousands(value) }</dd></div> }
    };
    let outcomes = |name: &'static str, outcomes: Outcomes| {
        html! {
            <div key={name}>
                <dt>{ name }</dt>
                <dd>
                    { format!("{} ok", format::thousands(outcomes.ok)) }
                    <span class={classes!((outcomes.failed > 0).then_some("has-failed"))}>
                        { format!(" · {} failed", format::thousands(outcomes.failed)) }
                    </span>
                </dd>
            </div>
        }
    };
    html! {
        <footer class="readings">
            <dl>
                { counter("events", totals.events) }
                { counter("sent", totals.sent) }
                { counter("delivered", totals.delivered) }
                { counter("lost", totals.dropped) }
                { outcomes("reads", totals.reads) }
                { outcomes("writes", totals.writes) }
            </dl>
            // An output element is a live region by default, and this one changes with every event.
            <p class="digest" title="Two runs with the same digest are equal, event for event">
                <span aria-hidden="true">{ "digest" }</span>
                <output aria-label="Digest" aria-live="off">{ digest }</output>
            </p>
        </footer>
    }
}
