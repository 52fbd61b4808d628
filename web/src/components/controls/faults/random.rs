//! Controls of random faults: the swizzle and chaos.

use ringside_lab::Command;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::command_button::CommandButton;
use super::scope::FaultScope;
use crate::components::widgets::{CHAOS, DetentSlider, PERIOD, duration};
use crate::engine::use_run;
use crate::format;

/// The initial time between two steps of a swizzle.
const DEFAULT_STEP_MS: f64 = 500.0;

/// The chaos slider, and the controls of a swizzle.
#[component]
pub(super) fn RandomFaults(props: &FaultScope) -> Html {
    let engine = use_run();
    let step_ms = use_state(|| DEFAULT_STEP_MS);
    let on_step = {
        let step_ms = step_ms.clone();
        Callback::from(move |ms| step_ms.set(ms))
    };
    let delay = props.delay;
    let on_chaos = Callback::from(move |level| engine.act_later(Command::Chaos(level), delay));
    let nodes = props.chosen_where(|_| true);
    let every = duration(*step_ms);
    let swizzle =
        if nodes.is_empty() { Vec::new() } else { vec![Command::Swizzle { nodes, every }] };
    html! {
        <>
            <p class="sentence" id="chaos-words">{ chaos_words(&props.snapshot.frame) }</p>
            <DetentSlider label="Chaos" scale={&CHAOS} value={props.snapshot.frame.chaos}
                described_by="chaos-words" on_set={on_chaos} />
            <p class="sentence">
                { "A swizzle isolates the selected nodes one by one, and heals them in another order." }
            </p>
            <DetentSlider label="A step every" scale={&PERIOD} value={*step_ms} on_set={on_step} />
            <div class="act-row">
                <CommandButton label="Swizzle" {delay} commands={swizzle} effect="Starts the swizzle"
                    requires="select nodes" />
            </div>
        </>
    }
}

/// Describes what chaos does at its current level.
fn chaos_words(frame: &Frame) -> String {
    let what = "It crashes, pauses and slows nodes, cuts and clogs links, and loses and duplicates messages";
    match frame.chaos_gap {
        None => format!("Chaos is off. {what}; back at zero, it ends the faults it began."),
        Some(gap) => format!(
            "A fault strikes about every {}, and ends by itself. In force now: {}. {what}.",
            format::span(gap),
            format::count(frame.chaos_faults as u64, "fault"),
        ),
    }
}
