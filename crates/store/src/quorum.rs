//! Quorums: how many replicas an operation asks and needs, and the tally of their answers.

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::NodeId;

/// The sizes of a quorum system: N replicas hold a key, a read needs R of them, a write W.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quorum {
    n: u16,
    r: u16,
    w: u16,
}

/// The error of choosing N, R and W that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumError {
    /// A size is zero: no replica would be asked or needed.
    Zero(char),
    /// A read or a write needs more replicas than there are.
    Above {
        /// `'r'` or `'w'`.
        field: char,
        /// The value of R or W.
        value: u16,
        /// The number of replicas of a key.
        n: u16,
    },
}

impl QuorumError {
    /// Returns the field at fault: `n`, `r` or `w`.
    pub const fn field(self) -> char {
        match self {
            Self::Zero(field) | Self::Above { field, .. } => field,
        }
    }
}

impl fmt::Display for QuorumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero(field) => write!(f, "{field} is 0, but must be at least 1"),
            Self::Above { field, value, n } => {
                write!(f, "{field} is {value}, but a key has only n = {n} replicas")
            }
        }
    }
}

impl std::error::Error for QuorumError {}

impl Quorum {
    /// Creates a quorum of these sizes.
    ///
    /// # Errors
    ///
    /// Returns an error if a size is zero, or if R or W is above N.
    pub const fn new(n: u16, r: u16, w: u16) -> Result<Self, QuorumError> {
        match (n, r, w) {
            (0, _, _) => Err(QuorumError::Zero('n')),
            (_, 0, _) => Err(QuorumError::Zero('r')),
            (_, _, 0) => Err(QuorumError::Zero('w')),
            _ if r > n => Err(QuorumError::Above { field: 'r', value: r, n }),
            _ if w > n => Err(QuorumError::Above { field: 'w', value: w, n }),
            _ => Ok(Self { n, r, w }),
        }
    }

    /// N, the number of replicas of a key.
    pub const fn n(self) -> u16 {
        self.n
    }

    /// R, the number of answers that a read needs.
    pub const fn r(self) -> u16 {
        self.r
    }

    /// W, the number of acknowledgements that a write needs.
    pub const fn w(self) -> u16 {
        self.w
    }

    /// Returns R + W - N: the least number of replicas that a read set and a write set share. At
    /// zero or below, a read can miss the last write.
    pub const fn overlap(self) -> i32 {
        self.r as i32 + self.w as i32 - self.n as i32
    }
}

/// The state of a tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumState {
    /// There are not enough answers yet, and enough can still come.
    Pending,
    /// Enough distinct replicas have answered.
    Met,
    /// Too few replicas are left that could still answer.
    Unreachable,
}

/// The count of distinct replicas that answered an operation.
///
/// A replica counts once, however often it answers, and only if it was asked.
#[derive(Clone, Debug)]
pub struct Tally {
    needed: u16,
    waiting: SmallVec<[NodeId; 5]>,
    answered: SmallVec<[NodeId; 5]>,
}

impl Tally {
    /// Creates the tally of an operation that needs `needed` answers. No replica has been asked
    /// yet.
    pub fn new(needed: u16) -> Self {
        Self { needed, waiting: SmallVec::new(), answered: SmallVec::new() }
    }

    /// Adds replicas whose answers count. A replica that was asked before is not added again.
    pub fn ask(&mut self, replicas: &[NodeId]) {
        for &node in replicas {
            if !self.waiting.contains(&node) && !self.answered.contains(&node) {
                self.waiting.push(node);
            }
        }
    }

    /// Counts an answer. Returns whether it counted: a second or unasked answer does not.
    pub fn answer(&mut self, from: NodeId) -> bool {
        let Some(index) = self.waiting.iter().position(|&node| node == from) else {
            return false;
        };
        self.waiting.remove(index);
        self.answered.push(from);
        true
    }

    /// Takes back an answer that turned out to be insufficient: the replica is asked again.
    pub fn recall(&mut self, node: NodeId) {
        if let Some(index) = self.answered.iter().position(|&answered| answered == node) {
            self.answered.remove(index);
            self.waiting.push(node);
        }
    }

    /// The replicas that have been asked and have not answered.
    pub fn waiting(&self) -> &[NodeId] {
        &self.waiting
    }

    /// Whether a replica has answered.
    pub fn has_answered(&self, node: NodeId) -> bool {
        self.answered.contains(&node)
    }

    /// Returns whether the quorum is met, pending or unreachable.
    pub fn state(&self) -> QuorumState {
        if self.have() >= self.needed {
            QuorumState::Met
        } else if self.answered.len() + self.waiting.len() < usize::from(self.needed) {
            QuorumState::Unreachable
        } else {
            QuorumState::Pending
        }
    }

    /// The number of distinct replicas that answered.
    pub fn have(&self) -> u16 {
        self.answered.len() as u16
    }

    /// The number of distinct replicas that must answer.
    pub const fn needed(&self) -> u16 {
        self.needed
    }

    /// The number of distinct replicas that were asked.
    pub fn asked(&self) -> u16 {
        (self.answered.len() + self.waiting.len()) as u16
    }

    /// Whether every replica that was asked has answered.
    pub fn is_complete(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn impossible_sizes_are_refused() {
        assert_eq!(Quorum::new(3, 0, 1), Err(QuorumError::Zero('r')));
        assert_eq!(
            Quorum::new(3, 2, 4).map_err(|error| error.to_string()),
            Err("w is 4, but a key has only n = 3 replicas".to_owned())
        );
        assert_eq!(Quorum::new(5, 3, 1).map(Quorum::overlap), Ok(-1));
    }

    proptest! {
        /// The naive model is two sets. A recalled replica waits again, and its next answer counts.
        #[test]
        fn a_recalled_answer_does_not_count(
            asked in prop::collection::btree_set(0..6_u16, 1..6),
            steps in prop::collection::vec((0..7_u16, any::<bool>()), 0..40),
            needed in 1..6_u16,
        ) {
            let mut tally = Tally::new(needed);
            let asked: BTreeSet<NodeId> = asked.into_iter().map(NodeId).collect();
            tally.ask(&asked.iter().copied().collect::<Vec<_>>());
            let mut answered = BTreeSet::new();
            for (node, recalls) in steps {
                let node = NodeId(node);
                if recalls {
                    tally.recall(node);
                    answered.remove(&node);
                } else {
                    let counts = asked.contains(&node) && answered.insert(node);
                    prop_assert_eq!(tally.answer(node), counts);
                }
                prop_assert_eq!(usize::from(tally.have()), answered.len());
                prop_assert_eq!(usize::from(tally.asked()), asked.len());
                let waiting: BTreeSet<NodeId> = tally.waiting().iter().copied().collect();
                prop_assert_eq!(waiting, &asked - &answered);
                prop_assert!(asked.iter().all(|it| tally.has_answered(*it) == answered.contains(it)));
                prop_assert_eq!(tally.state() == QuorumState::Met, answered.len() >= usize::from(needed));
            }
        }

        /// No quorum is met with fewer distinct replicas than it needs, and none is given up while
        /// it can still be met.
        #[test]
        fn a_tally_counts_distinct_replicas(
            asked in prop::collection::vec(0..6_u16, 0..8),
            answers in prop::collection::vec(0..8_u16, 0..30),
            needed in 1..7_u16,
        ) {
            let asked: Vec<NodeId> = asked.into_iter().map(NodeId).collect();
            let mut tally = Tally::new(needed);
            tally.ask(&asked);
            let all: BTreeSet<NodeId> = asked.iter().copied().collect();
            let mut counted = BTreeSet::new();
            for from in answers.into_iter().map(NodeId) {
                let counts = all.contains(&from) && counted.insert(from);
                prop_assert_eq!(tally.answer(from), counts);
                let expected = if counted.len() >= usize::from(needed) {
                    QuorumState::Met
                } else if all.len() < usize::from(needed) {
                    QuorumState::Unreachable
                } else {
                    QuorumState::Pending
                };
                prop_assert_eq!(tally.state(), expected);
                prop_assert_eq!(usize::from(tally.have()), counted.len());
                prop_assert_eq!(tally.is_complete(), counted.len() == all.len());
            }
        }
    }
}
