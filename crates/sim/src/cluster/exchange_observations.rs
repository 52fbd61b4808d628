//! Observations of anti-entropy exchanges and of one node's failure detector, at the instant at
//! which they happen.
//!
//! The journal has the envelopes of messages and the events that nodes emit. The payload sizes of
//! messages, what both sides of a comparison hold, and the arrivals of heartbeats are observed
//! here.

use ringside_store::version::Siblings;
use ringside_store::{
    BucketSize, Event, HeartbeatStats, Key, Message, NodeId, PayloadSize, Range, RequestId,
};

use super::{Cluster, ObservationKind};
use crate::journal::Envelope;

/// The number of keys that may be counted for exchanges beyond one per journal entry, so that
/// watching costs little compared to the run itself.
const KEYS_AHEAD: u64 = 20_000;

/// An exchange of anti-entropy that a node began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeBegun {
    /// The exchange.
    pub exchange: RequestId,
    /// The node that began it, and its peer.
    pub ends: [NodeId; 2],
    /// The depth of the trees.
    pub depth: u8,
    /// The ranges whose trees are compared.
    pub ranges: Vec<Range>,
    /// The bucket sizes of both in each range, or `None` if counting them would cost too much.
    pub bucket_sizes: Option<[Vec<Vec<BucketSize>>; 2]>,
}

/// A message of an exchange that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeSent {
    /// The message without its content.
    pub message: Envelope,
    /// The size of its content.
    pub size: PayloadSize,
}

/// A key of which two replicas hold different versions, at the instant at which one of them found
/// that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingKey {
    /// The exchange.
    pub exchange: RequestId,
    /// The node that found it, and its peer.
    pub ends: [NodeId; 2],
    /// The key.
    pub key: Key,
    /// The versions that each of them held.
    pub held: [Siblings; 2],
}

/// The failure detector that is watched: one node's view of one peer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct WatchedDetector {
    /// The observer and its peer.
    pair: (NodeId, NodeId),
    /// The heartbeat statistics last observed.
    last: Option<HeartbeatStats>,
}

impl Cluster {
    /// Starts to observe changes of the heartbeat statistics by which a node judges a peer, given
    /// as (observer, peer); `None` stops it. One pair is watched at a time, and only while the
    /// cluster is watched.
    pub fn watch_detector(&mut self, pair: Option<(NodeId, NodeId)>) {
        let detector = pair.map(|pair| WatchedDetector { pair, last: self.heartbeat_stats(pair) });
        if let Some(observations) = &mut self.observations {
            observations.detector = detector;
        }
    }

    /// Returns the heartbeat statistics by which a node judges a peer now, or `None` if the node is
    /// stopped or does not expect heartbeats of the peer.
    pub fn heartbeat_stats(&self, (observer, peer): (NodeId, NodeId)) -> Option<HeartbeatStats> {
        self.hosts.get(observer.index()).and_then(|it| it.node()?.heartbeat_stats(peer))
    }

    /// Observes the watched failure detector, if its statistics changed.
    pub(super) fn observe_detector(&mut self) {
        let Some(detector) = self.observations.as_ref().and_then(|it| it.detector) else { return };
        let stats = self.heartbeat_stats(detector.pair);
        if stats != detector.last {
            self.observe(ObservationKind::Detector(stats));
            if let Some(observations) = &mut self.observations {
                observations.detector = Some(WatchedDetector { last: stats, ..detector });
            }
        }
    }

    /// Whether the failure detector of a node is watched.
    pub(super) fn is_detector_watched(&self, node: NodeId) -> bool {
        let detector = self.observations.as_ref().and_then(|it| it.detector);
        detector.is_some_and(|it| it.pair.0 == node)
    }

    /// Observes a message that is sent, if it belongs to an exchange.
    pub(super) fn observe_message(&mut self, message: Envelope, content: &Message) {
        if self.observations.is_some()
            && let Some(size) = content.payload_size()
        {
            self.observe(ObservationKind::ExchangeSent(ExchangeSent { message, size }));
        }
    }

    /// Observes what an event of a node concerns: both replicas of an exchange.
    pub(super) fn observe_event(&mut self, node: NodeId, event: &Event) {
        if self.observations.is_none() {
            return;
        }
        match event {
            Event::ExchangeBegan { exchange, peer, .. } => {
                let begun = self.begun_exchange(*exchange, [node, *peer]);
                self.observe(ObservationKind::ExchangeBegun(Box::new(begun)));
            }
            Event::KeysCompared { exchange, peer, differing, .. } => {
                for key in differing {
                    let (exchange, ends, key) = (*exchange, [node, *peer], key.clone());
                    let held = ends.map(|end| self.held(end, &key));
                    self.observe(ObservationKind::KeyDiffers(Box::new(DifferingKey {
                        exchange,
                        ends,
                        key,
                        held,
                    })));
                }
            }
            _ => {}
        }
    }

    /// Returns the versions that a node holds of a key.
    fn held(&self, node: NodeId, key: &Key) -> Siblings {
        let host = self.hosts.get(node.index());
        host.and_then(|it| it.disk().get(key)).cloned().unwrap_or_default()
    }

    /// Describes an exchange that has just begun.
    fn begun_exchange(&mut self, exchange: RequestId, ends: [NodeId; 2]) -> ExchangeBegun {
        let depth = self.config.settings.anti_entropy.depth;
        let node = self.hosts[ends[0].index()].node();
        let ranges = node.into_iter().flat_map(|node| {
            let shared = node.shared_ranges(ends[1]).iter();
            shared.copied().filter(|range| node.tree(*range).is_some())
        });
        let ranges: Vec<Range> = ranges.collect();
        let disks = ends.map(|end| self.hosts[end.index()].disk());
        let keys = disks.map(|disk| u64::from(disk.live_keys()) + u64::from(disk.tombstones()));
        let allowed = self.journal.written() + KEYS_AHEAD;
        let keys_counted =
            self.observations.as_ref().map_or(0, |it| it.keys_counted) + keys[0] + keys[1];
        let bucket_sizes = (keys_counted <= allowed)
            .then(|| disks.map(|it| ranges.iter().map(|&r| it.bucket_sizes(r, depth)).collect()));
        if let (true, Some(observations)) = (bucket_sizes.is_some(), &mut self.observations) {
            observations.keys_counted = keys_counted;
        }
        ExchangeBegun { exchange, ends, depth, ranges, bucket_sizes }
    }

    /// Adds an observation, if the cluster is watched.
    fn observe(&mut self, kind: ObservationKind) {
        let (before, at) = (self.journal.written(), self.now);
        if let Some(observations) = &mut self.observations {
            observations.push(before, at, kind);
        }
    }
}
