//! Hinted handoff.

use ringside_lab::frame::Frame;
use ringside_lab::settings::Holder;
use yew::prelude::*;

use super::controls::{Told, chosen, dial, segments, switch};
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{KEYS_A_SECOND, NUMBER, PERIOD, WINDOW, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Hinted handoff",
    sentence: "Keeps a write for a replica that is down, and brings it when the replica is back.",
    switch: Some(|settings| &mut settings.hints.on),
    summary,
    counters,
    controls,
};

const HOLDERS: &[Told<Holder>] = &[
    (Holder::StandIn, "the next node", "By the next node on the ring that is up (Dynamo)."),
    (Holder::Coordinator, "the coordinator", "By the node that coordinates the write (Cassandra)."),
];

fn summary(in_force: &InForce) -> String {
    let hints = &in_force.settings.hints;
    if !hints.on {
        return "nothing is kept for a replica that is down".to_owned();
    }
    let (holder, _) = chosen(HOLDERS, hints.holder);
    let count = if hints.count { "counts towards W" } else { "does not count" };
    format!("{holder} keeps, {count}")
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.hints;
    let hints = frame.nodes.iter().flat_map(|node| &node.hints);
    let held: u64 = hints.map(|(_, held)| u64::from(*held)).sum();
    let line = Line::default().and(it.kept, "kept").and(it.delivered, "delivered");
    line.and(held, "held now").and(it.refused, "refused").and(it.expired, "expired")
}

fn controls(desk: &Desk) -> Html {
    let it = desk.settings().hints;
    html! {
        <>
            { segments("Kept by", HOLDERS, it.holder,
                &desk.change(|settings, holder| settings.hints.holder = holder)) }
            { switch("Counts towards W", "A write that is kept for a replica counts as an acknowledgement.",
                it.count, desk.change(|settings, on| settings.hints.count = on)) }
            { dial("Window", &WINDOW, it.window.as_ms(),
                desk.change(|settings, ms| settings.hints.window = duration(ms))) }
            { dial("For one replica", &NUMBER, f64::from(it.most_per_target),
                desk.change(|settings, most| settings.hints.most_per_target = whole(most))) }
            { dial("Tries every", &PERIOD, it.period.as_ms(),
                desk.change(|settings, ms| settings.hints.period = duration(ms))) }
            { dial("Delivers", &KEYS_A_SECOND, f64::from(it.keys_per_second),
                desk.change(|settings, rate| settings.hints.keys_per_second = whole(rate))) }
        </>
    }
}
