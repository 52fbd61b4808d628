//! How versions are told apart.

use ringside_lab::frame::Frame;
use ringside_lab::settings::{Order, Truncation};
use yew::prelude::*;

use super::controls::{Told, chosen, dial, segments, switch};
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{NUMBER, WINDOW, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Versions",
    sentence: "How the store tells which of two writes to a key replaces the other.",
    switch: None,
    summary,
    counters,
    controls,
};

const ORDERS: &[Told<Order>] = &[
    (
        Order::Dotted,
        "dotted vectors",
        "A write replaces exactly what its writer had seen; all else stays as a sibling.",
    ),
    (
        Order::Plain,
        "plain vectors",
        "One vector for all of a key’s siblings: cheap, but it can’t tell what a writer had not seen.",
    ),
    (
        Order::LastWriteWins,
        "last write wins",
        "The write with the latest clock time stays, and the others are gone without a trace.",
    ),
];

/// What is cut off where a person switches it on: little enough to be seen in a small cluster.
const USUAL: Truncation = Truncation { entries: 3, age: ringside_lab::Duration::from_secs(1) };

fn summary(in_force: &InForce) -> String {
    let versions = &in_force.settings.versions;
    let (order, _) = chosen(ORDERS, versions.order);
    match versions.truncation {
        Some(truncation) => format!("{order}, clocks cut to {} writers", truncation.entries),
        None => order.to_owned(),
    }
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.siblings;
    let widest = (it.widest > 1).then(|| format!("{} siblings at most", it.widest));
    Line::default()
        .counted(it.conflicting_reads, "conflicting read")
        .and_so(widest)
        .counted(it.truncated, "clock cut")
}

fn controls(desk: &Desk) -> Html {
    let versions = desk.settings().versions;
    let on_order = desk.change(|settings, order| settings.versions.order = order);
    let on_truncate =
        desk.change(|settings, on: bool| settings.versions.truncation = on.then_some(USUAL));
    html! {
        <>
            { segments("Order", ORDERS, versions.order, &on_order) }
            { switch("Clock truncation", "Forgets the quietest writers of a long clock: it stays short, and \
                settled conflicts may come back.", versions.truncation.is_some(), on_truncate) }
            if let Some(it) = versions.truncation {
                { dial("Writers kept", &NUMBER, f64::from(it.entries), desk.change(move |settings, entries| {
                    let truncation = Truncation { entries: whole(entries), ..it };
                    settings.versions.truncation = Some(truncation);
                })) }
                { dial("Quiet for", &WINDOW, it.age.as_ms(), desk.change(move |settings, age| {
                    let truncation = Truncation { age: duration(age), ..it };
                    settings.versions.truncation = Some(truncation);
                })) }
            }
        </>
    }
}
