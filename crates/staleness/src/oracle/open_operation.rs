//! An operation in progress.

use super::Store;
use super::session::SessionState;
use super::write_history::NewestWrite;
use crate::Sort;

/// An operation in progress, with what a read will be judged by.
#[derive(Clone, Debug)]
pub(super) struct OpenOperation<S: Store> {
    /// The number of its key.
    pub(super) key: u32,
    pub(super) client: S::Client,
    /// Where the session of the two was when it began.
    pub(super) session: u32,
    pub(super) sort: Sort,
    /// When its client asked.
    pub(super) start: u64,
    /// When a coordinator took it up.
    pub(super) coordinated: Option<u64>,
    /// When it met its quorum, and how many replicas lagged then.
    pub(super) committed: Option<(u64, u16)>,
    /// The newest write that had been acknowledged when it began.
    pub(super) newest: Option<NewestWrite<S::Write>>,
    /// What its client knew when it began.
    pub(super) knew: SessionState<S::Write>,
}
