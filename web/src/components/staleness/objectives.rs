//! The panel of the objectives, and the switch of the window that their rules use.

use std::rc::Rc;

use ringside_lab::instruments::Timescale;
use ringside_lab::slo::{AlertRule, Lasting, Objective, ObjectiveStatus};
use yew::prelude::*;

use super::alerts::Alerts;
use super::slo::{badge, budget, budget_part, class, value};
use crate::components::widgets::{Panel, Switch};
use crate::engine::use_run;
use crate::format::{capital, moment_ms, span_ms};
use crate::state::speed::Speed;
use crate::state::{Action, Snapshot};

/// The props of `ObjectivesPanel`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The latest snapshot.
    pub(crate) snapshot: Rc<Snapshot>,
    /// The timescale of the rules.
    pub(crate) timescale: Timescale,
    /// The speed at which time runs.
    pub(crate) speed: Speed,
}

/// The objectives with their thresholds, states and budgets, the alerts, and the switch of the window.
#[component]
pub(crate) fn ObjectivesPanel(props: &Props) -> Html {
    let Props { snapshot, timescale, speed } = props;
    let engine = use_run();
    let board = &snapshot.readings.board;
    let compressed = *timescale == Timescale::Compressed;
    let on_switch = Callback::from(move |compressed: bool| {
        let timescale = if compressed { Timescale::Compressed } else { Timescale::Full };
        engine.dispatch(Action::SetTimescale(timescale));
    });
    let aside = html! {
        <span class="window-switch">
            <span aria-hidden="true">{ "Compressed window" }</span>
            <Switch label="Compressed window" on={compressed} described_by="window-words" {on_switch} />
        </span>
    };
    let row =
        |(index, status): (usize, &ObjectiveStatus)| objective(index, status, board.compression);
    html! {
        <Panel name="objectives" title="Service level objectives" {aside}>
            <p id="window-words" class="sentence">
                { window_words(board.window_ms, board.compression, *speed) }
            </p>
            <ul class="objective-list">{ for board.objectives.iter().enumerate().map(row) }</ul>
            <Alerts snapshot={snapshot.clone()} />
        </Panel>
    }
}

/// Describes the window in force, and how long it takes to pass at the current speed.
fn window_words(window_ms: f64, compression: f64, speed: Speed) -> String {
    let window = if compression > 1.0 {
        format!(
            "{} stands for {} ({compression}\u{d7}).",
            span_ms(window_ms),
            span_ms(window_ms * compression)
        )
    } else {
        format!("The rules look at {}, as the SLO says.", span_ms(window_ms))
    };
    let passes_ms = window_ms / speed.ratio();
    if passes_ms <= 180_000.0 {
        return window;
    }
    format!(
        "{window} At {} it takes {} to pass: run faster to see alerts.",
        speed.short(),
        span_ms(passes_ms)
    )
}

fn objective(index: usize, status: &ObjectiveStatus, compression: f64) -> Html {
    let objective = &status.objective;
    let limit = objective.indicator.show(objective.target);
    html! {
        <li key={index} class={classes!("objective", class(status.state))}>
            <div class="objective-head">
                <h3>{ capital(&objective.indicator.name()) }</h3>
                { badge(status.state) }
            </div>
            <p class="objective-value">
                <b>{ value(status) }</b>{ format!(" of {limit} allowed") }
                <span class="objective-since">
                    { format!("{} since {}", status.state.name(), moment_ms(status.since_ms)) }
                </span>
            </p>
            <p class="objective-budget">
                <span class="budget" style={format!("--part:{:.3}", budget_part(status))} />
                <span>{ format!("{}, {} of {} bad", budget(status), status.bad, status.events) }</span>
            </p>
            <p class="objective-rules">
                { rule("warning", objective, objective.warning, compression) }
                { "; " }
                { rule("page", objective, objective.page, compression) }
            </p>
        </li>
    }
}

/// Describes when a rule is broken, with its durations on the timescale in force.
fn rule(name: &str, objective: &Objective, rule: AlertRule, compression: f64) -> String {
    let above = objective.indicator.show(rule.above);
    let lasting = |ms: f64| span_ms(ms / compression.max(1.0));
    match rule.lasting {
        Lasting::AtOnce => format!("{name} above {above}"),
        Lasting::Within { ms } => format!("{name} above {above} for {} in total", lasting(ms)),
        Lasting::Running { ms } => {
            format!("{name} above {above} for {} without a break", lasting(ms))
        }
    }
}
