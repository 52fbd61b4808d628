//! Gossip, and the failure detector that lives on it.

use ringside_lab::Detection;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use super::controls::{Told, dial, segments};
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{PERIOD, PHI, duration};

pub(super) const SPEC: Spec = Spec {
    title: "Gossip",
    sentence: "Each node keeps telling a random peer who is in the cluster, and who is alive.",
    switch: Some(|settings| &mut settings.gossip.on),
    summary,
    counters,
    controls,
};

/// How a node judges that a peer is down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judge {
    Phi,
    Timeout,
}

const JUDGES: &[Told<Judge>] = &[
    (
        Judge::Phi,
        "phi accrual",
        "A peer is suspected when its silence is too long to be chance, seen how often it is heard.",
    ),
    (Judge::Timeout, "timeout", "A peer is suspected after a silence of a fixed length."),
];

/// The threshold, where a person chooses phi: one suspicion in a hundred million is wrong.
const USUAL_PHI: f64 = 8.0;

/// The silence, where a person chooses a timeout, in periods of gossip.
const USUAL_SILENCE: f64 = 5.0;

fn summary(in_force: &InForce) -> String {
    let gossip = &in_force.settings.gossip;
    if !gossip.on {
        return "nobody learns who comes, goes or is down".to_owned();
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

fn counters(frame: &Frame) -> Line {
    let it = &frame.mechanisms.failure_detector;
    Line::default()
        .counted(it.suspected, "suspicion")
        .and(it.recovered, "ended")
        .and(it.refuted, "refuted by the suspect")
}

fn controls(desk: &Desk) -> Html {
    let gossip = desk.settings().gossip;
    let judge = match gossip.detection {
        Detection::PhiAccrual { .. } => Judge::Phi,
        Detection::Timeout { .. } => Judge::Timeout,
    };
    let on_judge = desk.change(|settings, judge| {
        settings.gossip.detection = match judge {
            Judge::Phi => Detection::PhiAccrual { threshold: USUAL_PHI },
            Judge::Timeout => {
                let silence = settings.gossip.period.as_ms() * USUAL_SILENCE;
                Detection::Timeout { after: duration(silence) }
            }
        };
    });
    let limit = match gossip.detection {
        Detection::PhiAccrual { threshold } => dial(
            "Phi from",
            &PHI,
            threshold,
            desk.change(|settings, threshold| {
                settings.gossip.detection = Detection::PhiAccrual { threshold };
            }),
        ),
        Detection::Timeout { after } => dial(
            "Silence from",
            &PERIOD,
            after.as_ms(),
            desk.change(|settings, ms| {
                settings.gossip.detection = Detection::Timeout { after: duration(ms) };
            }),
        ),
    };
    html! {
        <>
            { dial("Every", &PERIOD, gossip.period.as_ms(),
                desk.change(|settings, ms| settings.gossip.period = duration(ms))) }
            { segments("Suspect by", JUDGES, judge, &on_judge) }
            { limit }
        </>
    }
}
