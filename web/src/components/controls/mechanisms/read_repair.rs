//! The group of read repair.

use ringside_lab::frame::Frame;
use ringside_lab::settings::ReadRepair;
use yew::prelude::*;

use super::controls::{DescribedChoice, chosen, segments};
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};

pub(super) const SPEC: Spec = Spec {
    title: "Read repair",
    sentence: "A read compares the answers of the replicas, and sends stale ones the versions they lack.",
    switch: None,
    summary,
    counters,
    controls,
};

const CHOICES: &[DescribedChoice<ReadRepair>] = &[
    (ReadRepair::Off, "off", "Stale replicas are left as they are."),
    (
        ReadRepair::Asynchronous,
        "asynchronous",
        "The client is answered first, and does not wait for the repair.",
    ),
    (
        ReadRepair::Blocking,
        "blocking",
        "The client is answered once R replicas hold what the read returns.",
    ),
];

fn summary(in_force: &InForce) -> String {
    chosen(CHOICES, in_force.settings.read_repair).0.to_owned()
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.read_repair;
    CounterLine::default()
        .and(it.sent, "sent")
        .and(it.changed, "changed a replica")
        .counted(it.waited, "read waited")
}

fn controls(handle: &SettingsHandle) -> Html {
    let on_choose = handle.change(|settings, choice| settings.read_repair = choice);
    segments("Repair", CHOICES, handle.settings().read_repair, &on_choose)
}
