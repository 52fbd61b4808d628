//! Wall clocks that are off.

use ringside_lab::Command;
use ringside_lab::scenario::{Clock, Skew};
use yew::prelude::*;

use super::command_button::{Acts, each};
use crate::components::widgets::{DRIFT, DetentSlider, SKEW};

/// How far a clock is set off, as long as nobody says otherwise.
const USUAL_SKEW_MS: f64 = 500.0;

/// Sets the wall clocks of the chosen nodes off.
#[component]
pub(super) fn ClockFaults(props: &Acts) -> Html {
    let off = use_state(|| (USUAL_SKEW_MS, 0.0));
    let (skew_ms, drift_ppm) = *off;
    let on_skew = {
        let off = off.clone();
        Callback::from(move |ms| off.set((ms, off.1)))
    };
    let on_drift = Callback::from(move |ppm| off.set((off.0, ppm)));
    let set = |skew_us: i64, drift_ppm: i32| {
        move |node| Command::Clock(Clock { node, skew: Skew(skew_us), drift_ppm })
    };
    let any = props.chosen_that(|_| true);
    html! {
        <>
            <DetentSlider label="Ahead by" scale={&SKEW} value={skew_ms} on_set={on_skew} />
            <DetentSlider label="Drift" scale={&DRIFT} value={drift_ppm} on_set={on_drift} />
            <div class="act-row">
                { props.button("Set clock", each(&any, set((skew_ms * 1e3) as i64, drift_ppm as i32)),
                    "Writes and expiry go by it; timers stay right", "choose a node") }
                { props.button("Right clock", each(&any, set(0, 0)),
                    "It is right again, and does not drift", "choose a node") }
            </div>
        </>
    }
}
