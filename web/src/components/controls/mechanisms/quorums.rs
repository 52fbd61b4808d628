//! The group of quorum rules.

use ringside_lab::frame::Frame;
use ringside_lab::settings::Ask;
use yew::prelude::*;

use super::controls::{DescribedChoice, described_slider, segments, slider, switch};
use super::handle::{InForce, SettingsHandle};
use super::spec::{CounterLine, Spec};
use crate::components::widgets::{CAP, QUANTILE, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Quorum rules",
    sentence: "Which answers count towards R and W, and which replicas a coordinator asks.",
    switch: None,
    summary,
    counters,
    controls,
};

const SLOPPY: &[DescribedChoice<bool>] = &[
    (false, "strict", "Only the key’s own N replicas count."),
    (
        true,
        "sloppy",
        "The first N nodes on the ring that are up, according to gossip, stand in for the key’s own N.",
    ),
];

const ASK: &[DescribedChoice<Ask>] = &[
    (Ask::All, "all N", "A read asks all N replicas, and the first R answers decide."),
    (
        Ask::Quorum,
        "R only",
        "A read asks only R replicas: fewer messages, but it waits for every one of them.",
    ),
];

/// The quantile past which a read is slow, when the user switches speculation on.
const DEFAULT_QUANTILE: f64 = 0.95;

fn summary(in_force: &InForce) -> String {
    let rules = &in_force.settings.quorum;
    let mut parts = vec![if rules.sloppy { "sloppy" } else { "strict" }.to_owned()];
    parts.push(if rules.ask == Ask::All { "all N asked" } else { "R asked" }.to_owned());
    parts.extend(rules.digests.then(|| "digests".to_owned()));
    parts.extend(rules.speculation.map(|it| format!("one more past {}", QUANTILE.written(it))));
    parts.extend(rules.register.then(|| "register".to_owned()));
    parts.extend(rules.most_in_progress.map(|most| format!("{most} in progress at most")));
    parts.join(", ")
}

fn counters(frame: &Frame) -> CounterLine {
    let (reads, mailbox) = (&frame.mechanisms.asking, &frame.mechanisms.mailbox);
    CounterLine::default()
        .counted(reads.digests, "digest")
        .and(reads.digest_mismatches, "did not match")
        .and(reads.speculated, "asked in addition")
        .and(reads.speculations_won, "of them decided")
        .and(mailbox.overloaded, "refused")
}

fn controls(handle: &SettingsHandle) -> Html {
    let rules = handle.settings().quorum;
    let cap = rules.most_in_progress.map_or(f64::INFINITY, f64::from);
    html! {
        <>
            { segments("Quorum", SLOPPY, rules.sloppy,
                &handle.change(|settings, sloppy| settings.quorum.sloppy = sloppy)) }
            { segments("Reads ask", ASK, rules.ask,
                &handle.change(|settings, ask| settings.quorum.ask = ask)) }
            { switch("Digest reads", "One replica sends its versions, the others send only a hash of theirs.",
                rules.digests, handle.change(|settings, on| settings.quorum.digests = on)) }
            { switch("Speculative reads", "If only R replicas are asked, a read that takes longer than most asks one more.",
                rules.speculation.is_some(), handle.change(|settings, on: bool| {
                    settings.quorum.speculation = on.then_some(DEFAULT_QUANTILE);
                })) }
            if let Some(quantile) = rules.speculation {
                { slider("Slower than", &QUANTILE, quantile, handle.change(|settings, quantile| {
                    settings.quorum.speculation = Some(quantile);
                })) }
            }
            { switch("Linearizable register", "A read writes back what it returns, and a write reads first, so that no \
                later read goes back in time.",
                rules.register, handle.change(|settings, on| settings.quorum.register = on)) }
            { described_slider("In progress", "A coordinator with this many operations in progress refuses further ones.",
                &CAP, cap, handle.change(|settings, cap: f64| {
                    settings.quorum.most_in_progress = cap.is_finite().then(|| whole(cap));
                })) }
        </>
    }
}
