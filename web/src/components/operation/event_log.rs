//! The event log, newest last.

use std::rc::Rc;

use ringside_lab::RequestId;
use ringside_lab::frame::LogLine;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::log_row::LogRow;
use crate::keys::{KeyScope, Navigation};
use crate::{format, keys};

/// The lines of the log, and what can be done with them.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The last lines, oldest first.
    pub(crate) lines: Rc<Vec<LogLine>>,
    /// The selected operation.
    pub(crate) selected: Option<RequestId>,
    /// Explains the outcome of a line's operation.
    pub(crate) on_why: Callback<RequestId>,
    /// Selects a line's operation.
    pub(crate) on_select: Callback<RequestId>,
    /// Returns more lines, up to the one with this number.
    pub(crate) on_more: Callback<u64, Rc<Vec<LogLine>>>,
}

/// The distance from its end within which the log counts as being at its end.
const NEAR_END_PX: i32 = 24;

/// The event log. It follows the run until the user scrolls up; then it stands still and counts the new events.
/// Steps are announced elsewhere, whether or not this list is shown.
#[component]
pub(crate) fn EventLog(props: &Props) -> Html {
    let held = use_state(|| None::<Rc<Vec<LogLine>>>);
    let lines = (*held).clone().unwrap_or_else(|| props.lines.clone());
    let on_scroll = {
        let (held, newest, on_more) = (held.clone(), props.lines.clone(), props.on_more.clone());
        Callback::from(move |event: Event| {
            let Some(list) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
                return;
            };
            // The list is laid out from its end (see its stylesheet), so its end is at zero.
            match (&*held, -list.scroll_top() > NEAR_END_PX) {
                (None, true) => held.set(Some(scrollable(&newest, &on_more))),
                (Some(_), false) => held.set(None),
                _ => {}
            }
        })
    };
    let list = use_node_ref();
    let on_newest = {
        let (held, list) = (held.clone(), list.clone());
        Callback::from(move |_: MouseEvent| {
            held.set(None);
            if let Some(list) = list.cast::<Element>() {
                list.set_scroll_top(0);
            }
        })
    };
    let unseen = held.as_ref().map_or(0, |held| unseen(held, &props.lines));
    let last_stop = lines.iter().rposition(|line| line.request.is_some());
    let row = |(place, line): (usize, &LogLine)| {
        let selected = line.request.is_some() && line.request == props.selected;
        html! {
            <LogRow key={line.number} line={line.clone()} {selected} stop={last_stop == Some(place)}
                on_why={props.on_why.clone()} on_select={props.on_select.clone()} />
        }
    };
    html! {
        <div class="event-log">
            <div ref={list} class="log-scroll" role="log" aria-label="Event log" aria-live="off"
                tabindex="0" onscroll={on_scroll} onkeydown={Callback::from(|event: KeyboardEvent| move_between_rows(&event))}>
                if lines.is_empty() {
                    <p class="empty">{ "Nothing has happened yet." }</p>
                }
                <ol>{ for lines.iter().enumerate().map(row) }</ol>
            </div>
            if held.is_some() {
                <button type="button" class="to-newest" onclick={on_newest}>
                    { newest_label(unseen) }
                </button>
            }
        </div>
    }
}

/// Returns the lines to scroll through: all that are kept, up to the last one shown.
fn scrollable(
    shown: &Rc<Vec<LogLine>>,
    on_more: &Callback<u64, Rc<Vec<LogLine>>>,
) -> Rc<Vec<LogLine>> {
    let more = shown.last().map(|last| on_more.emit(last.number));
    more.filter(|more| more.len() > shown.len()).unwrap_or_else(|| shown.clone())
}

fn newest_label(unseen: u64) -> String {
    if unseen == 0 {
        "\u{2193} To the newest".to_owned()
    } else {
        format!("\u{2193} {} since", format::count(unseen, "event"))
    }
}

/// Counts the events since the last line that is shown.
fn unseen(held: &[LogLine], newest: &[LogLine]) -> u64 {
    let last = |lines: &[LogLine]| lines.last().map_or(0, |line| line.number);
    last(newest).saturating_sub(last(held))
}

/// Moves the focus between the buttons of the lines with the arrow keys.
fn move_between_rows(event: &KeyboardEvent) {
    let Some(key) = keys::within(KeyScope::Log, &event.key()) else { return };
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    if matches!(key, Navigation::First | Navigation::Last) {
        move_to_end(event, target.as_ref(), key == Navigation::Last);
        return;
    }
    let forward = key == Navigation::Next;
    let row = target.and_then(|button| button.closest("li").ok().flatten());
    let next = |row: Element| {
        if forward { row.next_element_sibling() } else { row.previous_element_sibling() }
    };
    let mut row = row.and_then(next);
    while let Some(candidate) = row {
        if let Ok(Some(button)) = candidate.query_selector("button") {
            if let Ok(button) = button.dyn_into::<HtmlElement>() {
                event.prevent_default();
                let _ = button.focus();
            }
            return;
        }
        row = next(candidate);
    }
}

/// Moves the focus to the first or the last line that has a button.
fn move_to_end(event: &KeyboardEvent, target: Option<&Element>, last: bool) {
    let log = target.and_then(|it| it.closest("[role=log]").ok().flatten());
    let Some(buttons) = log.and_then(|log| log.query_selector_all("button.log-time").ok()) else {
        return;
    };
    let place = if last { buttons.length().saturating_sub(1) } else { 0 };
    if let Some(button) = buttons.item(place).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        let _ = button.focus();
    }
}
