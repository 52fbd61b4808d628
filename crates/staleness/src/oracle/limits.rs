//! The oracle's limits of memory.

/// The limits of what the oracle remembers. Whatever exceeds one is counted as its field describes, never
/// guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OracleLimits {
    /// The most acknowledged writes, over all keys. The newest ones are kept, and the newest one of each
    /// key in any case. An answer older than all remembered writes of its key counts as behind by just
    /// those.
    pub writes: usize,
    /// The most acknowledged writes that have not converged. Beyond that, the oldest is given up.
    pub pending: usize,
    /// The most pairs of client and key whose session is followed. Beyond that, one is forgotten that was
    /// not used since it began or was last considered; a later use starts it afresh.
    pub sessions: usize,
}

impl Default for OracleLimits {
    fn default() -> Self {
        Self { writes: 500_000, pending: 500_000, sessions: 200_000 }
    }
}
