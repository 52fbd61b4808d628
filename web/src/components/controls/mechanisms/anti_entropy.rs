//! The group of Merkle anti-entropy.

use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::slider;
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{DEPTH, KEYS_PER_SECOND, NUMBER, PERIOD, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Anti-entropy",
    sentence: "Replicas periodically compare hash trees of their keys, and exchange only the keys that differ.",
    switch: Some(|settings| &mut settings.anti_entropy.on),
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let it = &in_force.settings.anti_entropy;
    if it.on {
        format!("every {}, trees of depth {}", PERIOD.written(it.period.as_ms()), it.depth)
    } else {
        "replicas are not compared".to_owned()
    }
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.anti_entropy;
    CounterLine::default()
        .counted(it.completed, "exchange")
        .and(it.hashes_compared, "hashes compared")
        .and(it.keys_differing, "keys differed")
        .and(it.keys_fixed, "fixed")
        .and(it.throttled, "left for later")
        .and(it.abandoned, "abandoned")
}

fn controls(handle: &SettingsHandle) -> Html {
    let it = handle.settings().anti_entropy;
    html! {
        <>
            { slider("Every", &PERIOD, it.period.as_ms(),
                handle.change(|settings, ms| settings.anti_entropy.period = duration(ms))) }
            { slider("Peers at once", &NUMBER, f64::from(it.concurrency),
                handle.change(|settings, peers| settings.anti_entropy.concurrency = whole(peers))) }
            { slider("Sends", &KEYS_PER_SECOND, f64::from(it.keys_per_second),
                handle.change(|settings, rate| settings.anti_entropy.keys_per_second = whole(rate))) }
            { slider("Tree depth", &DEPTH, f64::from(it.depth),
                handle.change(|settings, depth| settings.anti_entropy.depth = whole(depth))) }
        </>
    }
}
