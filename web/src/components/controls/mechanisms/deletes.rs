//! Deletes and values that expire.

use ringside_lab::Duration;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::told_dial;
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{LIFETIME, duration};

pub(super) const SPEC: Spec = Spec {
    title: "Deletes and expiry",
    sentence: "A delete leaves a tombstone, which keeps old copies from bringing the value back.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let it = &in_force.settings.deletes;
    let written = |limit| LIFETIME.written(to_dial(limit));
    format!("tombstones {}, values {}", written(it.grace), written(it.default_ttl))
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.tombstones;
    let there: u64 = frame.nodes.iter().map(|node| u64::from(node.tombstones)).sum();
    let line = Line::default().counted(there, "tombstone").and(it.collected, "dropped");
    line.and(it.expired, "expired")
}

fn controls(desk: &Desk) -> Html {
    let it = desk.settings().deletes;
    html! {
        <>
            { told_dial("Tombstones", "Shorter than a replica may be away, and deleted values come back.",
                &LIFETIME, to_dial(it.grace),
                desk.change(|settings, ms| settings.deletes.grace = from_dial(ms))) }
            { told_dial("Values live", "A value that is put without a time of its own is gone after this long.",
                &LIFETIME, to_dial(it.default_ttl),
                desk.change(|settings, ms| settings.deletes.default_ttl = from_dial(ms))) }
        </>
    }
}

/// No limit is an infinite value of the dial.
fn to_dial(limit: Option<Duration>) -> f64 {
    limit.map_or(f64::INFINITY, Duration::as_ms)
}

fn from_dial(ms: f64) -> Option<Duration> {
    ms.is_finite().then(|| duration(ms))
}
