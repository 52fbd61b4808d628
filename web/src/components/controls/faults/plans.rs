//! What is planned for later.

use ringside_lab::frame::PlanFrame;
use ringside_lab::{Command, Instant};
use yew::prelude::*;

use crate::engine::Engine;
use crate::format;

/// What is planned.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Whose run it is.
    pub(super) engine: Engine,
    /// The next things, the very next one first.
    pub(super) plans: Vec<PlanFrame>,
    /// How much is planned in all.
    pub(super) planned: usize,
    /// The virtual time.
    pub(super) now: Instant,
}

/// A list of what is planned, by the scenario or by hand, each with a button that cancels it.
#[component]
pub(super) fn Plans(props: &Props) -> Html {
    let Props { engine, plans, planned, now } = props;
    let more = planned.saturating_sub(plans.len());
    let row = |plan: &PlanFrame| {
        let PlanFrame { number, at, what } = plan.clone();
        let engine = engine.clone();
        let on_cancel = Callback::from(move |_: MouseEvent| engine.act(Command::Cancel(number)));
        html! {
            <li key={number} class="plan">
                <span class="plan-at" title={format::exact_seconds(at)}>{ format::seconds(at) }</span>
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
                <p class="empty">{ format!("and {} later", format::count(more as u64)) }</p>
            }
        </section>
    }
}
