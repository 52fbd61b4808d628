//! The table of the measured figures of both runs.

use std::rc::Rc;

use yew::prelude::*;

use crate::format;
use crate::state::twins::{Side, TwinsFrame};

/// The props of `Figures`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Both runs.
    pub(super) twins: Rc<TwinsFrame>,
    /// The names of the runs.
    pub(super) names: [AttrValue; 2],
}

/// The name of a figure, and the function that writes it for a run.
type Figure = (&'static str, fn(&Side) -> String);

const FIGURES: [Figure; 26] = [
    ("Reads that met their quorum", |it| format::thousands(it.report.reads.ok)),
    ("Failed reads", |it| format::thousands(it.report.reads.failed)),
    ("Read latency, p50", |it| ms(it.report.reads.latency_ms.p50)),
    ("Read latency, p99", |it| ms(it.report.reads.latency_ms.p99)),
    ("Writes that met their quorum", |it| format::thousands(it.report.writes.ok)),
    ("Failed writes", |it| format::thousands(it.report.writes.failed)),
    ("Write latency, p50", |it| ms(it.report.writes.latency_ms.p50)),
    ("Write latency, p99", |it| ms(it.report.writes.latency_ms.p99)),
    ("Stale reads", |it| format::thousands(it.measured.staleness.stale)),
    ("Share of stale reads", |it| share(it.measured.staleness.stale_rate)),
    ("Staleness age, p95", |it| ms(it.measured.staleness.age_ms.p95)),
    ("Staleness age, p99", |it| ms(it.measured.staleness.age_ms.p99)),
    ("Staleness age, oldest", |it| ms(it.measured.staleness.age_ms.max)),
    ("Convergence, p50", |it| ms(it.measured.convergence_ms.p50)),
    ("Convergence, p99", |it| ms(it.measured.convergence_ms.p99)),
    ("Writes not converged", |it| format::thousands(it.measured.convergence_ms.pending)),
    ("Acknowledged writes lost", |it| format::thousands(it.measured.convergence_ms.lost)),
    ("Reads with siblings", |it| format::thousands(it.measured.conflicts.reads)),
    ("Reads older than an earlier read", |it| {
        format::thousands(it.measured.sessions.monotonic_reads)
    }),
    ("Reads that miss the client’s own write", |it| {
        format::thousands(it.measured.sessions.read_your_writes)
    }),
    ("Repair debt, copies", |it| format::thousands(it.measured.debt.pairs)),
    ("Hints held", |it| format::thousands(it.measured.hint_queue.held)),
    ("Read repairs", |it| format::thousands(it.measured.repairs.read_repairs)),
    ("Merkle repairs", |it| format::thousands(it.measured.repairs.merkle_fixed)),
    ("Messages sent", |it| format::thousands(it.frame.totals.sent)),
    ("Messages lost", |it| format::thousands(it.frame.totals.dropped)),
];

fn ms(value: Option<f64>) -> String {
    value.map_or("\u{2013}".to_owned(), format::length_ms)
}

fn share(value: Option<f64>) -> String {
    value.map_or("\u{2013}".to_owned(), format::percent)
}

/// A table with one column per run, in which rows that differ are marked.
#[component]
pub(super) fn Figures(props: &Props) -> Html {
    let Some([shown, other]) = &props.twins.sides else { return Html::default() };
    let [one, two] = &props.names;
    let row = |(name, figure): &Figure| {
        let (here, there) = (figure(shown), figure(other));
        let differs = here != there;
        html! {
            <tr key={*name} class={differs.then_some("is-different")}>
                <th scope="row">{ *name }</th>
                <td>{ here }</td>
                <td>{ there }</td>
                <td>{ if differs { "\u{2260}" } else { "=" } }</td>
            </tr>
        }
    };
    html! {
        <div class="twins-figures">
            <h3 id="twins-figures-heading">{ "Measured so far" }</h3>
            <table aria-labelledby="twins-figures-heading">
                <thead>
                    <tr>
                        <th scope="col">{ "Figure" }</th>
                        <th scope="col">{ one }</th>
                        <th scope="col">{ two }</th>
                        <th scope="col"><abbr title="Whether they differ">{ "\u{2260}" }</abbr></th>
                    </tr>
                </thead>
                <tbody>{ for FIGURES.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
