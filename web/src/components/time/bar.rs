//! The whole run, from its start to the furthest moment that it has come to.

use std::rc::Rc;

use ringside_lab::Instant;
use yew::prelude::*;

use super::jump_summary::LandingCard;
use super::scrubber::Scrubber;
use crate::components::widgets::{Icon, Picture};
use crate::engine::Engine;
use crate::format;
use crate::state::course::Course;
use crate::state::time::{Landing, Seeking, TimeAction};

/// What the bar shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The run behind it.
    pub(crate) engine: Engine,
    /// Where the run stands.
    pub(crate) course: Course,
    /// The virtual time.
    pub(crate) now: Instant,
    /// The way to another moment, while it takes a while.
    pub(crate) seeking: Option<Seeking>,
    /// What is told of the last jump.
    pub(crate) landing: Option<Rc<Landing>>,
}

/// The scrubber between the start of the run and its furthest moment, each with a button that leads
/// there, and what the last jump came to.
#[component]
pub(crate) fn TimeBar(props: &Props) -> Html {
    let Props { engine, course, now, seeking, landing } = props;
    let on_start = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_start())
    };
    let on_end = {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| engine.to_end())
    };
    let on_dismiss = use_callback(engine.clone(), |(), engine| {
        engine.dispatch(crate::state::Action::Time(TimeAction::Land(None)));
    });
    let on_why = use_callback(engine.clone(), |request, engine| engine.why(request));
    let ahead = course.furthest > *now;
    let furthest = format::seconds(course.furthest);
    html! {
        <section class="time-bar" aria-labelledby="time-bar-heading">
            <h2 id="time-bar-heading" class="visually-hidden">{ "The run" }</h2>
            <button type="button" class="time-end" aria-label="To the start" title="To the start (Home)"
                onclick={on_start}>
                <Icon picture={Picture::ToStart} /><span aria-hidden="true">{ "0 s" }</span>
            </button>
            <Scrubber engine={engine.clone()} course={course.clone()} now={*now} seeking={*seeking} />
            <button type="button" class="time-end is-furthest"
                aria-label={format!("To the furthest moment, {furthest}")}
                title="To the furthest moment (End)" onclick={on_end}>
                <span class="time-furthest" aria-hidden="true">
                    <span>{ furthest }</span>
                    <span class="time-ahead">{ ahead_words(*now, course.furthest, *seeking) }</span>
                </span>
                <Icon picture={Picture::ToEnd} />
            </button>
            // A live region must be on the page before it has something to say.
            <div role="status" aria-live="polite">
                <p class="visually-hidden">
                    if ahead {
                        { format!("In the past: a part of the run lies ahead, up to {}.", format::seconds(course.furthest)) }
                    }
                </p>
                if let Some(landing) = landing {
                    <LandingCard landing={landing.clone()} on_dismiss={on_dismiss.clone()} {on_why} />
                }
            </div>
        </section>
    }
}

/// Says how much of the run lies ahead; at its furthest moment nothing does.
fn ahead_words(now: Instant, furthest: Instant, seeking: Option<Seeking>) -> Html {
    if seeking.is_some_and(|seeking| seeking.part.is_some()) {
        return html! { "seeking\u{2026}" };
    }
    if furthest > now {
        return html! { format!("{} ahead", format::length(furthest.since(now))) };
    }
    html! { "newest" }
}
