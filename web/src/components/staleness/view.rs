//! The staleness lens as a whole.

use std::rc::Rc;

use ringside_lab::Quorum;
use yew::prelude::*;

use super::charts::Charts;
use super::curve::Curve;
use super::playbook::Playbook;
use crate::components::shell::back_to_ring;
use crate::engine::{use_predictions, use_run};
use crate::keys;
use crate::keys::{KeyScope, Navigation};
use crate::state::prediction::Predictions;
use crate::state::staleness::InstrumentReadings;
use crate::state::theme::Theme;

/// The props of `StalenessLens`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The readings of the instruments.
    pub(crate) readings: Rc<InstrumentReadings>,
    /// The predictions of PBS.
    pub(crate) predictions: Rc<Predictions>,
    /// The N, R and W in force.
    pub(crate) quorum: Quorum,
    /// The number of nodes.
    pub(crate) nodes: usize,
    /// The time since the write at which the curve is read out, in milliseconds.
    pub(crate) read_out_ms: f64,
    /// The colours.
    pub(crate) theme: Theme,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The curve, the playbook and the charts.
#[component]
pub(crate) fn StalenessLens(props: &Props) -> Html {
    let Props { readings, predictions, quorum, nodes, read_out_ms, theme, playing } = props;
    let engine = use_run();
    let model_parameters = readings.close.as_ref().map(|close| &close.model_parameters);
    use_predictions(&engine, model_parameters, *quorum);
    let on_key = Callback::from(move |event: KeyboardEvent| {
        if keys::within(KeyScope::Panel, &event.key()) == Some(Navigation::Leave) {
            // Elsewhere this key deselects the selected nodes.
            event.stop_propagation();
            back_to_ring(&engine);
        }
    });
    html! {
        <section class="staleness lens-view" aria-labelledby="staleness-heading" onkeydown={on_key}>
            <header class="lens-head">
                <h2 id="staleness-heading">{ "Staleness, predicted and measured" }</h2>
            </header>
            <div class="staleness-body">
                <Curve readings={readings.clone()} predictions={predictions.clone()}
                    read_out_ms={*read_out_ms} theme={*theme} />
                <Playbook readings={readings.clone()} predictions={predictions.clone()} quorum={*quorum}
                    nodes={*nodes} />
                <Charts readings={readings.clone()} theme={*theme} playing={*playing} />
            </div>
        </section>
    }
}
