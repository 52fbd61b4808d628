//! The nodes and the delay that all controls of the faults panel share.

use std::rc::Rc;

use ringside_lab::frame::NodeFrame;
use ringside_lab::{Duration, NodeId};
use yew::prelude::*;

use crate::state::Snapshot;

/// The selected nodes, the state of the run, and the delay with which commands are applied.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct FaultScope {
    /// The selected nodes.
    pub(super) chosen: Rc<Vec<NodeId>>,
    /// The latest snapshot.
    pub(super) snapshot: Rc<Snapshot>,
    /// The delay of each command; `None` applies it at once.
    pub(super) delay: Option<Duration>,
}

impl FaultScope {
    /// Whether a command that requires `holds` can be given. With a delay it always can: what will hold
    /// then is not known yet.
    pub(super) const fn can(&self, holds: bool) -> bool {
        holds || self.delay.is_some()
    }

    /// Returns the selected nodes for which `holds` is true, or all of them if there is a delay.
    pub(super) fn chosen_where(&self, holds: impl Fn(&NodeFrame) -> bool) -> Vec<NodeId> {
        let nodes = self.snapshot.frame.nodes.iter();
        let fits = nodes.filter(|node| self.chosen.contains(&node.id) && self.can(holds(node)));
        fits.map(|node| node.id).collect()
    }

    /// Whether a node is in the ring or on its way into it.
    pub(super) fn is_member(&self, node: NodeId) -> bool {
        self.snapshot.dial.node(node).is_some()
    }
}
