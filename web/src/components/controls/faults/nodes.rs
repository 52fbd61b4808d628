//! Nodes that are slow or silent without being down.

use ringside_lab::{Command, Duration};
use yew::prelude::*;

use super::command_button::{Acts, each};
use crate::components::widgets::{DetentSlider, SLOWNESS, duration};

/// How much slower a node is made, as long as nobody says otherwise.
const USUAL_SLOWNESS_MS: f64 = 50.0;

/// Pause and resume, isolate, and slow down: each acts on the chosen nodes.
#[component]
pub(super) fn NodeFaults(props: &Acts) -> Html {
    let by_ms = use_state(|| USUAL_SLOWNESS_MS);
    let on_by = {
        let by_ms = by_ms.clone();
        Callback::from(move |ms| by_ms.set(ms))
    };
    let by = duration(*by_ms);
    let running = props.chosen_that(|node| node.up && !node.paused);
    let paused = props.chosen_that(|node| node.up && node.paused);
    let any = props.chosen_that(|_| true);
    let slow = props.chosen_that(|node| node.slow_by > Duration::ZERO);
    let alone = if any.len() < props.snapshot.frame.nodes.len() { any.as_slice() } else { &[] };
    html! {
        <>
            <div class="act-row">
                { props.button("Pause node", each(&running, Command::Pause),
                    "It keeps its memory and handles nothing", "choose a node that runs") }
                { props.button("Resume", each(&paused, Command::Resume),
                    "It goes on where it was", "choose a node that is paused") }
                { props.button("Isolate", each(alone, Command::Isolate),
                    "Cuts each of them off from everybody", "choose some nodes, but not all") }
            </div>
            <DetentSlider label="Slower by" scale={&SLOWNESS} value={*by_ms} on_set={on_by} />
            <div class="act-row">
                { props.button("Slow down", each(&any, |node| Command::Slow { node, by }),
                    "Each message takes it so much longer", "choose a node") }
                { props.button("Full speed", each(&slow, |node| Command::Slow { node, by: Duration::ZERO }),
                    "It is as fast as the others again", "choose a node that is slow") }
            </div>
        </>
    }
}
