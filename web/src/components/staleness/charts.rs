//! The charts over virtual time.

use std::rc::Rc;

use yew::prelude::*;

use super::chart::Chart;
use crate::graphics::charts::{CHARTS, OverTime, Sheet, Source, closed};
use crate::state::staleness::InstrumentReadings;
use crate::state::theme::Theme;

/// What the charts show.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What the instruments say.
    pub(super) survey: Rc<InstrumentReadings>,
    /// The colours.
    pub(super) theme: Theme,
    /// Whether time runs.
    pub(super) playing: bool,
}

/// How many rows a table shows while time runs: no more than can be read, for each is drawn.
const ROWS_MOVING: usize = 40;

/// A chart for each of the instruments.
#[component]
pub(super) fn Charts(props: &Props) -> Html {
    // Bits that say whose table is shown.
    let tables = use_state(|| 0_u32);
    let Some(close) = &props.survey.close else { return Html::default() };
    let source = Source {
        windows: closed(&close.windows),
        board: &props.survey.board,
        measured: &close.measured,
    };
    let rows = if props.playing { ROWS_MOVING } else { usize::MAX };
    let chart = |(place, chart): (usize, &OverTime)| {
        let plot = Rc::new((chart.plot)(&source));
        let bit = 1 << place;
        let shown = *tables & bit != 0;
        let sheet = if shown { plot.sheet(rows) } else { Sheet::default() };
        let on_table = {
            let tables = tables.clone();
            Callback::from(move |()| tables.set(*tables ^ bit))
        };
        html! {
            <Chart key={chart.id} id={chart.id} title={chart.title} said={plot.said()} {plot}
                sheet={Rc::new(sheet)} caption={(chart.says)(&source)} empty={chart.empty}
                theme={props.theme} place={place as u32 + 1} table={shown} {on_table} />
        }
    };
    html! { <div class="charts">{ for CHARTS.iter().enumerate().map(chart) }</div> }
}
