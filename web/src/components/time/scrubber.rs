//! The scrubber, with the marks of the run over it.

use ringside_lab::Instant;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::ticks::TickRows;
use crate::engine::Engine;
use crate::format;
use crate::state::course::{Course, part_of};
use crate::state::time::Seeking;

/// What the scrubber shows.
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
}

/// A slider over the whole run. Each move of it goes to that moment; what changed is told once it is
/// let go.
#[component]
pub(crate) fn Scrubber(props: &Props) -> Html {
    let Props { engine, course, now, seeking } = props;
    let on_input = use_callback(engine.clone(), |event: InputEvent, engine| {
        if let Some(us) = event.target().and_then(|it| sought(&it)) {
            engine.scrub(us);
        }
    });
    let on_change = use_callback(engine.clone(), |_: Event, engine| engine.let_go());
    let shown = seeking.and_then(|seeking| seeking.to).unwrap_or(*now);
    let part = part_of(shown, course.furthest);
    // Where nothing has happened yet, the thumb has its way to go all the same.
    let most = course.furthest.as_us().max(1);
    let value = if course.furthest == Instant::ZERO { most } else { shown.as_us() };
    let progress = seeking.and_then(|seeking| seeking.part);
    html! {
        <div class="scrubber" style={format!("--part:{part:.5}")}>
            <TickRows ticks={course.ticks.clone()} {part} />
            <input type="range" aria-label="Moment" min="0" max={most.to_string()} step="any"
                value={value.to_string()} aria-valuetext={spoken(shown, course.furthest)}
                oninput={on_input} onchange={on_change} />
            if let Some(progress) = progress {
                <progress class="scrubber-progress" max="1" value={format!("{progress:.2}")}
                    aria-label="On the way to that moment" />
            }
        </div>
    }
}

/// Reads the moment that the slider was moved to.
fn sought(target: &web_sys::EventTarget) -> Option<Instant> {
    let input: &HtmlInputElement = target.dyn_ref()?;
    let us = input.value_as_number();
    us.is_finite().then(|| Instant::from_us(us.round() as u64))
}

fn spoken(now: Instant, furthest: Instant) -> String {
    format!("{} of {}", format::exact_seconds(now), format::exact_seconds(furthest))
}
