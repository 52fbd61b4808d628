//! Versions: single writes with the writes that their writers had seen.

use serde::Serialize;

use super::{Context, Dot};
use crate::{Instant, Value};

/// One version of a key: a write, what its writer had seen, and the value.
///
/// This is a dotted version vector (Preguiça et al., 2012): the dot names the write itself, apart
/// from its causal past. Two blind puts through one coordinator have different dots and empty
/// pasts, so both survive; a plain vector would order them and lose the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The write.
    pub dot: Dot,
    /// The writes that this one replaces: all that its writer had seen. With plain vectors it is
    /// the clock of the whole sibling set, the write itself included.
    pub past: Context,
    /// Its rank in the order of a linearizable register: one above the highest that its writer
    /// found at a quorum. Zero if the key is not a register.
    pub rank: u64,
    /// The time of the write, by its coordinator's wall clock.
    pub written: Instant,
    /// The time at which the value expires, by the wall clock of each holder, or `None` for never.
    pub expires: Option<Instant>,
    /// The value. `None` is a tombstone, the mark of a delete or an expired value.
    pub value: Option<Value>,
}

impl Version {
    /// Whether this version replaces the other, because its writer had seen it. A version that was
    /// written under a plain vector contains itself, so it is unknown what its writer had seen: it
    /// replaces none.
    pub fn supersedes(&self, other: &Self) -> bool {
        self.past.contains(other.dot) && !self.past.contains(self.dot)
    }

    /// Whether this version is the mark of a delete or an expired value.
    pub const fn is_tombstone(&self) -> bool {
        self.value.is_none()
    }

    /// Whether the version is a value that has expired by a wall clock.
    pub(crate) fn expires_by(&self, wall: Instant) -> bool {
        self.value.is_some() && self.expires.is_some_and(|at| at <= wall)
    }

    /// Returns the wall-clock time since which the version is a tombstone, or `None` if it is a
    /// live value.
    pub fn dead_since(&self) -> Option<Instant> {
        self.is_tombstone().then(|| self.expires.unwrap_or(self.written))
    }
}
