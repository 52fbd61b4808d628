//! The state of the gossip lens, with its reducer, and its frame.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::gossip::Beliefs;
use ringside_lab::gossip::PhiTrace;

/// The settings of the gossip lens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GossipState {
    /// The observer and the subject whose suspicion trace is shown.
    pub(crate) pair: Option<(NodeId, NodeId)>,
    /// Whether only nodes with a wrong belief, or the subject of one, are listed.
    pub(crate) errors_only: bool,
}

/// An action on this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GossipAction {
    /// Selects an observer and a subject.
    Choose(NodeId, NodeId),
    /// Sets whether only nodes with a wrong belief, or the subject of one, are listed.
    SetErrorsOnly(bool),
}

impl GossipState {
    /// Applies an action.
    pub(crate) const fn apply(&mut self, action: GossipAction) {
        match action {
            GossipAction::Choose(observer, subject) => self.pair = Some((observer, subject)),
            GossipAction::SetErrorsOnly(only) => self.errors_only = only,
        }
    }

    /// Returns the settings that outlive the run, limited to the nodes of the next one.
    pub(crate) fn reset(self, nodes: usize) -> Self {
        let exists = |node: NodeId| node.index() < nodes;
        Self { pair: self.pair.filter(|(a, b)| exists(*a) && exists(*b)), ..self }
    }
}

/// The frame of the gossip lens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GossipFrame {
    /// The beliefs of all nodes.
    pub(crate) beliefs: Rc<Beliefs>,
    /// The suspicion trace of the selected pair.
    pub(crate) phi_trace: Option<Rc<PhiTrace>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_outlives_a_run_if_its_nodes_do() {
        let mut state = GossipState::default();
        state.apply(GossipAction::Choose(NodeId(4), NodeId(1)));
        state.apply(GossipAction::SetErrorsOnly(true));
        assert_eq!(state.reset(5), state);
        assert_eq!(state.reset(4), GossipState { pair: None, errors_only: true });
    }
}
