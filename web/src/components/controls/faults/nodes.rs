//! Controls that make nodes slow or silent without stopping them.

use ringside_lab::{Command, Duration};
use yew::prelude::*;

use super::command_button::{CommandButton, each};
use super::scope::FaultScope;
use crate::components::widgets::{DetentSlider, SLOWNESS, duration};

/// The initial position of the slowness slider.
const DEFAULT_SLOWNESS_MS: f64 = 50.0;

/// Buttons to pause, resume, isolate and slow down the selected nodes.
#[component]
pub(super) fn NodeFaults(props: &FaultScope) -> Html {
    let by_ms = use_state(|| DEFAULT_SLOWNESS_MS);
    let on_by = {
        let by_ms = by_ms.clone();
        Callback::from(move |ms| by_ms.set(ms))
    };
    let (by, delay) = (duration(*by_ms), props.delay);
    let running = props.chosen_where(|node| node.up && !node.paused);
    let paused = props.chosen_where(|node| node.up && node.paused);
    let any = props.chosen_where(|_| true);
    let slow = props.chosen_where(|node| node.slow_by > Duration::ZERO);
    let alone = if any.len() < props.snapshot.frame.nodes.len() { any.as_slice() } else { &[] };
    html! {
        <>
            <div class="act-row">
                <CommandButton label="Pause node" {delay} commands={each(&running, Command::Pause)}
                    effect="The node keeps its memory but handles nothing"
                    requires="select a node that is running" />
                <CommandButton label="Resume" {delay} commands={each(&paused, Command::Resume)}
                    effect="The node continues where it stopped" requires="select a paused node" />
                <CommandButton label="Isolate" {delay} commands={each(alone, Command::Isolate)}
                    effect="Cuts each selected node off from all others"
                    requires="select some nodes, but not all" />
            </div>
            <DetentSlider label="Slower by" scale={&SLOWNESS} value={*by_ms} on_set={on_by} />
            <div class="act-row">
                <CommandButton label="Slow down" {delay}
                    commands={each(&any, |node| Command::Slow { node, by })}
                    effect="The node takes this much longer for each message"
                    requires="select a node" />
                <CommandButton label="Full speed" {delay}
                    commands={each(&slow, |node| Command::Slow { node, by: Duration::ZERO })}
                    effect="The node is as fast as the others again" requires="select a slow node" />
            </div>
        </>
    }
}
