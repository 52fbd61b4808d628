//! The view of the run's staleness, in the place of its ring.

use std::rc::Rc;

use ringside_lab::Quorum;
use yew::prelude::*;

use super::charts::Charts;
use super::curve::Curve;
use super::playbook::Playbook;
use crate::components::shell::back_to_ring;
use crate::engine::{Predictions, use_predictions, use_run};
use crate::keys;
use crate::keys::{Move, Place};
use crate::state::staleness::InstrumentReadings;
use crate::state::theme::Theme;

/// What the view shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What the instruments say.
    pub(crate) survey: Rc<InstrumentReadings>,
    /// What PBS predicts.
    pub(crate) foresight: Rc<Predictions>,
    /// N, R and W in force.
    pub(crate) quorum: Quorum,
    /// How many nodes there are.
    pub(crate) nodes: usize,
    /// The time at which the curve is read out, in milliseconds.
    pub(crate) read_out_ms: f64,
    /// The colours.
    pub(crate) theme: Theme,
    /// Whether time runs.
    pub(crate) playing: bool,
}

/// The curve, the charts and the playbook.
#[component]
pub(crate) fn StalenessLens(props: &Props) -> Html {
    let Props { survey, foresight, quorum, nodes, read_out_ms, theme, playing } = props;
    let engine = use_run();
    let assumed = survey.close.as_ref().map(|close| &close.assumed);
    use_predictions(&engine, assumed, *quorum);
    let on_key = Callback::from(move |event: KeyboardEvent| {
        if keys::within(Place::Panel, &event.key()) == Some(Move::Leave) {
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
                <Curve survey={survey.clone()} foresight={foresight.clone()}
                    read_out_ms={*read_out_ms} theme={*theme} />
                <Playbook survey={survey.clone()} foresight={foresight.clone()} quorum={*quorum}
                    nodes={*nodes} />
                <Charts survey={survey.clone()} theme={*theme} playing={*playing} />
            </div>
        </section>
    }
}
