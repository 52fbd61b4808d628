//! The group of hinted handoff.

use ringside_lab::frame::Frame;
use ringside_lab::settings::Holder;
use yew::prelude::*;

use super::controls::{DescribedChoice, chosen, segments, slider, switch};
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{KEYS_PER_SECOND, NUMBER, PERIOD, WINDOW, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Hinted handoff",
    sentence: "Another node keeps a write for a replica that is down, and delivers it when the replica is back.",
    switch: Some(|settings| &mut settings.hints.on),
    summary,
    counters,
    controls,
};

const HOLDERS: &[DescribedChoice<Holder>] = &[
    (
        Holder::StandIn,
        "the next node",
        "The next node on the ring that is up keeps the write (Dynamo).",
    ),
    (
        Holder::Coordinator,
        "the coordinator",
        "The node that coordinates the write keeps it (Cassandra).",
    ),
];

fn summary(in_force: &InForce) -> String {
    let hints = &in_force.settings.hints;
    if !hints.on {
        return "no writes are kept for replicas that are down".to_owned();
    }
    let (holder, _) = chosen(HOLDERS, hints.holder);
    let count = if hints.count { "counts towards W" } else { "does not count" };
    format!("{holder} keeps, {count}")
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.hints;
    let hints = frame.nodes.iter().flat_map(|node| &node.hints);
    let held: u64 = hints.map(|(_, held)| u64::from(*held)).sum();
    let line = CounterLine::default().and(it.kept, "kept").and(it.delivered, "delivered");
    line.and(held, "held now").and(it.refused, "refused").and(it.expired, "expired")
}

fn controls(handle: &SettingsHandle) -> Html {
    let it = handle.settings().hints;
    html! {
        <>
            { segments("Kept by", HOLDERS, it.holder,
                &handle.change(|settings, holder| settings.hints.holder = holder)) }
            { switch("Counts towards W", "A write that is kept for a replica counts as an acknowledgement.",
                it.count, handle.change(|settings, on| settings.hints.count = on)) }
            { slider("Window", &WINDOW, it.window.as_ms(),
                handle.change(|settings, ms| settings.hints.window = duration(ms))) }
            { slider("For one replica", &NUMBER, f64::from(it.most_per_target),
                handle.change(|settings, most| settings.hints.most_per_target = whole(most))) }
            { slider("Tries every", &PERIOD, it.period.as_ms(),
                handle.change(|settings, ms| settings.hints.period = duration(ms))) }
            { slider("Delivers", &KEYS_PER_SECOND, f64::from(it.keys_per_second),
                handle.change(|settings, rate| settings.hints.keys_per_second = whole(rate))) }
        </>
    }
}
