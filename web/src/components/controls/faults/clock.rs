//! Controls that set wall clocks wrong.

use ringside_lab::Command;
use ringside_lab::scenario::{Clock, Skew};
use yew::prelude::*;

use super::command_button::{CommandButton, each};
use super::scope::FaultScope;
use crate::components::widgets::{DRIFT, DetentSlider, SKEW};

/// The initial position of the skew slider.
const DEFAULT_SKEW_MS: f64 = 500.0;

/// Sliders and buttons that set the wall clocks of the selected nodes.
#[component]
pub(super) fn ClockFaults(props: &FaultScope) -> Html {
    let set_to = use_state(|| (DEFAULT_SKEW_MS, 0.0));
    let (skew_ms, drift_ppm) = *set_to;
    let on_skew = {
        let set_to = set_to.clone();
        Callback::from(move |ms| set_to.set((ms, set_to.1)))
    };
    let on_drift = Callback::from(move |ppm| set_to.set((set_to.0, ppm)));
    let set = |skew_us: i64, drift_ppm: i32| {
        move |node| Command::Clock(Clock { node, skew: Skew(skew_us), drift_ppm })
    };
    let (any, delay) = (props.chosen_where(|_| true), props.delay);
    html! {
        <>
            <DetentSlider label="Ahead by" scale={&SKEW} value={skew_ms} on_set={on_skew} />
            <DetentSlider label="Drift" scale={&DRIFT} value={drift_ppm} on_set={on_drift} />
            <div class="act-row">
                <CommandButton label="Set clock" {delay}
                    commands={each(&any, set((skew_ms * 1e3) as i64, drift_ppm as i32))}
                    effect="Write timestamps and expiry use this clock; timers do not"
                    requires="select a node" />
                <CommandButton label="Correct clock" {delay} commands={each(&any, set(0, 0))}
                    effect="Sets the clock right and stops its drift" requires="select a node" />
            </div>
        </>
    }
}
