//! Whose answers count, and how replicas are asked.

use ringside_lab::frame::Frame;
use ringside_lab::settings::Ask;
use yew::prelude::*;

use super::controls::{Told, dial, segments, switch, told_dial};
use super::handle::{Desk, InForce};
use super::spec::{Line, Spec};
use crate::components::widgets::{CAP, QUANTILE, whole};

pub(super) const SPEC: Spec = Spec {
    title: "Quorum rules",
    sentence: "Whose answers count towards R and W, and whom a coordinator asks.",
    switch: None,
    summary,
    counters,
    controls,
};

const SLOPPY: &[Told<bool>] = &[
    (false, "strict", "Only the key’s own N replicas count."),
    (true, "sloppy", "The first N nodes that gossip says are up stand in for the key’s own N."),
];

const ASK: &[Told<Ask>] = &[
    (Ask::All, "all N", "A read asks all N replicas, and the first R answers decide."),
    (
        Ask::Quorum,
        "R only",
        "A read asks R replicas only: fewer messages, and it waits for each of them.",
    ),
];

/// The quantile past which a read is slow, where a person switches that on.
const USUAL_QUANTILE: f64 = 0.95;

fn summary(in_force: &InForce) -> String {
    let rules = &in_force.settings.quorum;
    let mut parts = vec![if rules.sloppy { "sloppy" } else { "strict" }.to_owned()];
    parts.push(if rules.ask == Ask::All { "all N asked" } else { "R asked" }.to_owned());
    parts.extend(rules.digests.then(|| "digests".to_owned()));
    parts.extend(rules.speculation.map(|it| format!("one more past {}", QUANTILE.written(it))));
    parts.extend(rules.register.then(|| "register".to_owned()));
    parts.extend(rules.most_in_progress.map(|most| format!("{most} at once")));
    parts.join(", ")
}

fn counters(frame: &Frame) -> Line {
    let (reads, mailbox) = (&frame.mechanisms.asking, &frame.mechanisms.mailbox);
    Line::default()
        .counted(reads.digests, "digest")
        .and(reads.digest_mismatches, "did not match")
        .and(reads.speculated, "asked in addition")
        .and(reads.speculations_won, "of them decided")
        .and(mailbox.overloaded, "refused")
}

fn controls(desk: &Desk) -> Html {
    let rules = desk.settings().quorum;
    let cap = rules.most_in_progress.map_or(f64::INFINITY, f64::from);
    html! {
        <>
            { segments("Quorum", SLOPPY, rules.sloppy,
                &desk.change(|settings, sloppy| settings.quorum.sloppy = sloppy)) }
            { segments("Reads ask", ASK, rules.ask,
                &desk.change(|settings, ask| settings.quorum.ask = ask)) }
            { switch("Digest reads", "One replica sends its versions, the others only a checksum of theirs.",
                rules.digests, desk.change(|settings, on| settings.quorum.digests = on)) }
            { switch("Speculative reads", "Where R are asked: a read that takes longer than most asks one more.",
                rules.speculation.is_some(), desk.change(|settings, on: bool| {
                    settings.quorum.speculation = on.then_some(USUAL_QUANTILE);
                })) }
            if let Some(quantile) = rules.speculation {
                { dial("Slower than", &QUANTILE, quantile, desk.change(|settings, quantile| {
                    settings.quorum.speculation = Some(quantile);
                })) }
            }
            { switch("Linearizable register", "A read writes back what it returns, and a writer reads first: no \
                later read goes back in time.",
                rules.register, desk.change(|settings, on| settings.quorum.register = on)) }
            { told_dial("At once", "A coordinator with this many operations in progress refuses more.",
                &CAP, cap, desk.change(|settings, cap: f64| {
                    settings.quorum.most_in_progress = cap.is_finite().then(|| whole(cap));
                })) }
        </>
    }
}
