//! The state of the ring lens, with its reducer, and its frame.

use ringside_lab::NodeId;
use ringside_lab::ring::RingFrame;

use crate::graphics::messages::FlowTotals;
use crate::graphics::ring::{Point, View};

/// The settings of the ring lens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RingView {
    /// The part of the ring in view.
    pub(crate) view: View,
    /// The node whose beliefs are shown, or `None` for the truth.
    pub(crate) observer: Option<NodeId>,
    /// Whether the ring is shown as a table.
    pub(crate) as_table: bool,
}

/// An action on this state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RingAction {
    /// Zooms in around a place.
    Nearer(Point),
    /// Zooms in on a place if it is in view, or else on the centre.
    Toward(Point),
    /// Zooms out around a place.
    Farther(Point),
    /// Shows the whole ring.
    Fit,
    /// Moves the window to the right and down, in parts of its half width.
    Move(f64, f64),
    /// Moves the window so that a place is in view.
    Show(Point),
    /// Shows the beliefs of one node, or the truth.
    SeeBy(Option<NodeId>),
    /// Shows the ring as a table, or draws it.
    Tabulate(bool),
}

impl RingView {
    /// Applies an action.
    pub(crate) fn apply(&mut self, action: RingAction) {
        match action {
            RingAction::Nearer(at) => self.view = self.view.nearer(at),
            RingAction::Toward(aim) => self.view = self.view.toward(aim),
            RingAction::Farther(at) => self.view = self.view.farther(at),
            RingAction::Fit => self.view = View::default(),
            RingAction::Move(right, down) => self.view = self.view.moved(right, down),
            RingAction::Show(place) => self.view = self.view.showing(place),
            RingAction::SeeBy(observer) => self.observer = observer,
            RingAction::Tabulate(as_table) => self.as_table = as_table,
        }
    }

    /// Adapts to another run with `nodes` nodes.
    pub(crate) fn turn(&mut self, nodes: usize) {
        self.observer = self.observer.filter(|node| node.index() < nodes);
    }
}

/// The frame of the ring lens.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RingPicture {
    /// The ring's data from the lab.
    pub(crate) frame: RingFrame,
    /// The message rates, while flow lines take the place of single messages.
    pub(crate) flow: Option<FlowTotals>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_outlive_a_run_limited_to_its_nodes() {
        let mut ring = RingView::default();
        let place = Point { x: 0.6, y: 0.0 };
        for action in [
            RingAction::Nearer(place),
            RingAction::Nearer(place),
            RingAction::SeeBy(Some(NodeId(4))),
            RingAction::Tabulate(true),
        ] {
            ring.apply(action);
        }
        assert!(ring.view.zoom() > 1.0 && ring.as_table);
        ring.turn(5);
        assert_eq!(ring.observer, Some(NodeId(4)));
        ring.turn(4);
        assert_eq!(ring.observer, None);
        ring.apply(RingAction::Move(9.0, 0.0));
        ring.apply(RingAction::Show(Point { x: -0.6, y: 0.0 }));
        assert!(ring.view.project(Point { x: -0.6, y: 0.0 }).x.abs() < 1.0);
        ring.apply(RingAction::Fit);
        assert!(ring.view.is_whole());
    }
}
