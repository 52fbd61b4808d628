//! A line of the event log.

use ringside_lab::RequestId;
use ringside_lab::frame::{LogLine, Tone};
use yew::prelude::*;

use crate::format;

/// What the line shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The line.
    pub(crate) line: LogLine,
    /// Whether it belongs to the operation in hand.
    pub(crate) in_hand: bool,
    /// Whether the tab key stops here: one line of the log is enough, arrow keys lead to the others.
    pub(crate) stop: bool,
    /// Asks why the line's operation ended as it did.
    pub(crate) on_why: Callback<RequestId>,
    /// Takes the line's operation in hand.
    pub(crate) on_take: Callback<RequestId>,
}

/// A line of the event log: when, what sort, and what. Its time is a button where it belongs to an
/// operation.
#[component]
pub(crate) fn LogRow(props: &Props) -> Html {
    let Props { line, in_hand, stop, on_why, on_take } = props;
    let (tone, mark) = match line.tone {
        // A message of a node's own work: nobody waits for it, and it is sent again in a while.
        Tone::Failure if line.request.is_none() => ("is-background", "✕"),
        Tone::Step => ("is-step", "·"),
        Tone::Success => ("is-success", "✓"),
        Tone::Failure => ("is-failure", "✕"),
        Tone::Repair => ("is-repair", "◆"),
        Tone::Background => ("is-background", "∘"),
        Tone::Command => ("is-command", "▸"),
    };
    let time = format::moment(line.at);
    let time = match line.request {
        Some(request) => html! {
            <button type="button" class="log-time" title="Take this operation in hand"
                tabindex={if *stop { "0" } else { "-1" }}
                onclick={on_take.reform(move |_| request)}>{ time }</button>
        },
        None => html! { <span class="log-time">{ time }</span> },
    };
    html! {
        <li class={classes!("log-row", tone, in_hand.then_some("is-in-hand"))}>
            { time }
            <span class="log-mark" aria-hidden="true">{ mark }</span>
            <span class="log-text">{ &line.text }</span>
            { why(line, on_why) }
        </li>
    }
}

/// A button that asks why an operation ended as it did, where the line is an operation's good or bad end.
/// By keyboard, the operation is taken in hand and asked about there.
fn why(line: &LogLine, on_why: &Callback<RequestId>) -> Html {
    let ends = matches!(line.tone, Tone::Success | Tone::Failure);
    let Some(request) = line.request.filter(|_| ends) else { return Html::default() };
    html! {
        <button type="button" class="log-why" tabindex="-1"
            aria-label={format!("Why, at {} s?", format::moment(line.at))}
            onclick={on_why.reform(move |_| request)}>{ "Why?" }</button>
    }
}
