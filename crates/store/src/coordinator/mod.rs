//! Coordinations: the operations that a node carries out for clients.
//!
//! ```text
//!   get_core  put_core    pure cores, as in Riak: they take answers, return repairs, versions and
//!      |         |        responses, and know no messages and no time
//!     get       put       `impl Node`: choose replicas, send to them, count their answers
//!       \       /
//!       lifecycle         `impl Node`: opening, settling, deadlines
//! ```

mod get;
mod get_core;
mod lifecycle;
mod put;
mod put_core;

pub(crate) use get::ReadAnswer;
pub(crate) use put::WriteRequest;

use crate::quorum::Tally;
use crate::request::UnavailableReason;
use crate::{Instant, Key, NodeId, PreferenceList, Response};
use get_core::GetCore;
use put_core::PutCore;

/// An operation in progress, from its request until every replica has answered or its time is up.
/// The client gets its response earlier, as soon as enough replicas have answered.
#[derive(Clone, Debug)]
pub(crate) struct Coordination {
    key: Key,
    tally: Tally,
    core: Core,
    began: Instant,
    /// Replicas that a read may still ask.
    spare: PreferenceList,
    /// The replica that a slow read asked in addition.
    speculative: Option<NodeId>,
    replied: bool,
}

/// The part in which the kinds of operation differ.
#[derive(Clone, Debug)]
enum Core {
    Get(GetCore),
    Put(PutCore),
}

impl Coordination {
    /// Creates an operation that needs `needed` answers. No replica has been asked yet.
    fn new(now: Instant, key: Key, needed: u16, core: Core) -> Self {
        let (tally, spare) = (Tally::new(needed), PreferenceList::new());
        Self { key, tally, core, began: now, spare, speculative: None, replied: false }
    }

    /// Whether the operation waits for answers to a read: a get does, and a register's put does
    /// until it writes.
    const fn is_reading(&self) -> bool {
        match &self.core {
            Core::Get(_) => true,
            Core::Put(put) => put.is_reading(),
        }
    }

    /// Returns the response of an operation that met its quorum, once.
    fn reply(&mut self) -> Option<Response> {
        let response = match &self.core {
            Core::Get(get) => get.response(),
            Core::Put(put) => put.response()?,
        };
        (!std::mem::replace(&mut self.replied, true)).then_some(response)
    }

    /// Returns the response of an operation that ends without its quorum, or `None` if it has
    /// replied.
    fn fail(&mut self, cause: UnavailableReason) -> Option<Response> {
        if std::mem::replace(&mut self.replied, true) {
            return None;
        }
        let tally = self.deciding_tally();
        let (answered, needed, asked) = (tally.have(), tally.needed(), tally.asked());
        Some(Response::Unavailable { cause, answered, needed, asked })
    }

    /// Returns the tally that the reply waits for.
    fn deciding_tally(&self) -> &Tally {
        match &self.core {
            Core::Get(get) => get.holders().unwrap_or(&self.tally),
            Core::Put(_) => &self.tally,
        }
    }

    /// Whether the client has its response.
    const fn has_replied(&self) -> bool {
        self.replied
    }
}
