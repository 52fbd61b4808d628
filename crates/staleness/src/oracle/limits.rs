//! How much the oracle remembers.

/// How much the oracle remembers. What exceeds a limit is counted as the field says, never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Acknowledged writes of all keys together: the newest ones, and the newest one of each key in any
    /// case. An answer behind all that is remembered of its key counts as behind by just that much.
    pub writes: usize,
    /// Acknowledged writes that have not converged. Of more than that the oldest is given up.
    pub pending: usize,
    /// Pairs of client and key whose session is followed. Of more than that one is forgotten that was not
    /// used again since it began, or was last considered; it begins anew when it is used after that.
    pub sessions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { writes: 500_000, pending: 500_000, sessions: 200_000 }
    }
}
