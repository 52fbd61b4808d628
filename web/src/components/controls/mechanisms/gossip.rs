//! The group of gossip, and of the failure detector that uses it.

use ringside_lab::Detection;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::{DescribedChoice, segments, slider};
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{PERIOD, PHI, duration};

pub(super) const SPEC: Spec = Spec {
    title: "Gossip",
    sentence: "Nodes periodically exchange what they know about membership and failures with a random peer.",
    switch: Some(|settings| &mut settings.gossip.on),
    summary,
    counters,
    controls,
};

/// The failure detector of the nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detector {
    Phi,
    Timeout,
}

const DETECTORS: &[DescribedChoice<Detector>] = &[
    (
        Detector::Phi,
        "phi accrual",
        "A peer is suspected when its silence is improbably long, given the intervals between its heartbeats.",
    ),
    (Detector::Timeout, "timeout", "A peer is suspected after a silence of a fixed length."),
];

/// The threshold when the user switches to phi: one suspicion in a hundred million is wrong.
const DEFAULT_PHI: f64 = 8.0;

/// The silence when the user switches to a timeout, in gossip periods.
const DEFAULT_SILENCE: f64 = 5.0;

fn summary(in_force: &InForce) -> String {
    let gossip = &in_force.settings.gossip;
    if !gossip.on {
        return "membership changes and failures go unnoticed".to_owned();
    }
    let period = PERIOD.written(gossip.period.as_ms());
    match gossip.detection {
        Detection::PhiAccrual { threshold } => {
            format!("every {period}, down from phi {}", PHI.written(threshold))
        }
        Detection::Timeout { after } => {
            format!("every {period}, down after {}", PERIOD.written(after.as_ms()))
        }
    }
}

fn counters(frame: &Frame) -> CounterLine {
    let it = &frame.mechanisms.failure_detector;
    CounterLine::default()
        .counted(it.suspected, "suspicion")
        .and(it.recovered, "ended")
        .and(it.refuted, "refuted by the suspect")
}

fn controls(handle: &SettingsHandle) -> Html {
    let gossip = handle.settings().gossip;
    let detector = match gossip.detection {
        Detection::PhiAccrual { .. } => Detector::Phi,
        Detection::Timeout { .. } => Detector::Timeout,
    };
    let on_detector = handle.change(|settings, detector| {
        settings.gossip.detection = match detector {
            Detector::Phi => Detection::PhiAccrual { threshold: DEFAULT_PHI },
            Detector::Timeout => {
                let silence = settings.gossip.period.as_ms() * DEFAULT_SILENCE;
                Detection::Timeout { after: duration(silence) }
            }
        };
    });
    let limit = match gossip.detection {
        Detection::PhiAccrual { threshold } => slider(
            "Phi from",
            &PHI,
            threshold,
            handle.change(|settings, threshold| {
                settings.gossip.detection = Detection::PhiAccrual { threshold };
            }),
        ),
        Detection::Timeout { after } => slider(
            "Silence from",
            &PERIOD,
            after.as_ms(),
            handle.change(|settings, ms| {
                settings.gossip.detection = Detection::Timeout { after: duration(ms) };
            }),
        ),
    };
    html! {
        <>
            { slider("Every", &PERIOD, gossip.period.as_ms(),
                handle.change(|settings, ms| settings.gossip.period = duration(ms))) }
            { segments("Suspect by", DETECTORS, detector, &on_detector) }
            { limit }
        </>
    }
}
