//! The time bar: the whole run, from its start to its furthest moment.

use std::rc::Rc;

use ringside_lab::Instant;
use yew::prelude::*;

use super::jump_summary::JumpSummaryCard;
use super::scrubber::Scrubber;
use crate::components::widgets::{Icon, Picture};
use crate::engine::use_run;
use crate::format;
use crate::state::time::{JumpSummary, Seeking, TimeAction};
use crate::state::timeline_position::TimelinePosition;

/// The moments that the bar shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The position within the run.
    pub(crate) position: TimelinePosition,
    /// The virtual time.
    pub(crate) now: Instant,
    /// The seek to another moment, while it is in progress.
    pub(crate) seeking: Option<Seeking>,
    /// The summary of the last jump.
    pub(crate) jump: Option<Rc<JumpSummary>>,
}

/// The scrubber between the start of the run and its furthest moment, a button for each of them, and the
/// summary of the last jump.
#[component]
pub(crate) fn TimeBar(props: &Props) -> Html {
    let engine = use_run();
    let Props { position, now, seeking, jump } = props;
    let on_start = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_start())
    };
    let on_end = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_end())
    };
    let on_dismiss = use_callback(engine.clone(), |(), engine| {
        engine.dispatch(crate::state::Action::Time(TimeAction::Jumped(None)));
    });
    let on_why = use_callback(engine.clone(), |request, engine| engine.why(request));
    let ahead = position.furthest > *now;
    let furthest = format::seconds(position.furthest);
    html! {
        <section class="time-bar" aria-labelledby="time-bar-heading">
            <h2 id="time-bar-heading" class="visually-hidden">{ "The run" }</h2>
            <button type="button" class="time-end" aria-label="To the start" title="To the start (Home)"
                onclick={on_start}>
                <Icon picture={Picture::ToStart} /><span aria-hidden="true">{ "0 s" }</span>
            </button>
            <Scrubber position={position.clone()} now={*now} seeking={*seeking} />
            <button type="button" class="time-end is-furthest"
                aria-label={format!("To the furthest moment, {furthest}")}
                title="To the furthest moment (End)" onclick={on_end}>
                <span class="time-furthest" aria-hidden="true">
                    <span>{ furthest }</span>
                    <span class="time-ahead">{ ahead_words(*now, position.furthest, *seeking) }</span>
                </span>
                <Icon picture={Picture::ToEnd} />
            </button>
            // A live region must be on the page before it has something to say.
            <div role="status" aria-live="polite">
                <p class="visually-hidden">
                    if ahead {
                        { format!("This moment is in the past: the run continues up to {}.", format::seconds(position.furthest)) }
                    }
                </p>
                if let Some(jump) = jump {
                    <JumpSummaryCard jump={jump.clone()} on_dismiss={on_dismiss.clone()} {on_why} />
                }
            </div>
        </section>
    }
}

/// Describes how much of the run lies ahead, or that this is its furthest moment.
fn ahead_words(now: Instant, furthest: Instant, seeking: Option<Seeking>) -> Html {
    if seeking.is_some_and(|seeking| seeking.part.is_some()) {
        return html! { "seeking\u{2026}" };
    }
    if furthest > now {
        return html! { format!("{} ahead", format::length(furthest.since(now))) };
    }
    html! { "newest" }
}
