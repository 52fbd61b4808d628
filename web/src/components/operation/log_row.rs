//! A line of the event log.

use ringside_lab::RequestId;
use ringside_lab::frame::{LogLine, Tone};
use yew::prelude::*;

use crate::format;

/// The line, and what can be done with it.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The line.
    pub(crate) line: LogLine,
    /// Whether it belongs to the selected operation.
    pub(crate) selected: bool,
    /// Whether the tab key stops here: one line of the log is enough, since arrow keys lead to the others.
    pub(crate) stop: bool,
    /// Explains the outcome of the line's operation.
    pub(crate) on_why: Callback<RequestId>,
    /// Selects the line's operation.
    pub(crate) on_select: Callback<RequestId>,
}

/// A line of the event log: its time, kind and text. The time is a button if the line belongs to an operation.
#[component]
pub(crate) fn LogRow(props: &Props) -> Html {
    let Props { line, selected, stop, on_why, on_select } = props;
    let (tone, mark) = match line.tone {
        // A message of background work: no client waits for it, and it is sent again later.
        Tone::Failure if line.request.is_none() => ("is-background", "✕"),
        Tone::Step => ("is-step", "·"),
        Tone::Success => ("is-success", "✓"),
        Tone::Failure => ("is-failure", "✕"),
        Tone::Repair => ("is-repair", "◆"),
        Tone::Background => ("is-background", "∘"),
        Tone::Command => ("is-command", "▸"),
    };
    let time = format::log_time(line.at);
    let time = match line.request {
        Some(request) => html! {
            <button type="button" class="log-time" title="Select this operation"
                tabindex={if *stop { "0" } else { "-1" }}
                onclick={on_select.reform(move |_| request)}>{ time }</button>
        },
        None => html! { <span class="log-time">{ time }</span> },
    };
    html! {
        <li class={classes!("log-row", tone, selected.then_some("is-in-hand"))}>
            { time }
            <span class="log-mark" aria-hidden="true">{ mark }</span>
            <span class="log-text">{ &line.text }</span>
            { why(line, on_why) }
        </li>
    }
}

/// Renders the button that explains the outcome of an operation, if the line is its end. Users of the keyboard
/// select the operation instead, and press the button in its panel.
fn why(line: &LogLine, on_why: &Callback<RequestId>) -> Html {
    let ends = matches!(line.tone, Tone::Success | Tone::Failure);
    let Some(request) = line.request.filter(|_| ends) else { return Html::default() };
    html! {
        <button type="button" class="log-why" tabindex="-1"
            aria-label={format!("Why, at {} s?", format::log_time(line.at))}
            onclick={on_why.reform(move |_| request)}>{ "Why?" }</button>
    }
}
