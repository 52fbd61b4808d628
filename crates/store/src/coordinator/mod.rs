//! Coordinations: the operations that a node carries out for clients.
//!
//! The cores of get and put are pure, as in Riak: they are told of answers, and say when there are
//! enough and what to reply. They know no messages and no time.

mod drive;
mod get;
mod put;
mod reads;
mod writes;

pub(crate) use get::Get;
pub(crate) use put::Put;

use crate::quorum::Tally;
use crate::request::Cause;
use crate::version::Siblings;
use crate::{Instant, Key, NodeId, PreferenceList, Response};

/// An operation in progress, from the request until every replica has answered or time is up. The
/// client is answered earlier, as soon as there are enough.
#[derive(Clone, Debug)]
pub(crate) struct Coordination {
    pub(crate) key: Key,
    pub(crate) tally: Tally,
    pub(crate) work: Work,
    pub(crate) began: Instant,
    /// Replicas that a read may still ask.
    pub(crate) spare: PreferenceList,
    /// The replica that a slow read asked in addition.
    pub(crate) speculative: Option<NodeId>,
    replied: bool,
}

/// What sets the kinds of operation apart.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Get(Get),
    Put(Put),
}

/// What a replica answers a coordinator.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// It stored a write, or keeps it for another.
    Acknowledged,
    /// Its versions.
    Versions(Siblings),
    /// The digest of its versions.
    Digest(u64),
    /// It holds what the read returns.
    Repaired,
}

impl Coordination {
    /// Opens an operation that needs so many replicas to answer; nobody is asked yet.
    pub(crate) fn new(now: Instant, key: Key, needed: u16, work: Work) -> Self {
        let (tally, spare) = (Tally::new(needed), PreferenceList::new());
        Self { key, tally, work, began: now, spare, speculative: None, replied: false }
    }

    /// Gives the reply, once.
    pub(crate) fn reply(&mut self) -> Option<Response> {
        let response = match &self.work {
            Work::Get(get) => get.response(),
            Work::Put(put) => put.response()?,
        };
        (!std::mem::replace(&mut self.replied, true)).then_some(response)
    }

    /// Gives the reply of an operation that ends without its quorum; none if it has replied.
    pub(crate) fn fail(&mut self, cause: Cause) -> Option<Response> {
        if std::mem::replace(&mut self.replied, true) {
            return None;
        }
        let tally = self.vote();
        let (answered, needed, asked) = (tally.have(), tally.needed(), tally.asked());
        Some(Response::Unavailable { cause, answered, needed, asked })
    }

    /// Gives the vote that the reply waits for.
    pub(crate) fn vote(&self) -> &Tally {
        match &self.work {
            Work::Get(get) => get.holders().unwrap_or(&self.tally),
            Work::Put(_) => &self.tally,
        }
    }

    /// Tells whether the client has been answered.
    pub(crate) const fn has_replied(&self) -> bool {
        self.replied
    }
}
