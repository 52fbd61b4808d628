//! The group of version ordering.

use ringside_lab::frame::Frame;
use ringside_lab::settings::{Order, Truncation};
use yew::prelude::*;

use super::controls::{DescribedChoice, chosen, segments, slider, switch};
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{NUMBER, WINDOW, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Versions",
    sentence: "How the store decides which of two writes to a key replaces the other.",
    switch: None,
    summary,
    counters,
    controls,
};

const ORDERS: &[DescribedChoice<Order>] = &[
    (
        Order::Dotted,
        "dotted vectors",
        "A write replaces exactly the versions that its writer had seen; others stay as siblings.",
    ),
    (
        Order::Plain,
        "plain vectors",
        "One vector for all siblings of a key: cheap, but it cannot identify versions that a writer had not seen.",
    ),
    (
        Order::LastWriteWins,
        "last write wins",
        "The write with the latest clock time stays, and the others are lost without a trace.",
    ),
];

/// The truncation when the user switches it on: short enough to have an effect in a small cluster.
const DEFAULT: Truncation = Truncation { entries: 3, age: ringside_lab::Duration::from_secs(1) };

fn summary(in_force: &InForce) -> String {
    let versions = &in_force.settings.versions;
    let (order, _) = chosen(ORDERS, versions.order);
    match versions.truncation {
        Some(truncation) => format!("{order}, clocks cut to {} writers", truncation.entries),
        None => order.to_owned(),
    }
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.siblings;
    let widest = (it.widest > 1).then(|| format!("{} siblings at most", it.widest));
    CounterLine::default()
        .counted(it.conflicting_reads, "conflicting read")
        .and_so(widest)
        .counted(it.truncated, "clock cut")
}

fn controls(handle: &SettingsHandle) -> Html {
    let versions = handle.settings().versions;
    let on_order = handle.change(|settings, order| settings.versions.order = order);
    let on_truncate =
        handle.change(|settings, on: bool| settings.versions.truncation = on.then_some(DEFAULT));
    html! {
        <>
            { segments("Order", ORDERS, versions.order, &on_order) }
            { switch("Clock truncation", "Drops the writers of a long clock that have been quiet the longest: the clock stays short, but \
                settled conflicts can come back.", versions.truncation.is_some(), on_truncate) }
            if let Some(it) = versions.truncation {
                { slider("Writers kept", &NUMBER, f64::from(it.entries), handle.change(move |settings, entries| {
                    let truncation = Truncation { entries: whole(entries), ..it };
                    settings.versions.truncation = Some(truncation);
                })) }
                { slider("Quiet for", &WINDOW, it.age.as_ms(), handle.change(move |settings, age| {
                    let truncation = Truncation { age: duration(age), ..it };
                    settings.versions.truncation = Some(truncation);
                })) }
            }
        </>
    }
}
