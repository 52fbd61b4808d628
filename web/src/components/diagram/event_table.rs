//! The table of the events in the window.

use std::rc::Rc;

use yew::prelude::*;

use crate::engine::use_run;
use crate::format;
use crate::graphics::diagram::Row;

/// The props of `EventTable`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The events, oldest first, and the number of earlier ones that are left out.
    pub(super) rows: Option<(Rc<Vec<Row>>, usize)>,
    /// The selected event.
    pub(super) chosen: Option<u64>,
}

/// A table with one row per event, whose button selects the event as a click in the picture does.
#[component]
pub(super) fn EventTable(props: &Props) -> Html {
    let Props { rows, chosen } = props;
    let engine = use_run();
    let Some((rows, left_out)) = rows else { return Html::default() };
    let row = |row: &Row| {
        let on_click = {
            let (engine, number) = (engine.clone(), row.number);
            Callback::from(move |_: MouseEvent| engine.choose_event(number))
        };
        let is_chosen = *chosen == Some(row.number);
        html! {
            <tr key={row.number} class={classes!(is_chosen.then_some("is-chosen"))}>
                <td class="diagram-at">{ &row.at }</td>
                <th scope="row">{ &row.host }</th>
                <td>
                    <button type="button" class="quiet" aria-pressed={is_chosen.to_string()}
                        onclick={on_click}>{ &row.text }</button>
                </td>
                <td>{ &row.operation }</td>
            </tr>
        }
    };
    html! {
        <div class="diagram-table" tabindex="0" role="region" aria-label="Events in view, as a table">
            if *left_out > 0 {
                <p class="empty">
                    { format!("Not listed: {} in this window. Narrow the window, or move it back, to see them.",
                        format::count(*left_out as u64, "earlier event")) }
                </p>
            }
            <table>
                <caption class="visually-hidden">{ "Events in view" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Time, s" }</th>
                        <th scope="col">{ "Lane" }</th>
                        <th scope="col">{ "Event" }</th>
                        <th scope="col">{ "Operation" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
