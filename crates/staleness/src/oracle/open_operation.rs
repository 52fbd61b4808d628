//! An operation in progress.

use super::StoreModel;
use super::session::SessionState;
use super::write_history::NewestWrite;
use crate::OperationKind;

/// An operation in progress, with what its read will be judged by.
#[derive(Clone, Debug)]
pub(super) struct OpenOperation<S: StoreModel> {
    /// The number of its key.
    pub(super) key: u32,
    pub(super) client: S::Client,
    /// The slot of the session of `client` and `key` when the operation began.
    pub(super) session: u32,
    pub(super) kind: OperationKind,
    /// The instant at which its client invoked it.
    pub(super) start: u64,
    /// The instant at which a coordinator accepted it.
    pub(super) coordinated: Option<u64>,
    /// The instant at which it met its quorum, and the number of replicas that lagged then.
    pub(super) committed: Option<(u64, u16)>,
    /// The newest write that had been acknowledged when it began.
    pub(super) newest: Option<NewestWrite<S::Write>>,
    /// The state of its client's session when it began.
    pub(super) known: SessionState<S::Write>,
}
