//! Faults that strike many nodes, or anywhere.

use ringside_lab::Command;
use yew::prelude::*;

use super::acts::Acts;
use crate::components::fields::scales::{CHAOS, PERIOD};
use crate::components::fields::{DetentSlider, duration};

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
        let engine = props.engine.clone();
        Callback::from(move |dial| engine.act(Command::Chaos(dial)))
    };
    let nodes = props.chosen_that(|_| true);
    let every = duration(*step_ms);
    let swizzle =
        if nodes.is_empty() { Vec::new() } else { vec![Command::Swizzle { nodes, every }] };
    html! {
        <>
            <p class="sentence">
                { "Chaos crashes, cuts, pauses and slows what it likes; at zero it ends what it began." }
            </p>
            <DetentSlider label="Chaos" scale={&CHAOS} value={props.snapshot.frame.chaos}
                on_set={on_chaos} />
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
