//! The movement of ranges when nodes come and go.

use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::dial;
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{KEYS_A_SECOND, NUMBER, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Streaming",
    sentence: "When a node comes or goes, the keys of its ranges move to their new owners at this pace.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let it = &in_force.settings.streaming;
    format!("{} keys a second, {} a message", it.keys_per_second, it.keys_per_message)
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.streaming;
    let ranges = (it.begun > 0).then(|| format!("{} of {} ranges", it.completed, it.begun));
    let line = Line::default().and_so(ranges).counted(it.keys, "key");
    line.and(it.keys_handed_over, "handed over").and(it.resumed, "resumed")
}

fn controls(desk: &Desk) -> Html {
    let it = desk.settings().streaming;
    html! {
        <>
            { dial("Sends", &KEYS_A_SECOND, f64::from(it.keys_per_second),
                desk.change(|settings, rate| settings.streaming.keys_per_second = whole(rate))) }
            { dial("In a message", &NUMBER, f64::from(it.keys_per_message),
                desk.change(|settings, keys| settings.streaming.keys_per_message = whole(keys))) }
        </>
    }
}
