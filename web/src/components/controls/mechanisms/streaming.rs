//! The group of range streaming.

use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::slider;
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{KEYS_PER_SECOND, NUMBER, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Streaming",
    sentence: "When a node joins or leaves, the keys of its ranges move to their new owners at this rate.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let it = &in_force.settings.streaming;
    format!("{} keys per second, {} per message", it.keys_per_second, it.keys_per_message)
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.streaming;
    let ranges = (it.begun > 0).then(|| format!("{} of {} ranges", it.completed, it.begun));
    let line = CounterLine::default().and_so(ranges).counted(it.keys, "key");
    line.and(it.keys_handed_over, "handed over").and(it.resumed, "resumed")
}

fn controls(handle: &SettingsHandle) -> Html {
    let it = handle.settings().streaming;
    html! {
        <>
            { slider("Sends", &KEYS_PER_SECOND, f64::from(it.keys_per_second),
                handle.change(|settings, rate| settings.streaming.keys_per_second = whole(rate))) }
            { slider("In a message", &NUMBER, f64::from(it.keys_per_message),
                handle.change(|settings, keys| settings.streaming.keys_per_message = whole(keys))) }
        </>
    }
}
