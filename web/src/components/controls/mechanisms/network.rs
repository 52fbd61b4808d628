//! The group of duplication and reordering.

use ringside_lab::Command;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::described_slider;
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::LOSS;
use crate::format;

pub(super) const SPEC: Spec = Spec {
    title: "Network extras",
    sentence: "Channels can deliver a message twice or out of order, besides losing it.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let InForce { duplication, reordering, .. } = in_force;
    format!("{} twice, {} overtaken", format::percent(*duplication), format::percent(*reordering))
}

fn counters(_: &Frame) -> CounterLine {
    CounterLine::default()
}

fn controls(handle: &SettingsHandle) -> Html {
    let InForce { duplication, reordering, .. } = *handle.in_force;
    html! {
        <>
            { described_slider("Duplication", "This share of messages between nodes arrives twice.", &LOSS,
                duplication, handle.command(|_, share| Command::Duplication(share))) }
            { described_slider("Reordering", "This share of messages takes a second delay, and later ones overtake it.", &LOSS,
                reordering, handle.command(|_, share| Command::Reordering(share))) }
        </>
    }
}
