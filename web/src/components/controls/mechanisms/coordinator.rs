//! Which node clients ask.

use ringside_lab::frame::Frame;
use ringside_lab::{Command, CoordinatorChoice};
use yew::prelude::*;

use super::controls::{Told, chosen, list};
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};

pub(super) const SPEC: Spec = Spec {
    title: "Who coordinates",
    sentence: "Which node a client sends its operation to; that one then asks the replicas.",
    switch: None,
    summary,
    counters,
    controls,
};

const CHOICES: &[Told<CoordinatorChoice>] = &[
    (CoordinatorChoice::Replica, "one of the key’s replicas", "Clients know the ring."),
    (
        CoordinatorChoice::Any,
        "any node",
        "A load balancer that knows nothing of keys stands between.",
    ),
    (
        CoordinatorChoice::Fixed,
        "one node each, always",
        "Each client sends all that it asks to one node.",
    ),
    (
        CoordinatorChoice::Fastest,
        "the fastest replica",
        "The one that answered first when the client read the key last.",
    ),
];

fn summary(in_force: &InForce) -> String {
    chosen(CHOICES, in_force.coordinator).0.to_owned()
}

fn counters(_: &Frame) -> Line {
    Line::default()
}

fn controls(desk: &Desk) -> Html {
    let on_choose = desk.command(|_, choice| Command::Coordinator(choice));
    list("Clients ask", CHOICES, desk.in_force.coordinator, &on_choose)
}
