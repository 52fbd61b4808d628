//! What moves the diagram's window, and what else can be had of it.

use ringside_lab::Instant;
use yew::prelude::*;

use super::save::save;
use crate::engine::{Engine, use_run};
use crate::format;
use crate::state::diagram::{DiagramAction, DiagramState};

/// What the controls show.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// What was set.
    pub(super) state: DiagramState,
    /// Whether the window follows now.
    pub(super) follows: bool,
    /// The window.
    pub(super) window: (Instant, Instant),
}

/// A row of buttons.
#[component]
pub(super) fn Controls(props: &Props) -> Html {
    let Props { state, follows, window: (from, to) } = props;
    let engine = use_run();
    let does = |what: fn(&Engine)| {
        let engine = engine.clone();
        Callback::from(move |_: MouseEvent| what(&engine))
    };
    let width = format::span(state.width.duration());
    let (narrower, wider) = (state.width.beside(false), state.width.beside(true));
    let follow = |engine: &Engine| engine.diagram(DiagramAction::Move(None));
    let table = |engine: &Engine| engine.diagram(DiagramAction::ToggleTable);
    html! {
        <div class="diagram-controls" role="group" aria-label="The diagram's window">
            <div class="diagram-group">
                <button type="button" aria-label="Narrower window" title="Narrower (-)"
                    disabled={narrower.is_none()} onclick={does(|engine| engine.widen_diagram(false))}>
                    { "−" }
                </button>
                <output class="diagram-width" aria-label="Width of the window">{ width }</output>
                <button type="button" aria-label="Wider window" title="Wider (+)"
                    disabled={wider.is_none()} onclick={does(|engine| engine.widen_diagram(true))}>
                    { "+" }
                </button>
            </div>
            <div class="diagram-group">
                <button type="button" aria-label="Earlier" title="Earlier ([)"
                    onclick={does(|engine| engine.move_diagram(false))}>{ "←" }</button>
                <button type="button" aria-label="Later" title="Later (])" disabled={*follows}
                    onclick={does(|engine| engine.move_diagram(true))}>{ "→" }</button>
                <button type="button" aria-pressed={follows.to_string()}
                    title="Let the window follow now (N)" onclick={does(follow)}>
                    { "Follow now" }
                </button>
                <button type="button" title="Show all of the operation in hand, or of what “Why?” tells (F)"
                    onclick={does(Engine::fit_diagram_to_operation)}>{ "Operation" }</button>
            </div>
            <p class="diagram-window">
                { format!("{} to {}", format::exact_seconds(*from), format::exact_seconds(*to)) }
            </p>
            <div class="diagram-group">
                <button type="button" class="quiet" aria-pressed={state.table.to_string()}
                    aria-label="Table of events" onclick={does(table)}>{ "Table" }</button>
                <button type="button" class="quiet" aria-label="Save picture (SVG)"
                    title="Save the picture as an SVG file" disabled={state.table}
                    onclick={does(save)}>{ "Save picture" }</button>
            </div>
        </div>
    }
}
