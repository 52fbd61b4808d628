//! Findings: the single measurements of the oracle.

/// One measurement of the oracle, for the instruments to count.
///
/// All times are in microseconds of virtual time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A read met its quorum, and its client has the answer.
    Read(Read),
    /// A write met its quorum, and its client has been notified.
    Write(Write),
    /// An operation met no quorum, was refused, or was not answered in time.
    Failed(OperationKind),
    /// All N of an acknowledged write's intended replicas hold it, or something causally after it.
    Converged {
        /// The time since the acknowledgement; zero if they had it before.
        took_us: u64,
    },
    /// An acknowledged write that no version anywhere follows was dropped: its intended replicas
    /// agree, and none holds it or something causally after it.
    Lost,
    /// A merge at a replica left more siblings than there were.
    Merged {
        /// The surviving branches: 2 or more.
        branches: u16,
    },
    /// Pairs of key and intended replica began to lack an acknowledged write.
    Accrued {
        /// The number of pairs.
        pairs: u32,
    },
    /// Pairs of key and intended replica no longer lack an acknowledged write.
    Paid {
        /// The number of pairs.
        pairs: u32,
    },
    /// A read brought a replica versions that it lacked.
    ReadRepaired,
    /// A Merkle exchange found keys that differ.
    Differing {
        /// The number of keys.
        keys: u32,
    },
    /// A Merkle exchange brought a replica versions of a key that it lacked.
    Fixed,
}

/// The measurements of a read that met its quorum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The time that its client waited.
    pub latency_us: u64,
    /// Staleness age: zero for a fresh read; otherwise from the acknowledgement of the oldest write
    /// that it missed to its start.
    pub age_us: u64,
    /// Version lag (k-staleness): how many acknowledged writes its answer is behind; zero only for a
    /// fresh read.
    pub lag: u64,
    /// The number of versions that it returned. Two or more are a conflict.
    pub branches: u16,
    /// The time from the commit of the newest write acknowledged before the read began to the read's
    /// start, both at their coordinators; `None` if no write had been acknowledged.
    pub since_commit_us: Option<u64>,
    /// Whether its answer lacks what its client had read before it began (monotonic reads).
    pub went_back: bool,
    /// Whether its answer lacks what its client had itself written before it began (read your writes).
    pub missed_own: bool,
}

impl Read {
    /// Whether it returned no version equal to or causally after the newest write that was acknowledged
    /// before it began.
    pub const fn is_stale(&self) -> bool {
        self.lag > 0
    }
}

/// The measurements of a write that met its quorum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Write {
    /// The time that its client waited.
    pub latency_us: u64,
    /// Replica lag: N minus the acknowledgements received when it met its quorum.
    pub replica_lag: u16,
}

/// The kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// A get.
    Read,
    /// A put or a delete.
    Write,
}

/// The state of a run at one moment, as opposed to its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Divergent pairs of key and intended replica: the repair debt.
    pub debt: u64,
    /// Acknowledged writes that have not converged.
    pub pending: u64,
    /// The instant at which the oldest of them was acknowledged, in microseconds of virtual time.
    pub oldest_pending: Option<u64>,
    /// Hints that nodes hold for others.
    pub hints: u64,
    /// Their size in bytes.
    pub hint_bytes: u64,
    /// Since when the oldest one is held, in microseconds of virtual time.
    pub oldest_hint: Option<u64>,
}
