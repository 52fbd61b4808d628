//! The kinds of beliefs, with their signs and words.

use ringside_lab::gossip::{Belief, BeliefError, Truth};
use ringside_lab::{Duration, Instant, NodeId, Status};

use crate::format;

/// The kind of belief that one node has about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BeliefKind {
    /// The other node is up.
    Up,
    /// The failure detector suspects that it is down.
    Suspect,
    /// It is joining.
    Joining,
    /// It is leaving.
    Leaving,
    /// It has left or was removed.
    Gone,
    /// Nothing was heard of it.
    Unknown,
    /// The observer is stopped, and believes nothing.
    Nothing,
}

impl BeliefKind {
    /// All kinds, in the order of the legend.
    pub(super) const ALL: [Self; 7] = [
        Self::Up,
        Self::Suspect,
        Self::Joining,
        Self::Leaving,
        Self::Gone,
        Self::Unknown,
        Self::Nothing,
    ];

    /// Returns the kind of a belief. A suspicion outranks what was heard.
    pub(super) fn of(belief: &Belief) -> Self {
        match belief.standing {
            _ if belief.suspected => Self::Suspect,
            None => Self::Unknown,
            Some(Status::Joining) => Self::Joining,
            Some(Status::Normal) => Self::Up,
            Some(Status::Leaving) => Self::Leaving,
            Some(Status::Left | Status::Removed) => Self::Gone,
        }
    }

    /// The sign in the matrix.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Up => "\u{2713}",
            Self::Suspect => "\u{2715}",
            Self::Joining => "+",
            Self::Leaving => "\u{2212}",
            Self::Gone => "\u{2205}",
            Self::Unknown => "?",
            Self::Nothing => "\u{b7}",
        }
    }

    /// The name.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Suspect => "suspect",
            Self::Joining => "joining",
            Self::Leaving => "leaving",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
            Self::Nothing => "stopped",
        }
    }

    /// Describes the belief of one node about another in a sentence.
    pub(super) fn sentence(self, observer: NodeId, subject: NodeId) -> String {
        match self {
            Self::Up => format!("{observer} believes that {subject} is up."),
            Self::Suspect => format!("{observer} suspects that {subject} is down."),
            Self::Joining => format!("{observer} has heard that {subject} is joining."),
            Self::Leaving => format!("{observer} has heard that {subject} is leaving."),
            Self::Gone => format!("{observer} has heard that {subject} has left or was removed."),
            Self::Unknown => format!("{observer} has never heard of {subject}."),
            Self::Nothing => format!("{observer} is stopped and believes nothing."),
        }
    }

    /// The CSS class.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Up => "sees-up",
            Self::Suspect => "sees-suspect",
            Self::Joining => "sees-joining",
            Self::Leaving => "sees-leaving",
            Self::Gone => "sees-gone",
            Self::Unknown => "sees-unknown",
            Self::Nothing => "sees-nothing",
        }
    }
}

/// Describes why a belief is wrong.
pub(super) const fn error_words(error: BeliefError) -> &'static str {
    match error {
        BeliefError::TakenForDown => "wrong: it is running",
        BeliefError::TakenForUp => "wrong: it does not answer",
        BeliefError::OldStanding => "out of date",
    }
}

/// Returns the true status of a node as a word.
pub(super) const fn truth_word(truth: &Truth) -> &'static str {
    match truth.standing {
        Some(Status::Left | Status::Removed) => "gone",
        _ if !truth.up => "down",
        _ if truth.paused => "paused",
        None => "unknown",
        Some(Status::Joining) => "joining",
        Some(Status::Leaving) => "leaving",
        Some(Status::Normal) => "up",
    }
}

/// Writes a heartbeat as `incarnation 2, heartbeat 17`.
pub(super) fn heartbeat((incarnation, heartbeat): (u32, u32)) -> String {
    format!("incarnation {incarnation}, heartbeat {heartbeat}")
}

/// Writes a heartbeat as `inc 2, hb 17`, which fits into a cell of the matrix.
pub(super) fn short_heartbeat((incarnation, heartbeat): (u32, u32)) -> String {
    format!("inc {incarnation}, hb {heartbeat}")
}

/// Writes an age to the tenth of a second, because it changes all the time.
pub(super) fn age(age: Duration) -> String {
    format::seconds(Instant::ZERO + age)
}
