//! What happened, newest last.

use std::rc::Rc;

use ringside_lab::RequestId;
use ringside_lab::frame::LogLine;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::log_row::LogRow;
use crate::keys::{Move, Place};
use crate::{format, keys};

/// What the log shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Its last lines, oldest first.
    pub(crate) lines: Rc<Vec<LogLine>>,
    /// The operation in hand.
    pub(crate) in_hand: Option<RequestId>,
    /// Asks why a line's operation ended as it did.
    pub(crate) on_why: Callback<RequestId>,
    /// Takes a line's operation in hand.
    pub(crate) on_take: Callback<RequestId>,
    /// Gives more lines, up to one of them.
    pub(crate) on_more: Callback<u64, Rc<Vec<LogLine>>>,
}

/// How near to its end the log counts as being at its end.
const NEAR_END_PX: i32 = 24;

/// The event log. It follows what happens until the person scrolls up; then it stands still, and says
/// how much is new. What a step does is read aloud elsewhere, whether or not this list is shown.
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
            // The list is laid out from its end (see its stylesheet), so that its end is at zero.
            match (&*held, -list.scroll_top() > NEAR_END_PX) {
                (None, true) => held.set(Some(to_read_in(&newest, &on_more))),
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
        let in_hand = line.request.is_some() && line.request == props.in_hand;
        html! {
            <LogRow key={line.number} line={line.clone()} {in_hand} stop={last_stop == Some(place)}
                on_why={props.on_why.clone()} on_take={props.on_take.clone()} />
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

/// Gives the lines that the person scrolls in: all that are known up to the last one that is shown.
fn to_read_in(
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
        format!("\u{2193} {} since", format::counted(unseen, "event"))
    }
}

/// Counts the journal's events since the last line that is shown.
fn unseen(held: &[LogLine], newest: &[LogLine]) -> u64 {
    let last = |lines: &[LogLine]| lines.last().map_or(0, |line| line.number);
    last(newest).saturating_sub(last(held))
}

/// Moves the focus between the lines' buttons with the arrow keys.
fn move_between_rows(event: &KeyboardEvent) {
    let Some(way) = keys::within(Place::Log, &event.key()) else { return };
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    if matches!(way, Move::First | Move::Last) {
        move_to_end(event, target.as_ref(), way == Move::Last);
        return;
    }
    let forward = way == Move::On;
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

/// Moves the focus to the first or to the last line that has a button.
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
