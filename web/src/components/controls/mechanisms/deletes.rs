//! The group of deletes and expiry.

use ringside_lab::Duration;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::described_slider;
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
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
    let written = |limit| LIFETIME.written(to_slider(limit));
    format!("tombstones {}, values {}", written(it.grace), written(it.default_ttl))
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.tombstones;
    let there: u64 = frame.nodes.iter().map(|node| u64::from(node.tombstones)).sum();
    let line = CounterLine::default().counted(there, "tombstone").and(it.collected, "dropped");
    line.and(it.expired, "expired")
}

fn controls(handle: &SettingsHandle) -> Html {
    let it = handle.settings().deletes;
    html! {
        <>
            { described_slider("Tombstones", "If a replica is away for longer than this, deleted values can come back.",
                &LIFETIME, to_slider(it.grace),
                handle.change(|settings, ms| settings.deletes.grace = from_slider(ms))) }
            { described_slider("Values live", "A value that is put without its own expiry time expires after this time.",
                &LIFETIME, to_slider(it.default_ttl),
                handle.change(|settings, ms| settings.deletes.default_ttl = from_slider(ms))) }
        </>
    }
}

/// Returns the position of the slider for a limit: no limit is an infinite value.
fn to_slider(limit: Option<Duration>) -> f64 {
    limit.map_or(f64::INFINITY, Duration::as_ms)
}

fn from_slider(ms: f64) -> Option<Duration> {
    ms.is_finite().then(|| duration(ms))
}
