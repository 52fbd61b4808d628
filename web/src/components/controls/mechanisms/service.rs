//! The group of service time and mailboxes.

use ringside_lab::Command;
use ringside_lab::frame::Frame;
use ringside_lab::scenario::{LatencyModel, Service};
use yew::prelude::*;

use super::super::latency::{mean_ms, scaled_to};
use super::controls::described_slider;
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{MAILBOX, SERVICE, duration, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Load on nodes",
    sentence: "A node handles one message at a time; others wait in its mailbox.",
    switch: None,
    summary,
    counters,
    controls,
};

fn summary(in_force: &InForce) -> String {
    let service = &in_force.service;
    match &service.time {
        None => "messages take no time".to_owned(),
        Some(time) => {
            format!(
                "{} per message, mailboxes of {}",
                SERVICE.written(mean_ms(time)),
                service.mailbox
            )
        }
    }
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.mailbox;
    let longest = (it.longest > 0).then(|| format!("{} at most", it.longest));
    CounterLine::default().and(it.queued, "waited").and_so(longest).and(it.refused, "refused")
}

fn controls(handle: &SettingsHandle) -> Html {
    let service = &handle.in_force.service;
    let on_time = handle.command(|in_force, ms: f64| {
        let time = match &in_force.service.time {
            _ if ms <= 0.0 => None,
            Some(model) => Some(scaled_to(model, ms)),
            None => Some(LatencyModel::Constant(duration(ms))),
        };
        Command::Service(Service { time, ..in_force.service.clone() })
    });
    let on_mailbox = handle.command(|in_force, most| {
        Command::Service(Service { mailbox: whole(most), ..in_force.service.clone() })
    });
    html! {
        <>
            { described_slider("Per message", "The mean time that a node needs for each message.",
                &SERVICE, service.time.as_ref().map_or(0.0, mean_ms), on_time) }
            { described_slider("Mailbox", "A message that arrives at a full mailbox is refused and lost.",
                &MAILBOX, f64::from(service.mailbox), on_mailbox) }
        </>
    }
}
