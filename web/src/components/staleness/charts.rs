//! The charts over virtual time.

use std::rc::Rc;

use yew::prelude::*;

use super::chart::{Chart, most_rows};
use crate::graphics::charts::{CHARTS, OverTime, Source, Table, closed};
use crate::state::staleness::InstrumentReadings;
use crate::state::theme::Theme;

/// The props of `Charts`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The readings of the instruments.
    pub(super) readings: Rc<InstrumentReadings>,
    /// The colours.
    pub(super) theme: Theme,
    /// Whether time runs.
    pub(super) playing: bool,
}

/// One chart per instrument.
#[component]
pub(super) fn Charts(props: &Props) -> Html {
    // One bit per chart: whether its table is shown.
    let tables = use_state(|| 0_u32);
    let Some(close) = &props.readings.close else { return Html::default() };
    let source = Source {
        windows: closed(&close.windows),
        board: &props.readings.board,
        measured: &close.measured,
    };
    let rows = most_rows(props.playing);
    let chart = |(place, chart): (usize, &OverTime)| {
        let plot = Rc::new((chart.plot)(&source));
        let bit = 1 << place;
        let shown = *tables & bit != 0;
        let contents = if shown { plot.table(rows) } else { Table::default() };
        let on_table = {
            let tables = tables.clone();
            Callback::from(move |()| tables.set(*tables ^ bit))
        };
        html! {
            <Chart key={chart.id} id={chart.id} title={chart.title} summary={plot.summary()} {plot}
                contents={Rc::new(contents)} caption={(chart.sentence)(&source)} empty={chart.empty}
                theme={props.theme} place={place as u32 + 1} table={shown} {on_table} />
        }
    };
    html! { <div class="charts">{ for CHARTS.iter().enumerate().map(chart) }</div> }
}
