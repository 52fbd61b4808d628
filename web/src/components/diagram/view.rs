//! The diagram lens as a whole.

use std::rc::Rc;

use yew::prelude::*;

use super::controls::Controls;
use super::event_card::EventCard;
use super::event_table::EventTable;
use super::plot::Plot;
use super::signs::Signs;
use crate::components::ring::Legend;
use crate::engine::use_run;
use crate::format;
use crate::graphics::diagram::DiagramFrame;
use crate::graphics::kinds::{Family, FamilySet};
use crate::state::Action;
use crate::state::diagram::DiagramState;

/// The props of `DiagramLens`.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The description of the picture, and the rows of its table.
    pub(crate) frame: Rc<DiagramFrame>,
    /// The state of the lens.
    pub(crate) state: DiagramState,
    /// The families of messages that are hidden.
    pub(crate) hidden: FamilySet,
    /// Whether an explanation is open, whose evidence is then highlighted.
    pub(crate) explains: bool,
}

/// The picture or its table, the controls of its window, and the selected event.
#[component]
pub(crate) fn DiagramLens(props: &Props) -> Html {
    let Props { frame, state, hidden, explains } = props;
    let engine = use_run();
    let on_toggle = use_callback(engine, |family: Family, engine| {
        engine.dispatch(Action::ToggleFamily(family));
    });
    html! {
        <section class="diagram" aria-labelledby="diagram-heading">
            <h2 id="diagram-heading" class="visually-hidden">{ "Space-time diagram" }</h2>
            <Controls state={*state} follows={frame.follows} window={frame.window} />
            <div class="diagram-body">
                if state.table {
                    <EventTable rows={frame.rows.clone()} chosen={state.chosen} />
                } else {
                    <Plot title={description(frame)} full_height={frame.full_height}
                        ample_height={frame.ample_height} />
                }
            </div>
            <p class="diagram-note">{ note(frame) }</p>
            <EventCard event={frame.chosen.clone()} parts={frame.parts} gone={frame.chosen_is_gone}
                explains={*explains} />
            <Signs />
            <Legend hidden={*hidden} {on_toggle} />
        </section>
    }
}

/// Describes the picture for screen readers.
fn description(frame: &DiagramFrame) -> String {
    let mut parts = vec![frame.title.clone()];
    parts.extend(frame.troubles.iter().take(6).cloned());
    parts.join("; ")
}

/// Describes what the picture leaves out: what is drawn together, and where the journal begins.
fn note(frame: &DiagramFrame) -> String {
    let mut parts: Vec<String> = frame.note.iter().cloned().collect();
    if let Some(begins) = frame.begins {
        parts.push(format!(
            "The journal keeps only the latest events, from {} on.",
            format::moment(begins)
        ));
    }
    parts.join(" ")
}
