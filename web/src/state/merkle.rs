//! What a person sets in the view of anti-entropy, and what it shows: a part of the page's state, with a
//! reducer of its own.

use ringside_lab::merkle::{ExchangeFrame, ExchangeLine};
use ringside_lab::settings::AntiEntropy;
use ringside_lab::{Instant, NodeId, RequestId};

/// Which trees are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Watched {
    /// Those of the newest exchange, whichever it is.
    #[default]
    Newest,
    /// Those of the newest exchange that found a difference.
    NewestTelling,
    /// Those of one exchange.
    Exchange(RequestId),
    /// Those of two nodes as they stand now.
    Standing([NodeId; 2]),
}

/// What is set in the view of anti-entropy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MerkleState {
    /// Which trees are looked at.
    pub(crate) watched: Watched,
    /// The range of which the trees are shown; the first that differs where there is none.
    pub(crate) range: Option<usize>,
}

/// A change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MerkleAction {
    /// Other trees are to be looked at.
    Watch(Watched),
    /// Another range is to be looked at.
    SetRange(Option<usize>),
}

impl MerkleState {
    /// Takes a change.
    pub(crate) const fn apply(&mut self, action: MerkleAction) {
        match action {
            MerkleAction::Watch(watched) => *self = Self { watched, range: None },
            MerkleAction::SetRange(range) => self.range = range,
        }
    }

    /// Gives what outlives the run that was looked at: no exchange of it is in the next one.
    pub(crate) const fn reset(self) -> Self {
        let watched = match self.watched {
            Watched::Exchange(_) | Watched::Standing(_) => Watched::Newest,
            watched => watched,
        };
        Self { watched, range: None }
    }
}

/// What the view of anti-entropy shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MerkleFrame {
    /// How anti-entropy is set.
    pub(crate) settings: AntiEntropy,
    /// The latest exchanges, newest first.
    pub(crate) lines: Vec<ExchangeLine>,
    /// What is looked at, where there is something.
    pub(crate) shown: Option<ExchangeFrame>,
    /// The nodes that run.
    pub(crate) running: Vec<NodeId>,
    /// Now.
    pub(crate) now: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_at_other_trees_begins_with_what_differs_there() {
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
