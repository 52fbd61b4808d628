//! The playbook: a table with one row per choice of N, R and W.

use std::rc::Rc;

use ringside_lab::instruments::QuorumFigures;
use ringside_lab::{Command, Quorum};
use ringside_predictor::Forecast;
use yew::prelude::*;

use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::playbook::{effect, rows, survives};
use crate::state::prediction::Predictions;
use crate::state::staleness::InstrumentReadings;

/// The props of `Playbook`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The readings of the instruments.
    pub(super) readings: Rc<InstrumentReadings>,
    /// The predictions of PBS.
    pub(super) predictions: Rc<Predictions>,
    /// The N, R and W in force.
    pub(super) quorum: Quorum,
    /// The number of nodes, which N cannot exceed.
    pub(super) nodes: usize,
}

/// The text of a cell whose value is unknown.
const NOTHING: &str = "\u{2013}";

/// A table with one row per choice: what it promises, what PBS predicts, what was measured while it was in
/// force, and a button that applies it.
#[component]
pub(super) fn Playbook(props: &Props) -> Html {
    let engine = use_run();
    let by_quorum = props.readings.close.as_ref().map(|close| close.by_quorum.as_slice());
    let figures = |quorum: Quorum| by_quorum?.iter().find(|figures| figures.quorum == quorum);
    let row = |quorum: Quorum| row(&engine, props, quorum, figures(quorum));
    html! {
        <section class="playbook" aria-labelledby="playbook-heading">
            <h3 id="playbook-heading">{ "Playbook" }</h3>
            <div class="playbook-room" tabindex="0" role="region" aria-label="Playbook, as a table">
                <table>
                    <caption class="visually-hidden">
                        { "Choices of N, R and W, what each promises, what PBS predicts and what was measured" }
                    </caption>
                    { head() }
                    <tbody>{ for rows(props.quorum).into_iter().map(row) }</tbody>
                </table>
            </div>
            <p class="playbook-effect">{ effect_in_force(props.quorum) }</p>
            <p class="sentence">
                { "Predicted: the share of reads that are fresh the moment a write is acknowledged, and how \
                   long the slowest one in a hundred takes. Measured: over the time that a row was in force." }
            </p>
        </section>
    }
}

/// Describes the choice in force and its effect.
fn effect_in_force(quorum: Quorum) -> String {
    format!("N = {}, R = {}, W = {}: {}.", quorum.n(), quorum.r(), quorum.w(), effect(quorum))
}

fn head() -> Html {
    let plain = |text: &'static str, meaning: &'static str| {
        html! { <th scope="col" rowspan="2"><abbr title={meaning}>{ text }</abbr></th> }
    };
    let of = |text: &'static str| html! { <th scope="col">{ text }</th> };
    html! {
        <thead>
            <tr>
                <th scope="col" rowspan="2">{ "N, R, W" }</th>
                { plain("overlap", "R + W − N: the least number of replicas that a read and a write share") }
                <th scope="colgroup" colspan="2">{ "survives failures" }</th>
                <th scope="colgroup" colspan="3">{ "predicted" }</th>
                <th scope="colgroup" colspan="3">{ "measured" }</th>
            </tr>
            <tr>
                { of("reads") }{ of("writes") }
                { of("fresh") }{ of("read p99") }{ of("write p99") }
                { of("stale") }{ of("read p99") }{ of("write p99") }
            </tr>
        </thead>
    }
}

fn row(engine: &Engine, props: &Props, quorum: Quorum, measured: Option<&QuorumFigures>) -> Html {
    let predicted = props.predictions.row(quorum);
    let (n, r, w) = (quorum.n(), quorum.r(), quorum.w());
    let runs = quorum == props.quorum;
    let too_many = usize::from(n) > props.nodes;
    let on_click = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.act(Command::Quorum { n, r, w }))
    };
    let title = if too_many { format!("It needs {n} nodes") } else { effect(quorum) };
    let cell = |text: String| html! { <td>{ text }</td> };
    html! {
        <tr key={format!("{n}-{r}-{w}")} class={classes!(runs.then_some("is-running"))}
            aria-current={runs.then_some("true")}>
            <th scope="row">
                <button type="button" class="playbook-row" {title} disabled={too_many}
                    aria-label={format!("Apply N = {n}, R = {r}, W = {w}")} onclick={on_click}>
                    { format!("{n}, {r}, {w}") }
                </button>
                if runs {
                    <span class="runs-now">{ "runs now" }</span>
                }
            </th>
            { cell(format::signed(quorum.overlap())) }
            { cell(survives(quorum, r)) }
            { cell(survives(quorum, w)) }
            { for forecast(predicted).map(cell) }
            { for figures(measured).map(cell) }
        </tr>
    }
}

/// Writes the predicted share of fresh reads at once, and the predicted 99% quantiles of latency.
fn forecast(forecast: Option<&Forecast>) -> [String; 3] {
    let Some(forecast) = forecast else { return [NOTHING; 3].map(str::to_owned) };
    let fresh = forecast.fresh.first().map(|(_, share)| (share.value * 1e3).round() / 1e3);
    let p99 = |quantiles: &[ringside_lab::pbs::Quantile]| {
        let found = quantiles.iter().find(|it| (it.quantile - 0.99).abs() < 1e-9);
        short(found.map(|it| it.value_ms))
    };
    [
        fresh.map_or(NOTHING.to_owned(), format::percent),
        p99(&forecast.read_ms),
        p99(&forecast.write_ms),
    ]
}

/// Writes the measured share of stale reads, and the measured 99% quantiles of latency.
fn figures(figures: Option<&QuorumFigures>) -> [String; 3] {
    let Some(figures) = figures else { return [NOTHING; 3].map(str::to_owned) };
    let stale = (figures.reads > 0).then(|| figures.stale as f64 / figures.reads as f64);
    [
        stale.map_or(NOTHING.to_owned(), format::percent),
        short(figures.read_p99_ms),
        short(figures.write_p99_ms),
    ]
}

fn short(ms: Option<f64>) -> String {
    ms.map_or(NOTHING.to_owned(), format::length_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_figures_are_dashes() {
        assert_eq!(forecast(None), [NOTHING; 3]);
        assert_eq!(figures(None), [NOTHING; 3]);
        let figures = figures(Some(&QuorumFigures {
            quorum: Quorum::new(3, 1, 1).expect("possible sizes"),
            in_force_ms: 1.0,
            reads: 400,
            stale: 3,
            writes: 0,
            failed: 0,
            read_p99_ms: Some(21.26),
            write_p99_ms: None,
        }));
        assert_eq!(figures, ["0.75%", "21.3 ms", NOTHING]);
    }
}
