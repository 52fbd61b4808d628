//! The state of the Merkle lens, with its reducer, and its frame.

use ringside_lab::merkle::{ExchangeFrame, ExchangeLine};
use ringside_lab::settings::AntiEntropy;
use ringside_lab::{Instant, NodeId, RequestId};

/// The exchange whose trees are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Watched {
    /// The newest exchange.
    #[default]
    Newest,
    /// The newest exchange that found a difference.
    NewestTelling,
    /// One exchange.
    Exchange(RequestId),
    /// The trees of two nodes as they are now.
    Standing([NodeId; 2]),
}

/// The settings of the Merkle lens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MerkleState {
    /// The exchange whose trees are shown.
    pub(crate) watched: Watched,
    /// The range whose trees are shown, or `None` for the first that differs.
    pub(crate) range: Option<usize>,
}

/// An action on this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MerkleAction {
    /// Shows other trees.
    Watch(Watched),
    /// Shows another range.
    SetRange(Option<usize>),
}

impl MerkleState {
    /// Applies an action.
    pub(crate) const fn apply(&mut self, action: MerkleAction) {
        match action {
            MerkleAction::Watch(watched) => *self = Self { watched, range: None },
            MerkleAction::SetRange(range) => self.range = range,
        }
    }

    /// Returns the settings that outlive the run: no exchange does.
    pub(crate) const fn reset(self) -> Self {
        let watched = match self.watched {
            Watched::Exchange(_) | Watched::Standing(_) => Watched::Newest,
            watched => watched,
        };
        Self { watched, range: None }
    }
}

/// The frame of the Merkle lens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MerkleFrame {
    /// The settings of anti-entropy.
    pub(crate) settings: AntiEntropy,
    /// The latest exchanges, newest first.
    pub(crate) lines: Vec<ExchangeLine>,
    /// The exchange that is shown, if there is one.
    pub(crate) shown: Option<ExchangeFrame>,
    /// The nodes that are up.
    pub(crate) running: Vec<NodeId>,
    /// The current moment.
    pub(crate) now: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_trees_are_shown_from_their_first_difference() {
        let mut state = MerkleState::default();
        state.apply(MerkleAction::SetRange(Some(3)));
        assert_eq!(state.range, Some(3));
        let pair = [NodeId(0), NodeId(1)];
        state.apply(MerkleAction::Watch(Watched::Standing(pair)));
        assert_eq!((state.watched, state.range), (Watched::Standing(pair), None));
        assert_eq!(state.reset(), MerkleState::default());
        state.apply(MerkleAction::Watch(Watched::NewestTelling));
        assert_eq!(state.reset().watched, Watched::NewestTelling);
    }
}
