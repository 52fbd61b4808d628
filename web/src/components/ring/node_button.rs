//! The button of a node on the dial.

use std::rc::Rc;

use ringside_lab::frame::{Frame, NodeFrame};
use ringside_lab::{Duration, NodeId, Status};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::viewpoint::ViewpointStatus;
use crate::components::widgets::{Icon, Picture};
use crate::format;
use crate::graphics::ring::{Point, owner_class};

/// The node, and its state in the picture.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The node.
    pub(crate) node: NodeFrame,
    /// Its place in the visible part of the ring.
    pub(crate) place: Point,
    /// The nodes that believe it to be down: only the observer, if there is one.
    pub(crate) suspected_by: Rc<Vec<NodeId>>,
    /// Its status in the selected viewpoint.
    pub(crate) viewpoint: ViewpointStatus,
    /// The keys it is behind on, if there are any.
    pub(crate) debt: Option<Debt>,
    /// Its position in the preference list of the selected key, from one.
    pub(crate) rank: Option<usize>,
    /// Whether its answer to the selected operation counted.
    pub(crate) counted: bool,
    /// Whether the sentence under the pointer is about it.
    pub(crate) highlighted: bool,
    /// Whether it is selected, so that the fault buttons act on it.
    pub(crate) chosen: bool,
    /// Selects or deselects it.
    pub(crate) on_toggle: Callback<NodeId>,
    /// Moves it into view when it gets the focus.
    pub(crate) on_focus: Callback<NodeId>,
}

/// The keys that a node is behind on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Debt {
    /// The number of keys.
    pub(crate) keys: u32,
    /// Their share of the keys that the node should hold, from 0 to 1.
    pub(crate) part: f64,
}

/// The number of other nodes that a tooltip names one by one.
const NAMED: usize = 5;

/// The number of targets of hints that are named one by one.
const NAMED_TARGETS: usize = 3;

/// A node as a button that selects it. Nodes that are down, paused, joining or leaving have another shape and a
/// word that says so.
#[component]
pub(crate) fn NodeButton(props: &Props) -> Html {
    let Props { node, rank, suspected_by, .. } = props;
    let id = node.id;
    let (state_class, state) = state(node);
    let class = classes!(
        "node",
        owner_class(id),
        state_class,
        (node.coordinating > 0).then_some("is-coordinating"),
        props.highlighted.then_some("is-highlighted"),
        match props.viewpoint {
            ViewpointStatus::Everybody | ViewpointStatus::Up => None,
            ViewpointStatus::Observer => Some("is-observer"),
            ViewpointStatus::Down => Some("seems-down"),
        },
    );
    let name = name(props);
    let on_focus = props.on_focus.clone();
    let on_focus = Callback::from(move |event: FocusEvent| {
        // A node that is clicked is in view already: it must not move away under the mouse.
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        if target.is_some_and(|it| it.matches(":focus-visible").unwrap_or(false)) {
            on_focus.emit(id);
        }
    });
    html! {
        <button type="button" {class} style={props.place.css()} aria-pressed={props.chosen.to_string()}
            aria-label={name.clone()} title={name} onclick={props.on_toggle.reform(move |_| id)}
            onfocus={on_focus}>
            if let Some(debt) = props.debt {
                <span class="debt" style={format!("--debt:{:.3}", debt.part)}></span>
            }
            <span class="node-face">
                <span class="node-name">{ id.to_string() }</span>
                <span class="node-state">{ state }</span>
                if let Some(backlog) = backlog(node) {
                    <span class="node-backlog">{ backlog }</span>
                }
            </span>
            if let Some(rank) = rank {
                <span class={classes!("rank", props.counted.then_some("is-lit"))}>
                    { format::ordinal(*rank) }
                </span>
            }
            if !suspected_by.is_empty() {
                <span class="suspicion">
                    { match props.viewpoint {
                        ViewpointStatus::Down => "down?".to_owned(),
                        _ => format!("{}\u{202f}?", suspected_by.len()),
                    } }
                </span>
            }
            <span class="node-foot">
                if let Some(debt) = props.debt {
                    <span class="debt-count">{ format!("\u{2212}{}", debt.keys) }</span>
                }
                if let Some(parcels) = parcels(node) {
                    <span class="parcels">
                        <Icon picture={Picture::Parcel} /><span>{ parcels }</span>
                    </span>
                }
            </span>
        </button>
    }
}

/// Returns the class and the word for the state of a node, or no class and its keys if it is well.
pub(super) fn state(node: &NodeFrame) -> (Option<&'static str>, String) {
    let (class, word) = match node.status {
        _ if !node.up => ("is-down", "down"),
        _ if node.paused => ("is-paused", "paused"),
        Status::Joining => ("is-moving", "joining"),
        Status::Leaving => ("is-moving", "leaving"),
        _ if node.slow_by > Duration::ZERO => ("is-slow", "slow"),
        _ => return (None, format::count(u64::from(node.keys), "key")),
    };
    (Some(class), word.to_owned())
}

/// Describes the messages that wait at a node, or the ranges that it still has to fetch.
fn backlog(node: &NodeFrame) -> Option<String> {
    match (node.waiting, node.fetching) {
        (0, 0) => None,
        (0, ranges) => Some(format::count(u64::from(ranges), "range")),
        (waiting, _) => Some(format!("{} wait", format::thousands(u64::from(waiting)))),
    }
}

/// Describes the hints that a node keeps.
fn parcels(node: &NodeFrame) -> Option<String> {
    let held: u32 = node.hints.iter().map(|(_, held)| held).sum();
    let targets: Vec<_> = node.hints.iter().map(|(target, _)| *target).collect();
    match node.hints.len() {
        _ if held == 0 => None,
        1..=NAMED_TARGETS => Some(format!("{held} for {}", format::joined(&targets))),
        many => Some(format!("{held} for {many} nodes")),
    }
}

/// Returns the name of the button: all that it shows, and what it has no room for.
fn name(props: &Props) -> String {
    let Props { node, suspected_by, .. } = props;
    let counted = |number: u32, noun: &str| format::count(u64::from(number), noun);
    let mut parts = vec![format!("Node {}", node.id)];
    parts.push(if node.up { "up" } else { "down" }.to_owned());
    parts.push(counted(node.keys, "key"));
    let mut add = |holds: bool, part: &dyn Fn() -> String| parts.extend(holds.then(part));
    add(node.status == Status::Joining, &|| "joining".to_owned());
    add(node.status == Status::Leaving, &|| "leaving".to_owned());
    add(node.fetching > 0, &|| format!("{} still to fetch", counted(node.fetching, "range")));
    add(node.paused, &|| "paused".to_owned());
    add(node.slow_by > Duration::ZERO, &|| format!("slower by {}", format::span(node.slow_by)));
    add(node.waiting > 0, &|| format!("{} waiting", counted(node.waiting, "message")));
    add(node.skew_us != 0, &|| format!("clock {}", skew(node.skew_us)));
    for (target, held) in &node.hints {
        add(true, &|| format!("keeps {} for {target}", counted(*held, "hint")));
    }
    if let Some(debt) = props.debt {
        add(true, &|| format!("behind on {}", counted(debt.keys, "key")));
    }
    add(props.viewpoint == ViewpointStatus::Observer, &|| {
        "the ring is shown as seen by it".to_owned()
    });
    add(node.tombstones > 0, &|| counted(node.tombstones, "tombstone"));
    add(!suspected_by.is_empty(), &|| {
        format!("believed to be down by {}", format::first_few(suspected_by, NAMED))
    });
    add(!node.suspects.is_empty(), &|| {
        format!("believes {} to be down", format::first_few(&node.suspects, NAMED))
    });
    parts.extend(
        props.rank.map(|rank| format!("{} replica of the selected key", format::ordinal(rank))),
    );
    if node.coordinating > 0 {
        parts.push(format!("coordinates {}", counted(node.coordinating, "operation")));
    }
    if node.wipes > 0 {
        parts.push(format!("disk lost {}", counted(u32::from(node.wipes), "time")));
    }
    parts.join(", ")
}

/// Returns the running nodes that believe a node to be down.
pub(super) fn suspected_by(frame: &Frame, node: NodeId) -> Vec<NodeId> {
    let suspicious = frame.nodes.iter().filter(|other| other.suspects.contains(&node));
    suspicious.map(|other| other.id).collect()
}

fn skew(us: i64) -> String {
    let size = format::span(Duration::from_us(us.unsigned_abs()));
    format!("{size} {}", if us > 0 { "ahead" } else { "behind" })
}
