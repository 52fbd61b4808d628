//! How long a node takes for a message.

use ringside_lab::Command;
use ringside_lab::frame::Frame;
use ringside_lab::scenario::{LatencyModel, Service};
use yew::prelude::*;

use super::super::latency::{mean_ms, stretched};
use super::controls::told_dial;
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{MAILBOX, SERVICE, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Load on nodes",
    sentence: "A node handles one message after another; what comes meanwhile waits for its turn.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let service = &in_force.service;
    match &service.time {
        None => "no time for a message".to_owned(),
        Some(time) => {
            format!("{} a message, {} may wait", SERVICE.written(mean_ms(time)), service.mailbox)
        }
    }
}

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.mailbox;
    let longest = (it.longest > 0).then(|| format!("{} at most", it.longest));
    Line::default().and(it.queued, "waited").and_so(longest).and(it.refused, "refused")
}

fn controls(desk: &Desk) -> Html {
    let service = &desk.in_force.service;
    let on_time = desk.command(|in_force, ms: f64| {
        let time = match &in_force.service.time {
            _ if ms <= 0.0 => None,
            Some(model) => Some(stretched(model, ms)),
            None => Some(LatencyModel::Constant(duration(ms))),
        };
        Command::Service(Service { time, ..in_force.service.clone() })
    });
    let on_mailbox = desk.command(|in_force, most| {
        Command::Service(Service { mailbox: whole(most), ..in_force.service.clone() })
    });
    html! {
        <>
            { told_dial("Per message", "The mean time that a node is busy with each message.",
                &SERVICE, service.time.as_ref().map_or(0.0, mean_ms), on_time) }
            { told_dial("May wait", "One message more is refused, and lost.",
                &MAILBOX, f64::from(service.mailbox), on_mailbox) }
        </>
    }
}
