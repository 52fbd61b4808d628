//! The staleness curve: the prediction of PBS and the measurement of the oracle on one axis.

use std::rc::Rc;

use yew::prelude::*;

use super::caveats::Caveats;
use super::chart::Chart;
use crate::components::widgets::{DetentSlider, READ_OUT};
use crate::engine::use_run;
use crate::format;
use crate::graphics::charts::{Freshness, Table};
use crate::state::Action;
use crate::state::prediction::Predictions;
use crate::state::staleness::InstrumentReadings;
use crate::state::theme::Theme;

/// The props of `Curve`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The readings of the instruments.
    pub(super) readings: Rc<InstrumentReadings>,
    /// The predictions of PBS.
    pub(super) predictions: Rc<Predictions>,
    /// The time since the write at which the curve is read out, in milliseconds.
    pub(super) read_out_ms: f64,
    /// The colours.
    pub(super) theme: Theme,
}

/// The curve, one sentence that reads it out at an adjustable time, the figures of the prediction, and the
/// caveats.
#[component]
pub(super) fn Curve(props: &Props) -> Html {
    let Props { readings, predictions, read_out_ms, theme } = props;
    let engine = use_run();
    let table = use_state(|| false);
    let Some(close) = &readings.close else { return Html::default() };
    let freshness = Freshness { predicted: predictions.curve(), measured: &close.curve };
    let plot = Rc::new(freshness.plot(*read_out_ms));
    let contents = if *table { freshness.table() } else { Table::default() };
    let on_table = {
        let table = table.clone();
        Callback::from(move |()| table.set(!*table))
    };
    let on_set = Callback::from(move |ms: f64| engine.dispatch(Action::ReadOut(ms)));
    let empty = match &predictions.curve {
        Some(Err(reason)) => {
            format!(
                "PBS can’t predict this run: {reason}. No read has been seen yet: press Put, then Get."
            )
        }
        _ => "PBS is predicting\u{2026}".to_owned(),
    };
    html! {
        <div class="curve">
            <Chart id="curve" title="How fresh is a read?" {plot} contents={Rc::new(contents)}
                caption={freshness.sentence(*read_out_ms)} summary={freshness.sentence(*read_out_ms)} {empty}
                theme={*theme} table={*table} {on_table}>
                if !freshness.is_empty() {
                    <div class="curve-tools">
                        <DetentSlider label="Read out at" scale={&READ_OUT} value={*read_out_ms} {on_set} />
                        { legend() }
                    </div>
                }
            </Chart>
            { facts(&freshness) }
            <Caveats model_parameters={close.model_parameters.as_ref().ok().map(|it| Rc::new(it.clone()))} />
        </div>
    }
}

/// Renders the legend of the line and the points.
fn legend() -> Html {
    html! {
        <ul class="curve-legend">
            <li><span class="sample-line" />{ "PBS, with its 95% band" }</li>
            <li><span class="sample-point" />{ "measured, with its 95% interval" }</li>
        </ul>
    }
}

/// Renders t-visibility, the number of trials and reads, and the error of the prediction.
fn facts(freshness: &Freshness<'_>) -> Html {
    let fact =
        |name: String, value: String| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> };
    let visibility = freshness.predicted.map(|it| it.t_visibility_ms.as_slice());
    let visible = visibility.unwrap_or_default().iter().map(|it| {
        let name = format!("{} fresh after", format::percent(it.quantile));
        fact(name, format::length_ms(it.value_ms))
    });
    let reads: u64 = freshness.measured.iter().map(|point| point.reads).sum();
    html! {
        <dl class="facts" aria-label="The curve in numbers">
            { for visible }
            if let Some(forecast) = freshness.predicted {
                { fact("trials".to_owned(), format::thousands(u64::from(forecast.trials))) }
            }
            { fact("reads seen".to_owned(), format::thousands(reads)) }
            if let Some(apart) = freshness.apart() {
                { fact("error (RMSE)".to_owned(), format!("{:.2} points", apart * 100.0)) }
            }
        </dl>
    }
}
