//! Quorums: how many replicas an operation asks and needs, and the tally of who answered.

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::NodeId;

/// The sizes that rule replication: N replicas hold a key, a read needs R of them, a write W.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quorum {
    n: u16,
    r: u16,
    w: u16,
}

/// Why N, R and W do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuorumError {
    /// A size is zero: nobody would be asked or needed.
    Zero(char),
    /// A read or a write needs more replicas than there are.
    Above {
        /// `'r'` or `'w'`.
        field: char,
        /// What it asks for.
        value: u16,
        /// How many replicas a key has.
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
    /// Checks and takes the three sizes.
    ///
    /// # Errors
    ///
    /// Refuses zeros, and an R or W above N.
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

    /// Returns N, the number of replicas of a key.
    pub const fn n(self) -> u16 {
        self.n
    }

    /// Returns R, the number of answers that a read needs.
    pub const fn r(self) -> u16 {
        self.r
    }

    /// Returns W, the number of acknowledgements that a write needs.
    pub const fn w(self) -> u16 {
        self.w
    }

    /// Returns R + W - N: how many replicas each read set and each write set share at least. At zero
    /// or below, a read can miss the last write.
    pub const fn overlap(self) -> i32 {
        self.r as i32 + self.w as i32 - self.n as i32
    }
}

/// What a tally says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not enough answers yet, and enough can still come.
    Pending,
    /// Enough distinct replicas have answered.
    Met,
    /// Too few replicas are left that could still answer.
    Unreachable,
}

/// The count of distinct replicas that answered an operation.
///
/// It counts a replica once, however often it answers, and never one that was not asked.
#[derive(Clone, Debug)]
pub struct Tally {
    needed: u16,
    waiting: SmallVec<[NodeId; 5]>,
    answered: SmallVec<[NodeId; 5]>,
}

impl Tally {
    /// Opens the tally of an operation that needs so many answers; nobody is asked yet.
    pub fn new(needed: u16) -> Self {
        Self { needed, waiting: SmallVec::new(), answered: SmallVec::new() }
    }

    /// Adds replicas whose answers count. One that was asked before is not asked twice.
    pub fn ask(&mut self, replicas: &[NodeId]) {
        for &node in replicas {
            if !self.waiting.contains(&node) && !self.answered.contains(&node) {
                self.waiting.push(node);
            }
        }
    }

    /// Counts an answer. Returns whether it counted, which a second or unasked one does not.
    pub fn answer(&mut self, from: NodeId) -> bool {
        let Some(index) = self.waiting.iter().position(|&node| node == from) else {
            return false;
        };
        self.waiting.remove(index);
        self.answered.push(from);
        true
    }

    /// Takes an answer back, because it turned out to be not enough: the replica is asked again.
    pub fn recall(&mut self, node: NodeId) {
        if let Some(index) = self.answered.iter().position(|&answered| answered == node) {
            self.answered.remove(index);
            self.waiting.push(node);
        }
    }

    /// Lists the replicas that have been asked and have not answered.
    pub fn waiting(&self) -> &[NodeId] {
        &self.waiting
    }

    /// Whether a replica has answered.
    pub fn has_answered(&self, node: NodeId) -> bool {
        self.answered.contains(&node)
    }

    /// Says where the operation stands.
    pub fn verdict(&self) -> Verdict {
        if self.have() >= self.needed {
            Verdict::Met
        } else if self.answered.len() + self.waiting.len() < usize::from(self.needed) {
            Verdict::Unreachable
        } else {
            Verdict::Pending
        }
    }

    /// Returns the number of distinct replicas that answered.
    pub fn have(&self) -> u16 {
        self.answered.len() as u16
    }

    /// Returns the number of distinct replicas that must answer.
    pub const fn needed(&self) -> u16 {
        self.needed
    }

    /// Returns the number of distinct replicas that were asked.
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
                prop_assert_eq!(tally.verdict() == Verdict::Met, answered.len() >= usize::from(needed));
            }
        }

        /// No quorum is met with fewer distinct replicas than it needs, and none is given up while
        /// it can still be met.
        #[test]
        fn the_verdict_is_the_count_of_a_set(
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
                    Verdict::Met
                } else if all.len() < usize::from(needed) {
                    Verdict::Unreachable
                } else {
                    Verdict::Pending
                };
                prop_assert_eq!(tally.verdict(), expected);
                prop_assert_eq!(usize::from(tally.have()), counted.len());
                prop_assert_eq!(tally.is_complete(), counted.len() == all.len());
            }
        }
    }
}
