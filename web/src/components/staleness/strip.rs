//! The strip that always shows how the run stands.

use std::rc::Rc;

use ringside_lab::slo::ObjectiveStatus;
use ringside_lab::verdict::Verdict;
use yew::prelude::*;

use super::slo::{badge, budget, budget_part, capital, said, value};
use crate::components::widgets::{Icon, Picture};
use crate::graphics::charts::percent;
use crate::state::staleness::InstrumentReadings;

/// What the strip shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What the instruments say.
    pub(crate) survey: Rc<InstrumentReadings>,
    /// The key in hand.
    pub(crate) key_text: String,
}

/// The objectives with their states, values and budgets, and the verdict on the key in hand.
#[component]
pub(crate) fn StalenessStrip(props: &Props) -> Html {
    let Props { survey, key_text } = props;
    html! {
        <section class="strip" aria-labelledby="strip-heading">
            <h2 id="strip-heading" class="visually-hidden">{ "Objectives and verdict" }</h2>
            <ul class="strip-objectives" aria-label="Objectives">
                { for survey.board.objectives.iter().enumerate().map(objective) }
            </ul>
            { verdict(key_text, survey.verdict.as_ref()) }
            <p class="visually-hidden" role="status">{ said(&survey.board) }</p>
        </section>
    }
}

fn objective((place, standing): (usize, &ObjectiveStatus)) -> Html {
    html! {
        <li key={place} class="strip-cell">
            <span class="strip-name">{ capital(&standing.objective.indicator.name()) }</span>
            <span class="strip-value"><b>{ value(standing) }</b>{ badge(standing.state) }</span>
            <span class="strip-budget" title={budget(standing)}>
                <span class="budget" style={format!("--part:{:.3}", budget_part(standing))} />
                <span class="visually-hidden">{ "budget left " }</span>
                <span>{ percent((budget_part(standing) * 100.0).floor() / 100.0) }</span>
            </span>
        </li>
    }
}

fn verdict(key: &str, verdict: Option<&Verdict>) -> Html {
    let (class, picture, words) = match verdict.map(|verdict| verdict.linearizable) {
        _ if key.is_empty() => ("", Picture::Unknown, "no key in hand"),
        None => ("", Picture::Unknown, "not asked for yet"),
        Some(Some(true)) => ("is-fine", Picture::Fine, "linearizable so far"),
        Some(Some(false)) => ("is-page", Picture::Page, "not linearizable"),
        Some(None) => ("is-warning", Picture::Unknown, "nobody can tell"),
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
