//! The limits of a search.

/// The limits of the search for one key. The zone check needs no limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchLimits {
    /// The number of operations that it may visit. A machine does some tens of millions per second.
    pub steps: u64,
    /// The number of bytes for the visited states.
    pub memory_bytes: u64,
}

impl Default for SearchLimits {
    fn default() -> Self {
        Self { steps: 100_000_000, memory_bytes: 512 << 20 }
    }
}

/// The limit that stopped a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// The limit of steps.
    #[error("the search used up its {limit} steps")]
    Steps {
        /// The number of steps.
        limit: u64,
    },
    /// The limit of memory.
    #[error("the search used up its {limit_bytes} bytes of memory")]
    Memory {
        /// The number of bytes.
        limit_bytes: u64,
    },
}

/// The remainder of a search's limits.
#[derive(Debug)]
pub(super) struct SearchBudget {
    limits: SearchLimits,
    steps: u64,
    bytes: u64,
}

impl SearchBudget {
    pub(super) const fn new(limits: SearchLimits) -> Self {
        Self { limits, steps: limits.steps, bytes: limits.memory_bytes }
    }

    /// Counts a visit of an operation.
    pub(super) const fn step(&mut self) -> Result<(), Exhausted> {
        let Some(left) = self.steps.checked_sub(1) else {
            return Err(Exhausted::Steps { limit: self.limits.steps });
        };
        self.steps = left;
        Ok(())
    }

    /// Counts a remembered state of `words` words, with the overhead of a tree.
    pub(super) const fn remember(&mut self, words: usize) -> Result<(), Exhausted> {
        let Some(left) = self.bytes.checked_sub(8 * words as u64 + 40) else {
            return Err(Exhausted::Memory { limit_bytes: self.limits.memory_bytes });
        };
        self.bytes = left;
        Ok(())
    }

    /// Frees the memory, when a search ends and another one begins.
    pub(super) const fn forget(&mut self) {
        self.bytes = self.limits.memory_bytes;
    }
}
