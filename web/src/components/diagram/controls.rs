//! The controls of the diagram: its window, its table and its picture as a file.

use ringside_lab::Instant;
use yew::prelude::*;

use crate::browser::files;
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::Notice;
use crate::state::diagram::{DiagramAction, DiagramState};

/// The name of the saved picture.
const FILE_NAME: &str = "ringside-diagram.svg";

/// The props of `Controls`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The state of the lens.
    pub(super) state: DiagramState,
    /// Whether the window follows the current time.
    pub(super) follows: bool,
    /// The start and the end of the window.
    pub(super) window: (Instant, Instant),
}

/// A row of buttons that move and resize the window, switch to the table, and save the picture.
#[component]
pub(super) fn Controls(props: &Props) -> Html {
    let Props { state, follows, window: (from, to) } = props;
    let engine = use_run();
    let on_press = |act: fn(&Engine)| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| act(&engine))
    };
    let width = format::span(state.width.duration());
    let (narrower, wider) = (state.width.beside(false), state.width.beside(true));
    let follow = |engine: &Engine| engine.diagram(DiagramAction::Move(None));
    let table = |engine: &Engine| engine.diagram(DiagramAction::ToggleTable);
    html! {
        <div class="diagram-controls" role="group" aria-label="Diagram window">
            <div class="diagram-group">
                <button type="button" aria-label="Narrower window" title="Narrower (-)"
                    disabled={narrower.is_none()} onclick={on_press(|engine| engine.widen_diagram(false))}>
                    { "−" }
                </button>
                <output class="diagram-width" aria-label="Width of the window">{ width }</output>
                <button type="button" aria-label="Wider window" title="Wider (+)"
                    disabled={wider.is_none()} onclick={on_press(|engine| engine.widen_diagram(true))}>
                    { "+" }
                </button>
            </div>
            <div class="diagram-group">
                <button type="button" aria-label="Earlier" title="Earlier ([)"
                    onclick={on_press(|engine| engine.move_diagram(false))}>{ "←" }</button>
                <button type="button" aria-label="Later" title="Later (])" disabled={*follows}
                    onclick={on_press(|engine| engine.move_diagram(true))}>{ "→" }</button>
                <button type="button" aria-pressed={follows.to_string()}
                    title="Keep the window at the current time (N)" onclick={on_press(follow)}>
                    { "Follow now" }
                </button>
                <button type="button" title="Show the whole of the selected operation, or of the one that “Why?” explains (F)"
                    onclick={on_press(Engine::fit_diagram_to_operation)}>{ "Operation" }</button>
            </div>
            <p class="diagram-window">
                { format!("{} to {}", format::moment(*from), format::moment(*to)) }
            </p>
            <div class="diagram-group">
                <button type="button" class="quiet" aria-pressed={state.table.to_string()}
                    aria-label="Table of events" onclick={on_press(table)}>{ "Table" }</button>
                <button type="button" class="quiet" aria-label="Save picture (SVG)"
                    title="Save the picture as an SVG file" disabled={state.table}
                    onclick={on_press(save)}>{ "Save picture" }</button>
            </div>
        </div>
    }
}

/// Saves the picture as an SVG file.
fn save(engine: &Engine) {
    let svg = engine.diagram_svg();
    let saved = svg.is_some_and(|svg| files::save_text(FILE_NAME, "image/svg+xml", &svg));
    engine.say(if saved {
        Notice::done(format!("Saved the diagram as {FILE_NAME}."))
    } else {
        Notice::refused("The picture could not be saved.")
    });
}
