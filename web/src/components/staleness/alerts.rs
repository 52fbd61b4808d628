//! The alerts and their runbooks.

use std::rc::Rc;

use ringside_lab::frame::Frame;
use ringside_lab::instruments::{Measured, runbook};
use ringside_lab::slo::{Alert, ObjectiveStatus, RunbookEntry};
use yew::prelude::*;

use super::slo::{badge, class};
use crate::format::{capital, length_ms, moment_ms};
use crate::state::Snapshot;

/// The props of `Alerts`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The latest snapshot.
    pub(super) snapshot: Rc<Snapshot>,
}

/// The most ended alerts that are listed.
const ENDED: usize = 5;

/// The alerts in force with their runbooks, and the latest ended alerts with the reason why they ended.
#[component]
pub(super) fn Alerts(props: &Props) -> Html {
    let Snapshot { readings, frame, .. } = &*props.snapshot;
    let board = &readings.board;
    let status = |alert: &Alert| board.objectives.get(alert.objective);
    let (lasting, ended): (Vec<&Alert>, Vec<&Alert>) =
        board.alerts.iter().partition(|alert| alert.until_ms.is_none());
    let measured = readings.close.as_ref().map(|close| &close.measured);
    // If a page and a warning on the same objective are in force, one runbook is enough.
    let is_worst = |alert: &Alert| {
        let same = lasting.iter().filter(|other| other.objective == alert.objective);
        same.map(|other| other.severity).max() == Some(alert.severity)
    };
    let lasting = lasting.iter().filter_map(|alert| {
        let status = status(alert)?;
        let look_at = measured.filter(|_| is_worst(alert));
        let look_at = look_at.map(|measured| runbook_list(status, frame, measured));
        Some(in_force(alert, status, frame, look_at.unwrap_or_default()))
    });
    let lasting: Vec<Html> = lasting.collect();
    let ended = ended.into_iter().take(ENDED);
    let ended: Vec<Html> = ended.filter_map(|alert| Some(over(alert, status(alert)?))).collect();
    html! {
        <section class="alerts" aria-labelledby="alerts-heading">
            <h3 id="alerts-heading">{ "Alerts" }</h3>
            if lasting.is_empty() && ended.is_empty() {
                <p class="empty">
                    { "None yet. Cut the network or crash a node while the load runs, and let time run: \
                       a broken objective is listed here, with what to look at." }
                </p>
            }
            <ul class="alert-list" aria-label="Alerts in force">{ for lasting }</ul>
            if !ended.is_empty() {
                <ul class="alert-list" aria-label="Alerts that ended">{ for ended }</ul>
            }
        </section>
    }
}

/// Renders an alert in force: its value, its duration, and what to look at.
fn in_force(alert: &Alert, status: &ObjectiveStatus, frame: &Frame, look_at: Html) -> Html {
    let indicator = status.objective.indicator;
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
                    length_ms(lasts_ms),
                    moment_ms(alert.since_ms),
                    indicator.show(alert.worst)
                ) }
            </p>
            { look_at }
        </li>
    }
}

/// Renders the runbook of an objective, each entry with its current figures.
fn runbook_list(status: &ObjectiveStatus, frame: &Frame, measured: &Measured) -> Html {
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
            <ul class="runbook">{ for status.objective.look_at.iter().map(line) }</ul>
        </>
    }
}

/// Renders an alert that has ended, and the reason why it ended.
fn over(alert: &Alert, status: &ObjectiveStatus) -> Html {
    let indicator = status.objective.indicator;
    let until_ms = alert.until_ms.unwrap_or(alert.since_ms);
    let by = alert.ended_by.as_deref().unwrap_or("it is over");
    html! {
        <li key={key(alert)} class="alert is-over">
            <p class="alert-head">
                { badge(alert.severity) }
                <b>{ capital(&indicator.name()) }</b>
                <span class="alert-over">{ format!("over at {}", moment_ms(until_ms)) }</span>
            </p>
            <p>
                { format!(
                    "Lasted {}, {} at worst. Ended: {by}.",
                    length_ms(until_ms - alert.since_ms),
                    indicator.show(alert.worst)
                ) }
            </p>
        </li>
    }
}

fn key(alert: &Alert) -> String {
    format!("{}-{}-{}", alert.objective, alert.severity.name(), alert.since_ms)
}
