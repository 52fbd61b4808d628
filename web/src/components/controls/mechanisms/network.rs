//! What else channels do to messages.

use ringside_lab::Command;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::told_dial;
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::LOSS;
use crate::format;

pub(super) const SPEC: Spec = Spec {
    title: "Network extras",
    sentence: "What channels may do to a message besides losing it.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let InForce { duplication, reordering, .. } = in_force;
    format!("{} twice, {} overtaken", format::percent(*duplication), format::percent(*reordering))
}

fn counters(_: &Frame) -> Line {
    Line::default()
}

fn controls(desk: &Desk) -> Html {
    let InForce { duplication, reordering, .. } = *desk.in_force;
    html! {
        <>
            { told_dial("Duplication", "This share of messages between nodes arrives twice.", &LOSS,
                duplication, desk.command(|_, share| Command::Duplication(share))) }
            { told_dial("Reordering", "This share takes a second delay, and later ones overtake it.", &LOSS,
                reordering, desk.command(|_, share| Command::Reordering(share))) }
        </>
    }
}
