//! How much work a search may do, and what it says when that was not enough.

use std::fmt;

/// How much the search for one key may do. The zone check needs no limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many times it may look at an operation. A machine does some tens of millions a second.
    pub steps: u64,
    /// How many bytes it may remember where it has been with.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 100_000_000, memory_bytes: 512 << 20 }
    }
}

/// What a search ran out of before it knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// All its steps.
    Steps {
        /// How many it had.
        limit: u64,
    },
    /// All its memory.
    Memory {
        /// How many bytes it had.
        limit_bytes: u64,
    },
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps { limit } => write!(f, "the search used up its {limit} steps"),
            Self::Memory { limit_bytes } => {
                write!(f, "the search used up its {limit_bytes} bytes of memory")
            }
        }
    }
}

/// What is left of the limits.
#[derive(Debug)]
pub(super) struct SearchBudget {
    limits: Limits,
    steps: u64,
    bytes: u64,
}

impl SearchBudget {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, steps: limits.steps, bytes: limits.memory_bytes }
    }

    /// Counts a look at an operation.
    pub(super) const fn step(&mut self) -> Result<(), Exhausted> {
        let Some(left) = self.steps.checked_sub(1) else {
            return Err(Exhausted::Steps { limit: self.limits.steps });
        };
        self.steps = left;
        Ok(())
    }

    /// Counts a remembered situation of so many words, with what a tree spends on keeping it.
    pub(super) const fn remember(&mut self, words: usize) -> Result<(), Exhausted> {
        let Some(left) = self.bytes.checked_sub(8 * words as u64 + 40) else {
            return Err(Exhausted::Memory { limit_bytes: self.limits.memory_bytes });
        };
        self.bytes = left;
        Ok(())
    }

    /// Gives the memory back, when a search ends and another one begins.
    pub(super) const fn forget(&mut self) {
        self.bytes = self.limits.memory_bytes;
    }
}
