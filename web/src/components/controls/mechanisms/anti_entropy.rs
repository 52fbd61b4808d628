//! Merkle anti-entropy.

use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::dial;
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{DEPTH, KEYS_A_SECOND, NUMBER, PERIOD, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Anti-entropy",
    sentence: "Replicas compare hash trees of their keys now and then, and exchange only what differs.",
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
        "replicas do not compare".to_owned()
    }
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.anti_entropy;
    Line::default()
        .counted(it.completed, "exchange")
        .and(it.hashes_compared, "hashes compared")
        .and(it.keys_differing, "keys differed")
        .and(it.keys_fixed, "fixed")
        .and(it.throttled, "left for later")
        .and(it.abandoned, "broken off")
}

fn controls(desk: &Desk) -> Html {
    let it = desk.settings().anti_entropy;
    html! {
        <>
            { dial("Every", &PERIOD, it.period.as_ms(),
                desk.change(|settings, ms| settings.anti_entropy.period = duration(ms))) }
            { dial("Peers at once", &NUMBER, f64::from(it.concurrency),
                desk.change(|settings, peers| settings.anti_entropy.concurrency = whole(peers))) }
            { dial("Sends", &KEYS_A_SECOND, f64::from(it.keys_per_second),
                desk.change(|settings, rate| settings.anti_entropy.keys_per_second = whole(rate))) }
            { dial("Tree depth", &DEPTH, f64::from(it.depth),
                desk.change(|settings, depth| settings.anti_entropy.depth = whole(depth))) }
        </>
    }
}
