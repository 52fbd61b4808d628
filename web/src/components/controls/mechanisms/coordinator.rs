//! The group of coordinator selection.

use ringside_lab::frame::Frame;
use ringside_lab::{Command, CoordinatorChoice};
use yew::prelude::*;

use super::controls::{DescribedChoice, chosen, list};
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};

pub(super) const SPEC: Spec = Spec {
    title: "Coordinator",
    sentence: "The node to which a client sends its operation; it then asks the replicas.",
    switch: None,
    summary,
    counters,
    controls,
};

const CHOICES: &[DescribedChoice<CoordinatorChoice>] = &[
    (
        CoordinatorChoice::Replica,
        "one of the key’s replicas",
        "Clients know the ring, and send each operation to a replica of its key.",
    ),
    (
        CoordinatorChoice::Any,
        "any node",
        "A load balancer that does not know the ring picks a node.",
    ),
    (
        CoordinatorChoice::Fixed,
        "a fixed node per client",
        "Each client sends all its operations to the same node.",
    ),
    (
        CoordinatorChoice::Fastest,
        "the fastest replica",
        "The replica that answered first when the client last read the key.",
    ),
];

fn summary(in_force: &InForce) -> String {
    chosen(CHOICES, in_force.coordinator).0.to_owned()
}

fn counters(_: &Frame) -> CounterLine {
    CounterLine::default()
}

fn controls(handle: &SettingsHandle) -> Html {
    let on_choose = handle.command(|_, choice| Command::Coordinator(choice));
    list("Clients ask", CHOICES, handle.in_force.coordinator, &on_choose)
}
