//! The journal: everything that happened in a run, in order, and its digest.

mod act;
mod binary;

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use ringside_store::{
    Duration, Event, Instant, Key, NodeId, Operation, RequestId, Response, Value,
};
use serde::Serialize;
use twox_hash::XxHash3_128;

pub use act::Act;

use crate::{ClientId, End, Kind, MessageId};

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its number in the run, from zero.
    pub number: u64,
    /// When it happened, in microseconds of virtual time.
    pub at: Instant,
    /// What it was.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A client began an operation.
    Invoked {
        /// Its request.
        request: RequestId,
        /// Its kind.
        operation: Operation,
        /// Its key.
        key: Key,
        /// The value of a put.
        value: Option<Value>,
        /// How long the value of a put is to live; none where the put does not say.
        #[serde(skip_serializing_if = "Option::is_none")]
        ttl: Option<Duration>,
    },
    /// A client's operation ended.
    Returned {
        /// Its request.
        request: RequestId,
        /// How it ended.
        outcome: Outcome,
    },
    /// A message was sent.
    Sent {
        /// The message.
        message: Envelope,
        /// When it is due to arrive.
        arrives: Instant,
    },
    /// A message reached its receiver and was handled.
    Delivered {
        /// The message.
        message: Envelope,
    },
    /// A message will never reach its receiver.
    Lost {
        /// The message.
        message: Envelope,
        /// Why.
        why: Loss,
    },
    /// A node told of a step.
    Node {
        /// The node.
        node: NodeId,
        /// The step.
        event: Event,
    },
    /// Somebody changed the cluster.
    Act(Act),
    /// A message reached its receiver and has to wait there for its turn. It is handled when it is
    /// delivered.
    Queued {
        /// The message.
        message: Envelope,
        /// How many wait there now, this one included.
        waiting: u32,
    },
}

/// The outside of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Envelope {
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// The request that caused it.
    pub request: RequestId,
    /// The sender.
    pub from: End,
    /// The receiver.
    pub to: End,
}

/// How an operation ended, for its client.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A coordinator answered: it went well, or it says why not.
    Answered(Response),
    /// No answer came in time. A write may have been done or not.
    Silence,
    /// No node took the request.
    Refused,
}

impl Outcome {
    /// Tells whether the operation got its quorum.
    pub const fn is_ok(&self) -> bool {
        matches!(self, Self::Answered(response) if response.is_ok())
    }
}

/// Why a message was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The link is cut.
    Cut,
    /// The channel lost it.
    Chance,
    /// The receiver is stopped.
    Down,
    /// Somebody dropped it.
    Hand,
    /// The receiver's mailbox is full.
    Full,
}

impl What {
    /// Gives the request that the happening belongs to, where it belongs to one. What nodes do by
    /// themselves belongs to none.
    pub fn request(&self) -> Option<RequestId> {
        let cause = match self {
            Self::Invoked { request, .. } | Self::Returned { request, .. } => Some(*request),
            Self::Sent { message, .. }
            | Self::Delivered { message }
            | Self::Queued { message, .. }
            | Self::Lost { message, .. } => Some(message.request),
            Self::Node { event, .. } => event.request(),
            Self::Act(_) => None,
        };
        cause.filter(|cause| !ClientId::of(*cause).is_background())
    }
}

/// The digest of a journal: 128 bits that tell one run from another.
///
/// It is the xxh3 hash of the journal's binary form, chained block by block. It guards against
/// accidents, not against forgers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(u128);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// How many bytes are gathered before they are hashed: enough that the hash runs at its full speed.
const BLOCK: usize = 4_096;

/// All that happened, with the latest part kept for observers.
///
/// The journal grows until [`Journal::forget_before`] is called: whoever runs the cluster decides how
/// much of the past is worth its memory. The digest is of everything, kept or not.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    written: u64,
    /// The binary form of the entries that are not in `chain` yet.
    pending: Vec<u8>,
    chain: u128,
}

impl Journal {
    /// Adds what happened.
    pub(crate) fn write(&mut self, at: Instant, what: What) {
        let entry = Entry { number: self.written, at, what };
        self.written += 1;
        binary::write(&entry, &mut self.pending);
        if self.pending.len() >= BLOCK {
            self.chain = chain(self.chain, &self.pending);
            self.pending.clear();
        }
        self.entries.push_back(entry);
    }

    /// Gives the number of entries ever written, which is the number of the next one.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Gives the digest of everything written.
    pub fn digest(&self) -> Digest {
        Digest(chain(self.chain, &self.pending))
    }

    /// Lists the entries that are kept from this number on, oldest first.
    pub fn since(&self, number: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.range(number..self.written)
    }

    /// Lists the entries of these numbers that are kept, oldest first.
    pub fn range(&self, numbers: Range<u64>) -> impl DoubleEndedIterator<Item = &Entry> {
        let first = self.written - self.entries.len() as u64;
        let place = |number: u64| number.clamp(first, self.written) - first;
        let (start, end) = (place(numbers.start), place(numbers.end));
        self.entries.range(start as usize..end.max(start) as usize)
    }

    /// Forgets the entries below this number.
    pub fn forget_before(&mut self, number: u64) {
        while self.entries.front().is_some_and(|entry| entry.number < number) {
            self.entries.pop_front();
        }
    }

    /// Copies the journal without the entries below this number.
    #[must_use]
    pub fn copy_since(&self, number: u64) -> Self {
        Self {
            entries: self.since(number).cloned().collect(),
            written: self.written,
            pending: self.pending.clone(),
            chain: self.chain,
        }
    }
}

fn chain(before: u128, block: &[u8]) -> u128 {
    // The seed takes 64 bits; both halves of what came before go in.
    let seed = (before >> 64) as u64 ^ (before as u64).rotate_left(32);
    XxHash3_128::oneshot_with_seed(seed, block)
}
