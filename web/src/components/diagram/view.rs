//! The view of the run in space and time, in the place of its ring.

use std::rc::Rc;

use yew::prelude::*;

use super::event_card::EventCard;
use super::controls::Controls;
use super::signs::Signs;
use super::plot::Plot;
use super::event_table::EventTable;
use crate::components::ring::Legend;
use crate::engine::use_run;
use crate::format;
use crate::graphics::diagram::DiagramFrame;
use crate::graphics::kinds::{Family, FamilySet};
use crate::state::Action;
use crate::state::diagram::DiagramState;

/// What the view shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What is told of the diagram.
    pub(crate) frame: Rc<DiagramFrame>,
    /// What was set.
    pub(crate) state: DiagramState,
    /// The families whose messages are hidden.
    pub(crate) hidden: FamilySet,
    /// Whether something explains an operation, so that this is what is lit.
    pub(crate) explains: bool,
}

/// The picture, or its table; what moves its window; and what is told of what was chosen.
#[component]
pub(crate) fn DiagramLens(props: &Props) -> Html {
    let Props { frame, state, hidden, explains } = props;
    let on_toggle = use_callback(use_run(), |family: Family, engine| {
        engine.dispatch(Action::ToggleFamily(family));
    });
    html! {
        <section class="diagram" aria-labelledby="diagram-heading">
            <h2 id="diagram-heading" class="visually-hidden">{ "The run in space and time" }</h2>
            <Controls state={*state} follows={frame.follows} window={frame.window} />
            <div class="diagram-body">
                if state.table {
                    <EventTable rows={frame.rows.clone()} chosen={state.chosen} />
                } else {
                    <Plot title={said(frame)} full_height={frame.full_height}
                        ample_height={frame.ample_height} />
                }
            </div>
            <p class="diagram-note">{ note(frame) }</p>
            <EventCard told={frame.chosen.clone()} parts={frame.parts} gone={frame.chosen_is_gone}
                explains={*explains} />
            <Signs />
            <Legend hidden={*hidden} {on_toggle} />
        </section>
    }
}

/// Says what the picture shows to those who cannot see it.
fn said(frame: &DiagramFrame) -> String {
    let mut parts = vec![frame.title.clone()];
    parts.extend(frame.troubles.iter().take(6).cloned());
    parts.join("; ")
}

/// Says what is not as it seems: what is drawn together, and where the journal begins.
fn note(frame: &DiagramFrame) -> String {
    let mut parts: Vec<String> = frame.note.iter().cloned().collect();
    if let Some(begins) = frame.begins {
        parts.push(format!(
            "The journal keeps the latest events, from {} on.",
            format::exact_seconds(begins)
        ));
    }
    parts.join(" ")
}
