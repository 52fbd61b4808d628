//! An objective's state and numbers, as the strip and the panel both write them.

use ringside_lab::slo::{Board, ObjectiveStatus, Severity};
use yew::prelude::*;

use crate::components::widgets::{Icon, Picture};
use crate::graphics::charts::percent;

/// Gives the class of a state.
pub(super) const fn class(state: Severity) -> &'static str {
    match state {
        Severity::Fine => "is-fine",
        Severity::Warning => "is-warning",
        Severity::Page => "is-page",
    }
}

/// Draws a state: a shape of its own and its word.
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

/// Writes an objective's value over the whole window.
pub(super) fn value(standing: &ObjectiveStatus) -> String {
    let indicator = standing.objective.indicator;
    standing.value.map_or("no data".to_owned(), |value| indicator.show(value))
}

/// Writes what is left of the error budget.
pub(super) fn budget(standing: &ObjectiveStatus) -> String {
    match standing.budget_left {
        None => "budget untouched".to_owned(),
        Some(left) if left < 0.0 => {
            format!("budget spent {:.1} times", 1.0 - left)
        }
        Some(left) => format!("budget {}", percent((left * 100.0).round() / 100.0)),
    }
}

/// Gives what is left of the error budget as a part of all of it, from 0 to 1.
pub(super) fn budget_part(standing: &ObjectiveStatus) -> f64 {
    standing.budget_left.unwrap_or(1.0).clamp(0.0, 1.0)
}

/// Says which objectives are not met, for those who do not see the board; nothing where all are.
pub(super) fn said(board: &Board) -> String {
    let broken = board.objectives.iter().filter(|standing| standing.state != Severity::Fine);
    let say = |standing: &ObjectiveStatus| {
        format!("{}: {}.", capital(standing.state.name()), standing.objective.indicator.name())
    };
    broken.map(say).collect::<Vec<_>>().join(" ")
}

/// Writes a word with a capital.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
