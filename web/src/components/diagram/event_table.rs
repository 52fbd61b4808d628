//! The events in view as a table.

use std::rc::Rc;

use yew::prelude::*;

use crate::engine::use_run;
use crate::format;
use crate::graphics::diagram::Row;

/// What the table shows.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The events, oldest first, and how many there are before.
    pub(super) rows: Option<(Rc<Vec<Row>>, usize)>,
    /// The event that was chosen.
    pub(super) chosen: Option<u64>,
}

/// A row an event; the button in it chooses the event, as a click in the picture does.
#[component]
pub(super) fn EventTable(props: &Props) -> Html {
    let Props { rows, chosen } = props;
    let engine = use_run();
    let Some((rows, left_out)) = rows else { return Html::default() };
    let row = |row: &Row| {
        let on_choose = {
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
                        onclick={on_choose}>{ &row.text }</button>
                </td>
                <td>{ &row.operation }</td>
            </tr>
        }
    };
    html! {
        <div class="diagram-table" tabindex="0" role="region" aria-label="Events in view, as a table">
            if *left_out > 0 {
                <p class="empty">
                    { format!("{} before these are not listed; a narrower window, or an earlier one, has them.",
                        format::counted(*left_out as u64, "event")) }
                </p>
            }
            <table>
                <caption class="visually-hidden">{ "Events in view" }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "s" }</th>
                        <th scope="col">{ "Where" }</th>
                        <th scope="col">{ "What" }</th>
                        <th scope="col">{ "Operation" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
