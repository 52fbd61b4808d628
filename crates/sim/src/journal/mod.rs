//! Journal of everything that happened in a run, in order, and its digest.

mod binary;
mod intervention;

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use ringside_store::{
    Duration, Event, Instant, Key, NodeId, Operation, RequestId, Response, Value,
};
use serde::Serialize;
use twox_hash::XxHash3_128;

pub use intervention::Intervention;

use crate::{ClientId, Endpoint, MessageId, MessageKind};

/// A journal entry: one event of the run.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its number in the run, from zero.
    pub number: u64,
    /// Its virtual time, in microseconds.
    pub at: Instant,
    /// Its kind and data.
    #[serde(rename = "what")]
    pub kind: EntryKind,
}

/// The kind of a journal entry, with its data.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
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
        /// The time to live of a put's value, or `None` if the put has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        ttl: Option<Duration>,
    },
    /// A client's operation ended.
    Returned {
        /// Its request.
        request: RequestId,
        /// The outcome.
        outcome: Outcome,
    },
    /// A message was sent.
    Sent {
        /// The message.
        message: Envelope,
        /// The time at which it is due to arrive.
        arrives: Instant,
    },
    /// A message reached its receiver and was handled.
    Delivered {
        /// The message.
        message: Envelope,
    },
    /// A message was lost and will never be handled.
    Lost {
        /// The message.
        message: Envelope,
        /// The reason.
        why: Loss,
    },
    /// A node emitted an event.
    Node {
        /// The node.
        node: NodeId,
        /// The event.
        event: Event,
    },
    /// The cluster was changed from outside.
    #[serde(rename = "act")]
    Intervention(Intervention),
    /// A message reached its receiver and waits in its mailbox. It is handled when it is delivered.
    Queued {
        /// The message.
        message: Envelope,
        /// The number of messages waiting there, this one included.
        waiting: u32,
    },
}

/// A message without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Envelope {
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: MessageKind,
    /// The request that caused it.
    pub request: RequestId,
    /// The sender.
    pub from: Endpoint,
    /// The receiver.
    pub to: Endpoint,
}

/// The outcome of an operation, for its client.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A coordinator answered, with success or with the reason of its failure.
    Answered(Response),
    /// No answer came in time. A write may or may not have been done.
    Silence,
    /// No node took the request.
    Refused,
}

impl Outcome {
    /// Whether the operation reached its quorum.
    pub const fn is_ok(&self) -> bool {
        matches!(self, Self::Answered(response) if response.is_ok())
    }
}

/// The reason of a lost message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The link is cut.
    Cut,
    /// The channel lost it.
    Chance,
    /// The receiver is stopped.
    Down,
    /// It was dropped by [`Cluster::drop_message`](crate::Cluster::drop_message).
    #[serde(rename = "hand")]
    Dropped,
    /// The receiver's mailbox is full.
    Full,
}

impl EntryKind {
    /// Returns the client's request that the entry belongs to, or `None` for background work and
    /// interventions.
    pub fn request(&self) -> Option<RequestId> {
        let request = match self {
            Self::Invoked { request, .. } | Self::Returned { request, .. } => Some(*request),
            Self::Sent { message, .. }
            | Self::Delivered { message }
            | Self::Queued { message, .. }
            | Self::Lost { message, .. } => Some(message.request),
            Self::Node { event, .. } => event.request(),
            Self::Intervention(_) => None,
        };
        request.filter(|request| !ClientId::of(*request).is_background())
    }
}

/// The digest of a journal: 128 bits that identify a run.
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

/// The number of bytes that are hashed at once: enough for the hash to run at full speed.
const BLOCK: usize = 4_096;

/// The journal of a run, of which the latest entries are kept for observers.
///
/// The journal grows until [`Journal::forget_before`] is called: the caller decides how much of the
/// past is worth its memory. The digest covers all entries, kept or not.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    written: u64,
    /// The binary form of the entries that are not hashed into `chain` yet.
    pending: Vec<u8>,
    chain: u128,
}

impl Journal {
    /// Appends an entry.
    pub(crate) fn write(&mut self, at: Instant, kind: EntryKind) {
        let entry = Entry { number: self.written, at, kind };
        self.written += 1;
        binary::write(&entry, &mut self.pending);
        if self.pending.len() >= BLOCK {
            self.chain = chain(self.chain, &self.pending);
            self.pending.clear();
        }
        self.entries.push_back(entry);
    }

    /// The number of entries ever written, which is the number of the next one.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Returns the digest of everything written.
    pub fn digest(&self) -> Digest {
        Digest(chain(self.chain, &self.pending))
    }

    /// Returns the kept entries from `number` on, oldest first.
    pub fn since(&self, number: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.range(number..self.written)
    }

    /// Returns the kept entries with these numbers, oldest first.
    pub fn range(&self, numbers: Range<u64>) -> impl DoubleEndedIterator<Item = &Entry> {
        let first = self.written - self.entries.len() as u64;
        let index = |number: u64| number.clamp(first, self.written) - first;
        let (start, end) = (index(numbers.start), index(numbers.end));
        self.entries.range(start as usize..end.max(start) as usize)
    }

    /// Forgets the entries below `number`.
    pub fn forget_before(&mut self, number: u64) {
        while self.entries.front().is_some_and(|entry| entry.number < number) {
            self.entries.pop_front();
        }
    }

    /// Returns a copy of the journal without the entries below `number`.
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

/// Returns the hash of a block, chained to that of the previous ones.
fn chain(previous: u128, block: &[u8]) -> u128 {
    // The hash's seed takes 64 bits; both halves of the previous hash go in.
    let seed = (previous >> 64) as u64 ^ (previous as u64).rotate_left(32);
    XxHash3_128::oneshot_with_seed(seed, block)
}
