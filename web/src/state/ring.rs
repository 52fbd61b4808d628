//! How the ring is looked at: a part of the page's state, with a reducer of its own; and what it shows beyond
//! what every picture has.

use ringside_lab::NodeId;
use ringside_lab::ring::RingFrame;

use crate::graphics::messages::FlowTotals;
use crate::graphics::ring::{Point, View};

/// How the ring is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RingView {
    /// Which part of it, and how closely.
    pub(crate) view: View,
    /// By whose beliefs; everybody's where there is none.
    pub(crate) observer: Option<NodeId>,
    /// Whether it is told as a table.
    pub(crate) as_table: bool,
}

/// A change of that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RingAction {
    /// Look from nearer, where this place stays where it is.
    Nearer(Point),
    /// Look from nearer at a place, if it is in view, or else at what is in the middle.
    Toward(Point),
    /// Look from farther, where this place stays where it is.
    Farther(Point),
    /// Look at the whole ring.
    Fit,
    /// Move the window to the right and down, in parts of its half width.
    Move(f64, f64),
    /// Move the window so that a place is in it.
    Show(Point),
    /// Look by the beliefs of one node, or of everybody.
    SeeBy(Option<NodeId>),
    /// Tell the ring as a table, or draw it.
    Tabulate(bool),
}

impl RingView {
    /// Changes it.
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

    /// Looks at another run, which has so many nodes.
    pub(crate) fn turn(&mut self, nodes: usize) {
        self.observer = self.observer.filter(|node| node.index() < nodes);
    }
}

/// What the ring shows beyond what every picture has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RingPicture {
    /// What the lab tells.
    pub(crate) frame: RingFrame,
    /// What flows, where that is shown in the place of single messages.
    pub(crate) flow: Option<FlowTotals>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_outlives_a_turn_as_far_as_it_makes_sense() {
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
