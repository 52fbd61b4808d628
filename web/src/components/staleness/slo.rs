//! The state and the numbers of an objective, as the strip and the panel show them.

use ringside_lab::slo::{Board, ObjectiveStatus, Severity};
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};
use crate::format::{capital, percent};

/// Returns the CSS class of a state.
pub(super) const fn class(state: Severity) -> &'static str {
    match state {
        Severity::Fine => "is-fine",
        Severity::Warning => "is-warning",
        Severity::Page => "is-page",
    }
}

/// Renders a state as a shape and a word.
pub(super) fn badge(state: Severity) -> Html {
    let picture = match state {
        Severity::Fine => Picture::Fine,
        Severity::Warning => Picture::Warning,
        Severity::Page => Picture::Page,
    };
    html! {
        <span class={classes!("slo-state", class(state))}>
            <Icon {picture} /><span>{ state.name() }</span>
        </span>
    }
}

/// Writes the value of an objective over the whole window.
pub(super) fn value(status: &ObjectiveStatus) -> String {
    let indicator = status.objective.indicator;
    status.value.map_or("no data".to_owned(), |value| indicator.show(value))
}

/// Writes the remaining error budget.
pub(super) fn budget(status: &ObjectiveStatus) -> String {
    match status.budget_left {
        None => "budget untouched".to_owned(),
        Some(left) if left < 0.0 => {
            format!("budget spent {:.1} times", 1.0 - left)
        }
        Some(left) => format!("budget {}", percent((left * 100.0).round() / 100.0)),
    }
}

/// Returns the remaining share of the error budget, from 0 to 1.
pub(super) fn budget_part(status: &ObjectiveStatus) -> f64 {
    status.budget_left.unwrap_or(1.0).clamp(0.0, 1.0)
}

/// Lists the objectives that are not met, for screen readers; empty if all are met.
pub(super) fn not_met(board: &Board) -> String {
    let broken = board.objectives.iter().filter(|status| status.state != Severity::Fine);
    let words = |status: &ObjectiveStatus| {
        format!("{}: {}.", capital(status.state.name()), status.objective.indicator.name())
    };
    broken.map(words).collect::<Vec<_>>().join(" ")
}
