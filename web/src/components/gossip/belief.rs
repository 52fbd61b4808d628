//! Beliefs by sign and word.

use ringside_lab::gossip::{Belief, BeliefError, Truth};
use ringside_lab::{Duration, Instant, Status};

use crate::format;

/// What a belief comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BeliefKind {
    /// The node takes the other for up.
    Up,
    /// It takes it for down.
    Suspect,
    /// It has heard that it is joining.
    Joining,
    /// It has heard that it is leaving.
    Leaving,
    /// It has heard that it has left or was removed.
    Gone,
    /// It has never heard of it.
    Unknown,
    /// It is stopped, and believes nothing.
    Nothing,
}

impl BeliefKind {
    /// All of them, as the legend lists them.
    pub(super) const ALL: [Self; 7] = [
        Self::Up,
        Self::Suspect,
        Self::Joining,
        Self::Leaving,
        Self::Gone,
        Self::Unknown,
        Self::Nothing,
    ];

    /// Sorts a belief; a suspicion goes before all else.
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

    /// Gives its sign.
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

    /// Gives its word.
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

    /// Says what it means.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Up => "takes it for up",
            Self::Suspect => "takes it for down",
            Self::Joining => "has heard that it joins",
            Self::Leaving => "has heard that it leaves",
            Self::Gone => "has heard that it has left or was removed",
            Self::Unknown => "has never heard of it",
            Self::Nothing => "is stopped and believes nothing",
        }
    }

    /// Gives its class.
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

/// Says in what a belief is not true.
pub(super) const fn error_words(error: BeliefError) -> &'static str {
    match error {
        BeliefError::TakenForDown => "not so: it runs",
        BeliefError::TakenForUp => "not so: it does not answer",
        BeliefError::OldStanding => "not so any more",
    }
}

/// Says what is true of a node.
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

/// Writes a heartbeat as `life 2, beat 17`.
pub(super) fn life((incarnation, heartbeat): (u32, u32)) -> String {
    format!("life {incarnation}, beat {heartbeat}")
}

/// Writes an age to the tenth of a second: it changes all the time.
pub(super) fn age(age: Duration) -> String {
    format::seconds(Instant::ZERO + age)
}
