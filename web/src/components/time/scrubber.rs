//! The scrubber, with the marks of the run over it.

use ringside_lab::Instant;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::ticks::TickRows;
use crate::engine::use_run;
use crate::format;
use crate::state::time::Seeking;
use crate::state::timeline_position::{TimelinePosition, part_of};

/// The moments that the scrubber shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The position within the run.
    pub(crate) position: TimelinePosition,
    /// The virtual time.
    pub(crate) now: Instant,
    /// The seek to another moment, while it is in progress.
    pub(crate) seeking: Option<Seeking>,
}

/// A slider over the whole run. Moving it seeks to that moment; releasing it shows what changed.
#[component]
pub(crate) fn Scrubber(props: &Props) -> Html {
    let engine = use_run();
    let Props { position, now, seeking } = props;
    let on_input = use_callback(engine.clone(), |event: InputEvent, engine| {
        if let Some(us) = event.target().and_then(|it| sought(&it)) {
            engine.scrub(us);
        }
    });
    let on_change = use_callback(engine.clone(), |_: Event, engine| engine.release_scrubber());
    let shown = seeking.and_then(|seeking| seeking.to).unwrap_or(*now);
    let part = part_of(shown, position.furthest);
    // In a run of length zero the thumb stands at the end.
    let most = position.furthest.as_us().max(1);
    let value = if position.furthest == Instant::ZERO { most } else { shown.as_us() };
    let progress = seeking.and_then(|seeking| seeking.part);
    html! {
        <div class="scrubber" style={format!("--part:{part:.5}")}>
            <TickRows ticks={position.ticks.clone()} {part} />
            <input type="range" aria-label="Moment" min="0" max={most.to_string()} step="any"
                value={value.to_string()} aria-valuetext={spoken(shown, position.furthest)}
                oninput={on_input} onchange={on_change} />
            if let Some(progress) = progress {
                <progress class="scrubber-progress" max="1" value={format!("{progress:.2}")}
                    aria-label="Seeking that moment" />
            }
        </div>
    }
}

/// Returns the moment at which the slider stands.
fn sought(target: &web_sys::EventTarget) -> Option<Instant> {
    let input: &HtmlInputElement = target.dyn_ref()?;
    let us = input.value_as_number();
    us.is_finite().then(|| Instant::from_us(us.round() as u64))
}

fn spoken(now: Instant, furthest: Instant) -> String {
    format!("{} of {}", format::moment(now), format::moment(furthest))
}
