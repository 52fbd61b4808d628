//! What a person sets in the view of gossip, and what it shows: a part of the page's state, with a reducer
//! of its own.

use std::rc::Rc;

use ringside_lab::NodeId;
use ringside_lab::gossip::Beliefs;
use ringside_lab::gossip::PulseFrame;

/// What is set in the view of gossip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GossipState {
    /// Whose judgement of whom is shown over time.
    pub(crate) pair: Option<(NodeId, NodeId)>,
    /// Whether only the nodes are listed that err or about which somebody does.
    pub(crate) errors_only: bool,
}

/// A change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GossipAction {
    /// A pair was chosen.
    Choose(NodeId, NodeId),
    /// It was chosen whether only the nodes are listed that err or about which somebody does.
    SetErrorsOnly(bool),
}

impl GossipState {
    /// Takes a change.
    pub(crate) const fn apply(&mut self, action: GossipAction) {
        match action {
            GossipAction::Choose(observer, subject) => self.pair = Some((observer, subject)),
            GossipAction::SetErrorsOnly(only) => self.errors_only = only,
        }
    }

    /// Gives what outlives the run that was looked at, as far as the next one has these nodes.
    pub(crate) fn reset(self, nodes: usize) -> Self {
        let exists = |node: NodeId| node.index() < nodes;
        Self { pair: self.pair.filter(|(a, b)| exists(*a) && exists(*b)), ..self }
    }
}

/// What the view of gossip shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GossipFrame {
    /// Who believes what of whom.
    pub(crate) beliefs: Rc<Beliefs>,
    /// What the chosen one judges the other by, over time.
    pub(crate) pulse: Option<Rc<PulseFrame>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_outlives_a_run_as_far_as_its_nodes_do() {
        let mut state = GossipState::default();
        state.apply(GossipAction::Choose(NodeId(4), NodeId(1)));
        state.apply(GossipAction::SetErrorsOnly(true));
        assert_eq!(state.reset(5), state);
        assert_eq!(state.reset(4), GossipState { pair: None, errors_only: true });
    }
}
