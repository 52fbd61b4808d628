//! The viewpoint: the ring as one node, the observer, believes it to be.

use std::fmt::Write;
use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use crate::graphics::ring::Dial;

/// A node's status in the selected viewpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ViewpointStatus {
    /// No observer is selected: the ring is shown as seen by everybody.
    #[default]
    Everybody,
    /// This node is the observer.
    Observer,
    /// The observer believes that this node is up.
    Up,
    /// The observer believes that this node is down.
    Down,
}

/// Returns a node's status in the viewpoint of an observer, if there is one.
pub(crate) fn viewpoint_status(
    frame: &Frame,
    observer: Option<NodeId>,
    node: NodeId,
) -> ViewpointStatus {
    let suspects = |by: NodeId| {
        frame.nodes.iter().any(|other| other.id == by && other.suspects.contains(&node))
    };
    match observer {
        None => ViewpointStatus::Everybody,
        Some(by) if by == node => ViewpointStatus::Observer,
        Some(by) if suspects(by) => ViewpointStatus::Down,
        Some(_) => ViewpointStatus::Up,
    }
}

/// The observer, and its suspicions.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The observer.
    pub(crate) observer: NodeId,
    /// The nodes that it believes to be down.
    pub(crate) suspects: Vec<NodeId>,
    /// The places of the nodes.
    pub(crate) dial: Rc<Dial>,
}

/// A line from the observer to each node that it believes to be down.
#[component]
pub(crate) fn ViewpointLines(props: &Props) -> Html {
    let Props { observer, suspects, dial } = props;
    let mut d = String::new();
    if let Some(start) = dial.node(*observer) {
        for end in suspects.iter().filter_map(|node| dial.node(*node)) {
            let part = dial.node_radius() / start.distance(end).max(f64::EPSILON);
            let (from, to) = (start.towards(end, part), end.towards(start, part));
            // Writing to a string cannot fail.
            let _ = write!(d, "M{}L{}", from.svg(), to.svg());
        }
    }
    html! { <path class="sight-lines" {d} /> }
}
