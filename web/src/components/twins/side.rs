//! One of the two runs: a small ring, the selected key and the main indicators.

use std::rc::Rc;

use ringside_lab::Status;
use ringside_lab::frame::{KeyFrame, NodeFrame, ReplicaFrame};
use yew::prelude::*;

use crate::format;
use crate::graphics::ring::{Dial, SVG, owner_class};
use crate::state::twins::TwinsFrame;

/// The props of `SideColumn`.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Both runs.
    pub(super) twins: Rc<TwinsFrame>,
    /// The index of the run: 0 for the shown one, 1 for the other.
    pub(super) which: usize,
    /// The name of the run.
    pub(super) name: AttrValue,
    /// The places of the nodes.
    pub(super) dial: Rc<Dial>,
}

/// The most replicas, or nodes in one state, that are listed.
const LISTED: usize = 5;

/// A column with a ring, the selected key and the indicators of one run.
#[component]
pub(super) fn SideColumn(props: &Props) -> Html {
    let Props { twins, which, name, dial } = props;
    let Some(side) = twins.sides.as_ref().map(|sides| &sides[*which]) else {
        return Html::default();
    };
    let heading = format!("twins-side-{which}");
    let dash = if *which == 0 { "is-solid" } else { "is-dashed" };
    let frame = &side.frame;
    let key = frame.key.as_ref();
    let outcome = frame.operation.as_ref().map(|operation| {
        let ended = operation.outcome.as_ref().map_or("not answered yet", |it| it.words.as_str());
        format!("{} {}: {ended}", operation.operation, operation.key)
    });
    html! {
        <section class="twins-side" aria-labelledby={heading.clone()}>
            <h3 id={heading}><span class={classes!("twins-stroke", dash)} aria-hidden="true" />{ name }</h3>
            <svg class="twins-ring" viewBox="-820 -820 1640 1640" role="img"
                aria-label={description(&frame.nodes, key)}>
                <circle class="twins-circle" r={(0.62 * SVG).to_string()} />
                { for frame.nodes.iter().map(|it| html! {
                    <g key={it.id.0}>{ node(it, key, dial) }</g>
                }) }
            </svg>
            <div class="twins-key">
                if let Some(key) = key { { replicas(key) } }
                <p class="twins-outcome">{ outcome.unwrap_or_default() }</p>
            </div>
            { indicators(twins, *which) }
        </section>
    }
}

/// Renders a node as a disc with its letter, or as a square if it is down. A replica of the selected key
/// has a ring, which is broken if the replica's versions differ from the first one's.
fn node(node: &NodeFrame, key: Option<&KeyFrame>, dial: &Dial) -> Html {
    let Some(place) = dial.node(node.id) else { return Html::default() };
    let (x, y) = (place.x * SVG, place.y * SVG);
    let radius = dial.node_radius() * SVG;
    let replica =
        key.and_then(|key| Some((key, key.replicas.iter().find(|it| it.node == node.id)?)));
    let same = replica.map(|(key, it)| agrees(key, it));
    let (low, size) = (-radius, 2.0 * radius);
    let number = |value: f64| format!("{value:.0}");
    html! {
        <g class={classes!("twins-node", owner_class(node.id), (!node.up).then_some("is-down"))}
            transform={format!("translate({x:.0} {y:.0})")}>
            if let Some(same) = same {
                <circle class={if same { "twins-replica" } else { "twins-replica is-other" }}
                    r={number(radius * 1.3)} />
            }
            if node.up && !node.paused {
                <circle class="twins-disc" r={number(radius)} />
            } else {
                <rect class="twins-disc" x={number(low)} y={number(low)} width={number(size)}
                    height={number(size)} rx={number(radius * 0.4)} />
            }
            <text style={format!("font-size:{:.0}px", radius * 0.95)}>{ node.id.to_string() }</text>
        </g>
    }
}

/// Whether a replica holds the same versions as the first replica.
fn agrees(key: &KeyFrame, replica: &ReplicaFrame) -> bool {
    key.replicas.first().is_some_and(|first| first.versions == replica.versions)
}

fn replicas(key: &KeyFrame) -> Html {
    let held = |replica: &ReplicaFrame| {
        let values = replica.versions.iter().map(|it| it.value.as_deref().unwrap_or("deleted"));
        let values = values.collect::<Vec<_>>().join(" | ");
        let values = if values.is_empty() { "\u{2013}".to_owned() } else { values };
        html! {
            <li key={replica.node.0}>
                <b>{ replica.node.to_string() }</b>{ format!(" {values}") }
                if !agrees(key, replica) { <span class="twins-differs">{ " \u{2260}" }</span> }
            </li>
        }
    };
    let agree = if key.agreed { "all replicas agree" } else { "replicas differ" };
    html! {
        <>
            <p>{ "Key " }<b>{ &key.key }</b>{ format!(": {agree}") }</p>
            <ul>{ for key.replicas.iter().take(LISTED).map(held) }</ul>
        </>
    }
}

/// Describes the ring for screen readers.
fn description(nodes: &[NodeFrame], key: Option<&KeyFrame>) -> String {
    let present = nodes.iter().filter(|node| node.up);
    let mut parts = vec![format!("{} of {} nodes up", present.count(), nodes.len())];
    let down: Vec<_> = nodes.iter().filter(|node| !node.up).map(|node| node.id).collect();
    if !down.is_empty() {
        parts.push(format!("down: {}", format::first_few(&down, LISTED)));
    }
    let moving = nodes.iter().filter(|it| matches!(it.status, Status::Joining | Status::Leaving));
    let moving: Vec<_> = moving.map(|node| node.id).collect();
    if !moving.is_empty() {
        parts.push(format!("joining or leaving: {}", format::first_few(&moving, LISTED)));
    }
    if let Some(key) = key {
        let list: Vec<_> = key.replicas.iter().map(|replica| replica.node).collect();
        let agree = if key.agreed { "agree" } else { "differ" };
        parts.push(format!("replicas of {}: {}, which {agree}", key.key, format::joined(&list)));
    }
    parts.join("; ")
}

/// Renders the main indicators.
fn indicators(twins: &TwinsFrame, which: usize) -> Html {
    let Some(side) = twins.sides.as_ref().map(|sides| &sides[which]) else {
        return Html::default();
    };
    let measured = &side.measured;
    let known =
        |value: Option<f64>, write: fn(f64) -> String| value.map_or("\u{2013}".to_owned(), write);
    let quorums = &measured.quorums;
    let rows = [
        ("Stale reads", known(measured.staleness.stale_rate, format::percent)),
        ("Staleness age, p95", known(measured.staleness.age_ms.p95, format::length_ms)),
        ("Read latency, p99", known(side.report.reads.latency_ms.p99, format::length_ms)),
        ("Write latency, p99", known(side.report.writes.latency_ms.p99, format::length_ms)),
        ("Failed operations", format::thousands(quorums.failed_reads + quorums.failed_writes)),
        ("Repair debt", format::thousands(measured.debt.pairs)),
    ];
    html! {
        <dl class="twins-slis">
            { for rows.into_iter().map(|(name, value)| html! {
                <div key={name}><dt>{ name }</dt><dd>{ value }</dd></div>
            }) }
        </dl>
    }
}
