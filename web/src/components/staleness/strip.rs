//! The strip above every lens: the objectives and the verdict on the selected key.

use std::rc::Rc;

use ringside_lab::slo::ObjectiveStatus;
use ringside_lab::verdict::Verdict;
use yew::prelude::*;

use super::slo::{badge, budget, budget_part, not_met, value};
use crate::components::widgets::{Icon, Picture};
use crate::format::{capital, percent};
use crate::state::staleness::InstrumentReadings;

/// The props of `StalenessStrip`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The readings of the instruments.
    pub(crate) readings: Rc<InstrumentReadings>,
    /// The selected key.
    pub(crate) key_text: String,
}

/// The objectives with their states, values and budgets, and the verdict on the selected key.
#[component]
pub(crate) fn StalenessStrip(props: &Props) -> Html {
    let Props { readings, key_text } = props;
    html! {
        <section class="strip" aria-labelledby="strip-heading">
            <h2 id="strip-heading" class="visually-hidden">{ "Objectives and verdict" }</h2>
            <ul class="strip-objectives" aria-label="Objectives">
                { for readings.board.objectives.iter().enumerate().map(objective) }
            </ul>
            { verdict(key_text, readings.verdict.as_ref()) }
            <p class="visually-hidden" role="status">{ not_met(&readings.board) }</p>
        </section>
    }
}

fn objective((index, status): (usize, &ObjectiveStatus)) -> Html {
    html! {
        <li key={index} class="strip-cell">
            <span class="strip-name">{ capital(&status.objective.indicator.name()) }</span>
            <span class="strip-value"><b>{ value(status) }</b>{ badge(status.state) }</span>
            <span class="strip-budget" title={budget(status)}>
                <span class="budget" style={format!("--part:{:.3}", budget_part(status))} />
                <span class="visually-hidden">{ "budget left " }</span>
                <span>{ percent((budget_part(status) * 100.0).floor() / 100.0) }</span>
            </span>
        </li>
    }
}

fn verdict(key: &str, verdict: Option<&Verdict>) -> Html {
    let (class, picture, words) = match verdict.map(|verdict| verdict.linearizable) {
        _ if key.is_empty() => ("", Picture::Unknown, "no key selected"),
        None => ("", Picture::Unknown, "no operations yet"),
        Some(Some(true)) => ("is-fine", Picture::Fine, "linearizable so far"),
        Some(Some(false)) => ("is-page", Picture::Page, "not linearizable"),
        Some(None) => ("is-warning", Picture::Unknown, "unknown"),
    };
    let name = if key.is_empty() { "Verdict".to_owned() } else { format!("Key “{key}”") };
    html! {
        <p class="strip-cell strip-verdict">
            <span class="strip-name">{ name }</span>
            <span class={classes!("slo-state", class)}>
                <Icon {picture} /><span>{ words }</span>
            </span>
        </p>
    }
}
