//! The record of one exchange.

use ringside_sim::{DifferingKey, ExchangeBegun, ExchangeSent, Loss, MessageId, MessageKind};
use ringside_store::version::Siblings;
use ringside_store::{HashPair, Instant, Key, NodeId, PayloadSize, RequestId};

/// The most compared hashes of one exchange that are kept.
const MOST_PAIRS: usize = 4_096;
/// The most differing keys of one exchange that are kept, with the versions of both sides.
const MOST_KEYS: usize = 128;
/// The most messages of one exchange that are kept. An exchange on trees of the greatest depth has about
/// twenty.
const MOST_MESSAGES: usize = 64;

/// The record of an exchange.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) begun: ExchangeBegun,
    pub(super) at: Instant,
    pub(super) ended: Option<(Instant, Ending)>,
    pub(super) messages: Vec<SentMessage>,
    /// The bytes of all messages, kept or not.
    pub(super) bytes: u64,
    pub(super) comparisons: Vec<Comparison>,
    pub(super) buckets: Vec<Bucket>,
    pub(super) keys: Vec<Differing>,
    /// The number of keys that were found to differ, kept or not.
    pub(super) differing: u32,
    /// The number of keys that the throttle left for a later exchange.
    pub(super) left: u32,
    pairs: usize,
}

/// The ending of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The exchange completed.
    Complete,
    /// The peer did not answer, and the initiator gave up.
    GivenUp,
    /// The initiator stopped, or anti-entropy was switched off.
    BrokenOff,
}

/// A message of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SentMessage {
    pub(super) id: MessageId,
    pub(super) kind: MessageKind,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) sent: Instant,
    pub(super) fate: Fate,
    pub(super) payload: PayloadSize,
}

/// The fate of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The message is in transit, or waits at its receiver.
    UnderWay,
    /// The message was handled at this time.
    Arrived(Instant),
    /// The message was lost at this time, with the cause.
    Lost(Instant, Loss),
}

/// One node's comparison of the hashes that it received with its own.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    pub(super) at: Instant,
    pub(super) by: NodeId,
    pub(super) pairs: Vec<HashPair>,
    /// The number of compared hashes, kept or not.
    pub(super) all: u32,
    /// The number of compared hashes that differed, kept or not.
    pub(super) different: u32,
}

/// A comparison of the keys of one bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub(super) at: Instant,
    pub(super) by: NodeId,
    pub(super) same: u32,
    pub(super) different: u32,
}

/// A key that differed.
#[derive(Clone, Debug)]
pub(super) struct Differing {
    pub(super) at: Instant,
    /// The node that found the difference.
    pub(super) by: NodeId,
    pub(super) key: Key,
    /// The versions that the finder held, and those that its peer held.
    pub(super) held: [Siblings; 2],
    /// The nodes to which the exchange brought versions, with the time and whether they changed anything.
    pub(super) brought: Vec<(NodeId, Instant, bool)>,
}

impl Record {
    pub(super) const fn new(at: Instant, begun: ExchangeBegun) -> Self {
        Self {
            begun,
            at,
            ended: None,
            messages: Vec::new(),
            bytes: 0,
            comparisons: Vec::new(),
            buckets: Vec::new(),
            keys: Vec::new(),
            differing: 0,
            left: 0,
            pairs: 0,
        }
    }

    pub(super) const fn id(&self) -> RequestId {
        self.begun.exchange
    }

    pub(super) fn add_message(
        &mut self,
        at: Instant,
        from: NodeId,
        to: NodeId,
        message: &ExchangeSent,
    ) {
        let ExchangeSent { message, size: payload } = *message;
        self.bytes += payload.bytes;
        if self.messages.len() < MOST_MESSAGES {
            let (id, kind, fate) = (message.id, message.kind, Fate::UnderWay);
            self.messages.push(SentMessage { id, kind, from, to, sent: at, fate, payload });
        }
    }

    pub(super) fn set_fate(&mut self, id: MessageId, fate: Fate) {
        if let Some(message) = self.messages.iter_mut().rfind(|message| message.id == id) {
            message.fate = fate;
        }
    }

    pub(super) fn compare(&mut self, at: Instant, by: NodeId, hashes: &[HashPair]) {
        let kept = hashes.len().min(MOST_PAIRS - self.pairs);
        self.pairs += kept;
        let different = hashes.iter().filter(|pair| pair.mine != pair.theirs).count() as u32;
        let (pairs, all) = (hashes[..kept].to_vec(), hashes.len() as u32);
        self.comparisons.push(Comparison { at, by, pairs, all, different });
    }

    pub(super) fn differ(&mut self, at: Instant, found: DifferingKey) {
        self.differing += 1;
        if self.keys.len() < MOST_KEYS {
            let DifferingKey { ends: [by, _], key, held, .. } = found;
            self.keys.push(Differing { at, by, key, held, brought: Vec::new() });
        }
    }

    pub(super) fn bring(&mut self, at: Instant, to: NodeId, key: &Key, changed: bool) {
        if let Some(differing) = self.keys.iter_mut().find(|it| it.key == *key) {
            differing.brought.push((to, at, changed));
        }
    }
}
