//! The panel of N, R and W.

use ringside_lab::{Command, Quorum};
use yew::prelude::*;

use crate::components::widgets::{Panel, Stepper};
use crate::engine::use_run;
use crate::format;

/// The sizes that the panel shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The sizes in force.
    pub(crate) quorum: Quorum,
    /// The number of nodes, which N cannot exceed.
    pub(crate) nodes: usize,
}

/// Steppers for N, R and W, which act on the running cluster, and the overlap that they guarantee.
#[component]
pub(crate) fn QuorumPanel(props: &Props) -> Html {
    let engine = use_run();
    let Props { quorum, .. } = props;
    let (n, r, w) = (quorum.n(), quorum.r(), quorum.w());
    let set = |sizes: fn(Quorum, u16) -> (u16, u16, u16)| {
        let (engine, quorum) = (engine.clone(), *quorum);
        Callback::from(move |number: u16| {
            let (n, r, w) = sizes(quorum, number);
            engine.act(Command::Quorum { n, r, w });
        })
    };
    let overlap = quorum.overlap();
    let class = if overlap > 0 { "overlap is-strict" } else { "overlap is-loose" };
    let aside = html! {
        <span class="overlap-sum">{ format!("R + W \u{2212} N = {}", format::signed(overlap)) }</span>
    };
    html! {
        <Panel name="quorum" title="Quorums" {aside}>
            <div class="steppers">
                <Stepper name="N" meaning="replicas" value={n} most={props.nodes as u16}
                    on_set={set(|quorum, n| (n, quorum.r().min(n), quorum.w().min(n)))} />
                <Stepper name="R" meaning="to read" value={r} most={n}
                    on_set={set(|quorum, r| (quorum.n(), r, quorum.w()))} />
                <Stepper name="W" meaning="to write" value={w} most={n}
                    on_set={set(|quorum, w| (quorum.n(), quorum.r(), w))} />
            </div>
            <p {class}>{ format::overlap(*quorum) }</p>
        </Panel>
    }
}
