//! By whose beliefs the ring is looked at.

use std::fmt::Write;
use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::frame::Frame;
use yew::prelude::*;

use crate::graphics::ring::Dial;

/// How a node stands in the sight of whoever the ring is looked at by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sight {
    /// The ring is looked at by everybody.
    #[default]
    Everybody,
    /// It is looked at by this node.
    Observer,
    /// The observer believes that this node is up.
    Up,
    /// The observer believes that this node is down.
    Down,
}

/// Tells how a node stands in an observer's sight.
pub(crate) fn sight_of(frame: &Frame, observer: Option<NodeId>, node: NodeId) -> Sight {
    let suspects = |by: NodeId| {
        frame.nodes.iter().any(|other| other.id == by && other.suspects.contains(&node))
    };
    match observer {
        None => Sight::Everybody,
        Some(by) if by == node => Sight::Observer,
        Some(by) if suspects(by) => Sight::Down,
        Some(_) => Sight::Up,
    }
}

/// What is to be drawn.
#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Who looks.
    pub(crate) observer: NodeId,
    /// Whom it believes to be down.
    pub(crate) suspects: Vec<NodeId>,
    /// Where the nodes stand.
    pub(crate) dial: Rc<Dial>,
}

/// A line from the observer to each node that it believes to be down.
#[component]
pub(crate) fn SightLines(props: &Props) -> Html {
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
