//! The list of scheduled commands.

use ringside_lab::frame::PlanFrame;
use ringside_lab::{Command, Instant};
use yew::prelude::*;

use crate::engine::use_run;
use crate::format;

/// The scheduled commands.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The next commands, the earliest first.
    pub(super) plans: Vec<PlanFrame>,
    /// The number of all scheduled commands.
    pub(super) planned: usize,
    /// The virtual time.
    pub(super) now: Instant,
}

/// A list of the commands that the scenario or the user has scheduled, each with a button to cancel it.
#[component]
pub(super) fn Plans(props: &Props) -> Html {
    let engine = use_run();
    let Props { plans, planned, now } = props;
    let more = planned.saturating_sub(plans.len());
    let row = |plan: &PlanFrame| {
        let PlanFrame { number, at, what } = plan.clone();
        let engine = engine.clone();
        let on_cancel = Callback::from(move |_: MouseEvent| engine.act(Command::Cancel(number)));
        html! {
            <li key={number} class="plan">
                <span class="plan-at" title={format::moment(at)}>{ format::seconds(at) }</span>
                <span class="plan-what">{ format::capital(&what) }</span>
                <span class="plan-in">{ format!("in {}", format::span(at.since(*now))) }</span>
                <button type="button" aria-label={format!("Cancel: {what} at {}", format::seconds(at))}
                    onclick={on_cancel}>
                    { "Cancel" }
                </button>
            </li>
        }
    };
    html! {
        <section class="plans" aria-labelledby="plans-heading" hidden={plans.is_empty()}>
            <h3 id="plans-heading">{ "Scheduled" }</h3>
            <ul>{ for plans.iter().map(row) }</ul>
            if more > 0 {
                <p class="empty">{ format!("and {} later", format::thousands(more as u64)) }</p>
            }
        </section>
    }
}
