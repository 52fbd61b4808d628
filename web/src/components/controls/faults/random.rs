//! Faults that strike many nodes, or anywhere.

use ringside_lab::Command;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::command_button::Acts;
use crate::components::widgets::{CHAOS, DetentSlider, PERIOD, duration};
use crate::format;

/// How long a swizzle takes from each step to the next, as long as nobody says otherwise.
const USUAL_STEP_MS: f64 = 500.0;

/// Swizzle, and the dial of chaos.
#[component]
pub(super) fn RandomFaults(props: &Acts) -> Html {
    let step_ms = use_state(|| USUAL_STEP_MS);
    let on_step = {
        let step_ms = step_ms.clone();
        Callback::from(move |ms| step_ms.set(ms))
    };
    let on_chaos = {
        let acts = props.clone();
        Callback::from(move |dial| acts.act(Command::Chaos(dial)))
    };
    let nodes = props.chosen_that(|_| true);
    let every = duration(*step_ms);
    let swizzle =
        if nodes.is_empty() { Vec::new() } else { vec![Command::Swizzle { nodes, every }] };
    html! {
        <>
            <p class="sentence" id="chaos-words">{ chaos_words(&props.snapshot.frame) }</p>
            <DetentSlider label="Chaos" scale={&CHAOS} value={props.snapshot.frame.chaos}
                described_by="chaos-words" on_set={on_chaos} />
            <p class="sentence">
                { "A swizzle isolates the chosen nodes one by one, and heals them in another order." }
            </p>
            <DetentSlider label="A step every" scale={&PERIOD} value={*step_ms} on_set={on_step} />
            <div class="act-row">
                { props.button("Swizzle", swizzle, "Begins it", "choose nodes") }
            </div>
        </>
    }
}

/// Says what the dial of chaos does where it stands.
fn chaos_words(frame: &Frame) -> String {
    let what =
        "It crashes, pauses, slows, cuts and clogs what it likes, and loses and doubles messages";
    match frame.chaos_gap {
        None => format!("Chaos is off. {what}; back at zero, it ends what it began."),
        Some(gap) => format!(
            "A fault strikes about every {}, and ends by itself. In force now: {}. {what}.",
            format::span(gap),
            format::counted(frame.chaos_faults as u64, "fault"),
        ),
    }
}
