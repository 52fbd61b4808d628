//! What a read does about replicas that it finds stale.

use ringside_lab::frame::Frame;
use ringside_lab::settings::ReadRepair;
use yew::prelude::*;

use super::controls::{Told, chosen, segments};
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};

pub(super) const SPEC: Spec = Spec {
    title: "Read repair",
    sentence: "A read compares what replicas answer, and brings those that are stale what they lack.",
    switch: None,
    summary,
    counters,
    controls,
};

const CHOICES: &[Told<ReadRepair>] = &[
    (ReadRepair::Off, "off", "Stale replicas are left as they are."),
    (
        ReadRepair::Asynchronous,
        "asynchronous",
        "The client is answered first, and nobody waits for the repair.",
    ),
    (
        ReadRepair::Blocking,
        "blocking",
        "The client is answered once R replicas hold what it is told.",
    ),
];

fn summary(in_force: &InForce) -> String {
    chosen(CHOICES, in_force.settings.read_repair).0.to_owned()
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.read_repair;
    Line::default()
        .and(it.sent, "sent")
        .and(it.changed, "changed a replica")
        .counted(it.waited, "read waited")
}

fn controls(desk: &Desk) -> Html {
    let on_choose = desk.change(|settings, choice| settings.read_repair = choice);
    segments("Repair", CHOICES, desk.settings().read_repair, &on_choose)
}
