//! A node on the dial.

use std::rc::Rc;

use ringside_lab::frame::{Frame, NodeFrame};
use ringside_lab::{Duration, NodeId, Status};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::viewpoint::Sight;
use crate::components::widgets::{Icon, Picture};
use crate::format;
use crate::graphics::ring::{Point, owner_class};

/// What a node shows.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The node.
    pub(crate) node: NodeFrame,
    /// Where it stands in what is looked at.
    pub(crate) place: Point,
    /// Who believes that it is down, of those by whose beliefs the ring is looked at.
    pub(crate) suspected_by: Rc<Vec<NodeId>>,
    /// How it stands in the sight of the one who looks.
    pub(crate) sight: Sight,
    /// What it is behind on; nothing where it is not.
    pub(crate) debt: Option<Debt>,
    /// Its place in the preference list of the key in hand, from one.
    pub(crate) rank: Option<usize>,
    /// Whether its answer to the operation in hand counted.
    pub(crate) lit: bool,
    /// Whether the sentence that is looked at is about it.
    pub(crate) told: bool,
    /// Whether the fault buttons act on it.
    pub(crate) chosen: bool,
    /// Chooses it, or lets it go.
    pub(crate) on_toggle: Callback<NodeId>,
    /// It has the focus, and should be in view.
    pub(crate) on_focus: Callback<NodeId>,
}

/// What a node is behind on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Debt {
    /// How many keys.
    pub(crate) keys: u32,
    /// Which part they are of the keys that it should hold, from 0 to 1.
    pub(crate) part: f64,
}

/// How many others a tooltip names one by one.
const NAMED: usize = 5;

/// How many nodes are named for which another keeps writes.
const NAMED_TARGETS: usize = 3;

/// A node as a button that chooses it. A stopped node has another shape and says so; so do those that
/// are paused, and those that come or go.
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
        props.told.then_some("is-told"),
        match props.sight {
            Sight::Everybody | Sight::Up => None,
            Sight::Observer => Some("is-observer"),
            Sight::Down => Some("seems-down"),
        },
    );
    let name = name(props);
    let on_focus = props.on_focus.clone();
    let on_focus = Callback::from(move |event: FocusEvent| {
        // Who clicks has it in view: it must not move away under the mouse.
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
                <span class={classes!("rank", props.lit.then_some("is-lit"))}>
                    { format::ordinal(*rank) }
                </span>
            }
            if !suspected_by.is_empty() {
                <span class="suspicion">
                    { match props.sight {
                        Sight::Down => "down?".to_owned(),
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

/// Gives the class and the word for how a node stands; its keys where there is nothing to say.
pub(super) fn state(node: &NodeFrame) -> (Option<&'static str>, String) {
    let (class, word) = match node.status {
        _ if !node.up => ("is-down", "down"),
        _ if node.paused => ("is-paused", "paused"),
        Status::Joining => ("is-moving", "joining"),
        Status::Leaving => ("is-moving", "leaving"),
        _ if node.slow_by > Duration::ZERO => ("is-slow", "slow"),
        _ => return (None, format::counted(u64::from(node.keys), "key")),
    };
    (Some(class), word.to_owned())
}

/// Says what waits to be done at a node, or by it.
fn backlog(node: &NodeFrame) -> Option<String> {
    match (node.waiting, node.fetching) {
        (0, 0) => None,
        (0, ranges) => Some(format::counted(u64::from(ranges), "range")),
        (waiting, _) => Some(format!("{} wait", format::count(u64::from(waiting)))),
    }
}

/// Says how many writes a node keeps, and for whom.
fn parcels(node: &NodeFrame) -> Option<String> {
    let held: u32 = node.hints.iter().map(|(_, held)| held).sum();
    let targets = node.hints.iter().map(|(target, _)| *target);
    match node.hints.len() {
        _ if held == 0 => None,
        1..=NAMED_TARGETS => Some(format!("{held} for {}", format::names(targets))),
        many => Some(format!("{held} for {many} nodes")),
    }
}

/// Says all that the button shows, and what it has no room for.
fn name(props: &Props) -> String {
    let Props { node, suspected_by, .. } = props;
    let counted = |number: u32, noun: &str| format::counted(u64::from(number), noun);
    let mut parts = vec![format!("Node {}", node.id)];
    parts.push(if node.up { "up" } else { "down" }.to_owned());
    parts.push(counted(node.keys, "key"));
    let mut add = |says: bool, part: &dyn Fn() -> String| parts.extend(says.then(part));
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
    add(props.sight == Sight::Observer, &|| "the ring is seen by it".to_owned());
    add(node.tombstones > 0, &|| counted(node.tombstones, "tombstone"));
    add(!suspected_by.is_empty(), &|| {
        format!("believed to be down by {}", format::few_names(suspected_by, NAMED))
    });
    add(!node.suspects.is_empty(), &|| {
        format!("believes {} to be down", format::few_names(&node.suspects, NAMED))
    });
    parts.extend(
        props.rank.map(|rank| format!("{} replica of the key in hand", format::ordinal(rank))),
    );
    if node.coordinating > 0 {
        parts.push(format!("coordinates {}", counted(node.coordinating, "operation")));
    }
    if node.wipes > 0 {
        parts.push(format!("disk lost {}", counted(u32::from(node.wipes), "time")));
    }
    parts.join(", ")
}

/// Lists the nodes that run and believe that a node is down.
pub(super) fn suspected_by(frame: &Frame, node: NodeId) -> Vec<NodeId> {
    let suspicious = frame.nodes.iter().filter(|other| other.suspects.contains(&node));
    suspicious.map(|other| other.id).collect()
}

fn skew(us: i64) -> String {
    let size = format::span(Duration::from_us(us.unsigned_abs()));
    format!("{size} {}", if us > 0 { "ahead" } else { "behind" })
}
