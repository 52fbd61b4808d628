//! Coordinations: the operations that a node carries out for clients.
//!
//! The cores of get and put are pure, as in Riak: they are told of answers, and say when there are
//! enough and what to reply. They know no messages and no time.

mod get;
mod put;

use std::sync::Arc;

pub(crate) use get::Get;
pub(crate) use put::Put;

use crate::quorum::{Tally, Verdict};
use crate::request::Cause;
use crate::version::Version;
use crate::{Key, Response};

/// An operation in progress, from the request until every replica has answered or time is up. The
/// client is answered earlier, as soon as there are enough.
#[derive(Clone, Debug)]
pub(crate) struct Coordination {
    pub(crate) key: Key,
    pub(crate) tally: Tally,
    pub(crate) work: Work,
    replied: bool,
}

/// What sets the kinds of operation apart.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Get(Get),
    Put(Put),
}

impl Work {
    /// Gives the version that is being written; none for a get.
    pub(crate) const fn version(&self) -> Option<&Arc<Version>> {
        match self {
            Self::Get(_) => None,
            Self::Put(put) => Some(&put.version),
        }
    }
}

impl Coordination {
    /// Opens an operation that needs so many replicas to answer; nobody is asked yet.
    pub(crate) fn new(key: Key, needed: u16, work: Work) -> Self {
        Self { key, tally: Tally::new(needed), work, replied: false }
    }

    /// Gives the reply that is due now: once, when the quorum is met or is out of reach.
    pub(crate) fn due_response(&mut self) -> Option<Response> {
        match self.tally.verdict() {
            Verdict::Pending => None,
            Verdict::Unreachable => self.fail(Cause::TooFewNodes),
            Verdict::Met => self.once(|this| match &this.work {
                Work::Get(get) => get.response(),
                Work::Put(put) => put.response(),
            }),
        }
    }

    /// Gives the reply of an operation that ends without its quorum; none if it has replied.
    pub(crate) fn fail(&mut self, cause: Cause) -> Option<Response> {
        self.once(|Self { tally, .. }| Response::Unavailable {
            cause,
            answered: tally.have(),
            needed: tally.needed(),
            asked: tally.asked(),
        })
    }

    /// Tells whether the client has been answered.
    pub(crate) const fn has_replied(&self) -> bool {
        self.replied
    }

    fn once(&mut self, response: impl FnOnce(&Self) -> Response) -> Option<Response> {
        if self.replied {
            return None;
        }
        self.replied = true;
        Some(response(self))
    }
}
