//! The alerts, each with its runbook.

use std::rc::Rc;

use ringside_lab::frame::Frame;
use ringside_lab::instruments::{Measured, runbook};
use ringside_lab::slo::{Alert, ObjectiveStatus, RunbookEntry};
use yew::prelude::*;

use super::slo::{badge, capital, class};
use crate::graphics::charts::span;
use crate::state::Snapshot;

/// What the list shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The latest picture.
    pub(super) snapshot: Rc<Snapshot>,
}

/// How many alerts that have ended are listed.
const ENDED: usize = 5;

/// The alerts in force with what to look at, and the latest that ended with what ended them.
#[component]
pub(super) fn Alerts(props: &Props) -> Html {
    let Snapshot { survey, frame, .. } = &*props.snapshot;
    let board = &survey.board;
    let standing = |alert: &Alert| board.objectives.get(alert.objective);
    let (lasting, ended): (Vec<&Alert>, Vec<&Alert>) =
        board.alerts.iter().partition(|alert| alert.until_ms.is_none());
    let measured = survey.close.as_ref().map(|close| &close.measured);
    // Where a page and a warning on one objective are in force, one runbook is enough.
    let is_worst = |alert: &Alert| {
        let same = lasting.iter().filter(|other| other.objective == alert.objective);
        same.map(|other| other.severity).max() == Some(alert.severity)
    };
    let lasting = lasting.iter().filter_map(|alert| {
        let standing = standing(alert)?;
        let look_at = measured.filter(|_| is_worst(alert));
        let look_at = look_at.map(|measured| look_at_all(standing, frame, measured));
        Some(in_force(alert, standing, frame, look_at.unwrap_or_default()))
    });
    let lasting: Vec<Html> = lasting.collect();
    let ended = ended.into_iter().take(ENDED);
    let ended: Vec<Html> = ended.filter_map(|alert| Some(over(alert, standing(alert)?))).collect();
    html! {
        <section class="alerts" aria-labelledby="alerts-heading">
            <h3 id="alerts-heading">{ "Alerts" }</h3>
            if lasting.is_empty() && ended.is_empty() {
                <p class="empty">
                    { "None yet. Cut the network or crash a node while the load runs, and keep time \
                       running: what breaks an objective is told here, with where to look." }
                </p>
            }
            <ul class="alert-list" aria-label="Alerts in force">{ for lasting }</ul>
            if !ended.is_empty() {
                <ul class="alert-list" aria-label="Alerts that ended">{ for ended }</ul>
            }
        </section>
    }
}

/// An alert in force: since when, by how much, and what to look at.
fn in_force(alert: &Alert, standing: &ObjectiveStatus, frame: &Frame, look_at: Html) -> Html {
    let indicator = standing.objective.indicator;
    let lasts_ms = (frame.now.as_ms() - alert.since_ms).max(0.0);
    html! {
        <li key={key(alert)} class={classes!("alert", class(alert.severity))}>
            <p class="alert-head">
                { badge(alert.severity) }
                <b>{ capital(&indicator.name()) }</b>
            </p>
            <p>
                { format!(
                    "{} against {}, for {} (since {}); {} at worst.",
                    indicator.show(alert.value),
                    indicator.show(alert.limit),
                    span(lasts_ms.round()),
                    span(alert.since_ms.round()),
                    indicator.show(alert.worst)
                ) }
            </p>
            { look_at }
        </li>
    }
}

/// The runbook of an objective: each line with its live figures.
fn look_at_all(standing: &ObjectiveStatus, frame: &Frame, measured: &Measured) -> Html {
    let line = |look: &RunbookEntry| {
        html! {
            <li key={*look as u8}>
                <span class="look-at">{ capital(look.words()) }</span>
                <span class="look-figures">{ runbook::figures(*look, frame, measured) }</span>
            </li>
        }
    };
    html! {
        <>
            <h4>{ "Look at" }</h4>
            <ul class="runbook">{ for standing.objective.look_at.iter().map(line) }</ul>
        </>
    }
}

/// An alert that has ended, and what ended it.
fn over(alert: &Alert, standing: &ObjectiveStatus) -> Html {
    let indicator = standing.objective.indicator;
    let until_ms = alert.until_ms.unwrap_or(alert.since_ms);
    let by = alert.ended_by.as_deref().unwrap_or("it is over");
    html! {
        <li key={key(alert)} class="alert is-over">
            <p class="alert-head">
                { badge(alert.severity) }
                <b>{ capital(&indicator.name()) }</b>
                <span class="alert-over">{ format!("over at {}", span(until_ms.round())) }</span>
            </p>
            <p>
                { format!(
                    "Lasted {}, {} at worst. Ended: {by}.",
                    span((until_ms - alert.since_ms).round()),
                    indicator.show(alert.worst)
                ) }
            </p>
        </li>
    }
}

fn key(alert: &Alert) -> String {
    format!("{}-{}-{}", alert.objective, alert.severity.name(), alert.since_ms)
}
